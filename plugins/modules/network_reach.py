# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: network_reach
short_description: Try which services a computer reaches, and hold that against the rules
description:
  - The computer opens a TCP connection to each port of each service and closes it. That the target itself refuses
    counts as reached - the firewall let it through.
  - It fails where something is reached that no rule lets through, or the other way round. Hosts that C(lab_network)
    does not describe are skipped.
version_added: "0.3.0"
options:
  outside:
    description: Addresses on the internet that are tried too.
    type: list
    elements: str
    default: []
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: posix
seealso:
  - module: jifang.lab.firewall_rules
"""

EXAMPLES = r"""
- name: Try what this computer reaches
  jifang.lab.network_reach:
    outside: [223.5.5.5]
"""

RETURN = r"""
msg:
  description: A line for each way, expected and seen; those first that are not as they should be.
  returned: success
  type: list
  elements: str
"""
