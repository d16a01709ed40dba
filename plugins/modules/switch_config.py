# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_config
short_description: Bring a switch to its intended configuration, with a way back that needs nobody
description:
  - Reads what runs on the switch, works out the fewest commands that lead to what C(lab_network) wants, starts the
    switch's own timer, types the commands, and keeps the change only where a new session sees it. Otherwise it is taken
    back, by commands or by the switch itself, whatever became of the control node.
  - The switch is the host of the play, or what its variable C(lab_switch) names. It is reached by C(ansible_host)
    (by default its address in the description), C(ansible_port), C(ansible_user), C(ansible_password) or
    C(ansible_ssh_private_key_file), and C(ansible_become_password) for enable. Its SSH host key is checked against
    C(lab_switch_known_hosts), by default the user's own file. A Linux bridge is reached by the host's own connection.
  - Rooms that are closed for a lesson or an exam stay closed until their time is over.
version_added: "0.4.0"
options:
  minutes:
    description: After how many minutes the switch goes back by itself, 2 to 59.
    type: int
    default: 5
  save_unsaved:
    description: Whether what runs without being saved is saved where nothing else is to be done.
    type: bool
    default: false
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network, jifang.lab.switch]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: jifang.lab.switch_backup
  - module: jifang.lab.switch_closing
"""

EXAMPLES = r"""
- name: Bring this switch to its configuration
  jifang.lab.switch_config:
    home: /srv/school/ledger/switches
"""

RETURN = r"""
commands:
  description: What was typed, or in check mode would be.
  returned: success
  type: list
  elements: str
words:
  description: The same in words.
  returned: success
  type: list
  elements: str
notes:
  description: What was left as it is, and why.
  returned: success
  type: list
  elements: str
result:
  description: V(same), V(done), V(untouched), V(taken_back), V(returned), V(lost) or V(unsaved).
  returned: without check mode
  type: str
"""
