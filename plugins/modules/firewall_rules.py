# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: firewall_rules
short_description: Load the firewall's new rules, and confirm them over a new connection
description:
  - The firewall starts a timer of its own, then loads the rules in one transaction. They stay when they were
    confirmed over a new connection within O(seconds); otherwise the firewall goes back to the former rules by itself,
    whatever became of the control node.
version_added: "0.3.0"
options:
  seconds:
    description: Within how many seconds the rules must be confirmed.
    type: int
    default: 60
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - module: jifang.lab.network_files
"""

EXAMPLES = r"""
- name: Load the new rules
  jifang.lab.firewall_rules:
    seconds: 60
"""

RETURN = r"""
changed:
  description: Whether there were new rules.
  returned: success
  type: bool
"""
