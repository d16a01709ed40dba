# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_closing
short_description: Write down which rooms' ports are switched off until when
description:
  - M(jifang.lab.switch_config) switches them. Every errand that configures switches reads this, so that none opens a
    room before its time, and each opens those whose time is over.
version_added: "0.4.0"
options:
  state:
    description: Whether the rooms are closed or open.
    type: str
    choices: [closed, open]
    required: true
  rooms:
    description:
      - The rooms, as C(lab_network) calls them.
      - To open, without any, those whose time is over.
    type: list
    elements: str
    default: []
  until:
    description: When they open again - a time of day, minutes from now, or a date with a time, within 24 hours.
    type: str
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network, jifang.lab.switch]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.switch_config
"""

EXAMPLES = r"""
- name: Close a room for an exam
  jifang.lab.switch_closing:
    home: /srv/school/ledger/switches
    state: closed
    rooms: [Room 1]
    until: "11:35"
"""

RETURN = r"""
until:
  description: When the rooms open again, in UTC, as systemd takes it.
  returned: state is closed
  type: str
"""
