# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: schedule_units
short_description: Make the systemd units of the school calendar's duties
description:
  - Reads the variables C(calendar_terms), C(calendar_duties) and the others of C(group_vars/all/calendar.yml), and
    returns a timer and a service for each duty that has a playbook, and those of a watch. Nothing is written.
version_added: "0.1.0"
options:
  command:
    description: The C(lab) command that the services call.
    type: path
    required: true
  user:
    description: The user that they run as.
    type: str
    required: true
  inventories:
    description: The inventories that they work on.
    type: list
    elements: str
    default: []
  notices:
    description: The file with the addresses that are told what was missed.
    type: path
    required: true
  language:
    description: The language of the units' descriptions. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
author: Jifang contributors
attributes:
  check_mode:
    description: Makes the same in check mode.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
  platform:
    description: Where the work is done.
    platforms: control node
    support: full
"""

EXAMPLES = r"""
- name: Make the units
  jifang.lab.schedule_units:
    command: /opt/jifang/lab
    user: jifang
    inventories: [/srv/school/hosts.yml]
    notices: /etc/jifang/notices
"""

RETURN = r"""
units:
  description: The unit files, each with its C(name) and C(content).
  returned: success
  type: list
  elements: dict
timers:
  description: The names of the timers among them.
  returned: success
  type: list
  elements: str
calendars:
  description: Every OnCalendar expression, to be checked before they are installed.
  returned: success
  type: list
  elements: str
"""
