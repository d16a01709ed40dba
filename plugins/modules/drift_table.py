# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: drift_table
short_description: Show what the looks of a play found, room by room
description:
  - Takes what M(jifang.lab.drift) returned for every host of the play, shows a table with a row for each room, and
    below it what drifted on which PCs. A host without an answer is counted as not looked at; hosts with
    C(lab_device) and those of the group C(servers) are left out.
  - Runs once for the play, on the control node.
version_added: "0.2.0"
options:
  look:
    description: The name of the variable in which each host's look is registered.
    type: str
    required: true
  path:
    description: A JSON file of the control node in which the same is kept. It is replaced in one step.
    type: path
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Shows the same in check mode, and writes no file.
    support: full
  diff_mode:
    description: What is written is shown anyway.
    support: none
  platform:
    description: Hosts of any kind; they are not asked.
    platforms: posix
    support: full
seealso:
  - module: jifang.lab.drift
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Look at this PC
  jifang.lab.drift:
    roles: [lab_pc]
  register: baseline_look

- name: Show the rooms
  jifang.lab.drift_table:
    look: baseline_look
    path: /srv/school/reports/baseline.json
"""

RETURN = r"""
rooms:
  description: A list of rooms, each with its PCs and what drifted on them.
  returned: success
  type: list
  sample:
    - room: 机房一
      pcs:
        - {host: pc01, seat: "01", looked: true, drift: [], notes: []}
"""
