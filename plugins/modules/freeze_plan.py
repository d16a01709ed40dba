# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: freeze_plan
short_description: Say what is to be done to freeze or thaw a PC
description:
  - Asks the PC by one read-only probe whether it is frozen, who is logged in, and what speaks against it; compares
    it with what the role C(jifang.lab.freeze) has compiled; returns the steps that are left.
  - Fails, before anything was changed, where the PC cannot be frozen or where a restart would cost a logged-in
    user's work.
version_added: "0.2.0"
options:
  room:
    description: The room whose PCs are meant, as their C(lab_room) has it; V(*) for all rooms.
    type: str
    required: true
  state:
    description: What the PC shall be.
    type: str
    required: true
    choices: [frozen, thawed, absent]
  until:
    description: Until when it is thawed, in the school's time. Needed where O(state) is V(thawed).
    type: str
  confirm:
    description: Hosts that may be restarted although somebody is logged in.
    type: list
    elements: str
  restart:
    description: Whether the PC may be restarted now.
    type: bool
    default: true
  expect:
    description: Instead of planning, fail unless the PC came up like this.
    type: str
    choices: [frozen, thawed]
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Only reads, in check mode and without.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
  platform:
    description: What can be asked.
    platforms: posix
    support: full
seealso:
  - module: jifang.lab.desired_state
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Look at the PC and say what is to be done
  jifang.lab.freeze_plan:
    room: 机房一
    state: frozen
  register: plan
"""

RETURN = r"""
frozen:
  description: Whether the PC is frozen; nothing for a PC of another room.
  returned: success
  type: bool
  sample: true
steps:
  description: What is left to do, of C(open), C(restart_thawed), C(converge), C(arm) and C(restart_frozen).
  returned: success
  type: list
  sample: [converge, arm, restart_frozen]
until:
  description: When a maintenance window that is opened now ends, in seconds since 1970.
  returned: success
  type: int
  sample: 1795600800
msg:
  description: What will happen to the PC, line by line.
  returned: when the PC is of the room
  type: str
"""
