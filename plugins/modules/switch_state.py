# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_state
short_description: Ask a switch how it is
description:
  - Ports with their errors, neighbours (LLDP), learned addresses, processor, temperatures, fans, power supplies,
    firmware, and whether what runs is saved. The switch is only read. One that does not answer is no failure - the
    check tells it.
version_added: "0.4.0"
options: {}
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.switch_check
"""

EXAMPLES = r"""
- name: Ask this switch how it is
  jifang.lab.switch_state:
  register: said
"""

RETURN = r"""
state:
  description: What it said, none where it did not answer.
  returned: success
  type: dict
silent:
  description: Why it did not answer, none where it did.
  returned: success
  type: str
"""
