# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: network_files
short_description: Work out a configuration from the description of the network
description:
  - Checks the whole description, and gives the content of a configuration file. Nothing is written.
version_added: "0.3.0"
options:
  what:
    description: Whose configuration it is.
    type: str
    required: true
    choices: [dnsmasq, firewall]
  upstream:
    description: For dnsmasq, the name servers that are asked about names outside the school.
    type: list
    elements: str
    default: []
  servers:
    description: For dnsmasq, the name servers that computers are told. Without them it is dnsmasq itself.
    type: list
    elements: str
    default: []
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.network_papers
"""

EXAMPLES = r"""
- name: Work out dnsmasq's configuration
  jifang.lab.network_files:
    what: dnsmasq
    upstream: [223.5.5.5]
"""

RETURN = r"""
content:
  description: The whole file.
  returned: success
  type: str
"""
