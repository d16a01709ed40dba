# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: usb_gate
short_description: Open a room's locked USB storage for a time
description:
  - With O(act=unlock), the PCs of a room that the role C(jifang.lab.usb_lockdown) has locked take USB storage, discs
    and cards until the time that is given, and lock themselves again. A reboot does not prolong it, nor does a clock
    that is set back. Hosts of other rooms are skipped.
  - With O(act=check), fails on a PC that starts from a USB disk, which the role must not lock, and on one whose
    USBGuard has rules of somebody else's that it cannot read.
  - With O(act=check_rooms), fails where a stick is allowed in a room in which the inventory has no host. Asks no PC.
version_added: "0.2.0"
options:
  act:
    description: What to do.
    type: str
    required: true
    choices: [check, check_rooms, unlock]
  room:
    description: The room, as C(lab_room) has it. Needed to unlock.
    type: str
  until:
    description: The end, as C(YYYY-MM-DD HH:MM), or C(HH:MM) for today, by the school's clock. At most a week away.
    type: str
  minutes:
    description: For how many minutes, instead of O(until).
    type: str
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Says whether a window would be opened or changed; opens none.
    support: full
  diff_mode:
    description: Shows the window before and after.
    support: full
  platform:
    description: Linux PCs with systemd.
    platforms: posix
    support: full
notes:
  - The window is refused where the PC's clock and the control node's differ by more than ten minutes.
seealso:
  - module: jifang.lab.drift
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Open USB storage for a lesson
  jifang.lab.usb_gate:
    act: unlock
    room: 机房一
    minutes: "45"
"""

RETURN = r"""
until:
  description: When the PC locks itself again, in seconds since 1970 (UTC).
  returned: when a window was opened, or is open already
  type: int
  sample: 1764059400
"""
