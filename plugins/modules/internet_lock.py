# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: internet_lock
short_description: Lock the internet of rooms until an instant, or unlock it
description:
  - No rule is loaded again; the rooms become elements of a set that end by themselves, also after a restart of the
    firewall.
  - What the rooms have open is ended; other rooms notice nothing.
version_added: "0.3.0"
options:
  state:
    description: What is to be.
    type: str
    required: true
    choices: [locked, unlocked]
  rooms:
    description: The rooms, as C(lab_network) calls them.
    type: list
    elements: str
    default: []
  until:
    description: When the lock ends - a time of day, minutes from now, or a date with a time.
    type: str
  allow:
    description: Addresses and subnets that stay reachable, as in an exam.
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
    platforms: linux
seealso:
  - module: jifang.lab.firewall_rules
"""

EXAMPLES = r"""
- name: Lock the internet of a room for a lesson
  jifang.lab.internet_lock:
    state: locked
    rooms: [机房一]
    until: "11:35"
"""

RETURN = r"""
msg:
  description: What is so now, in words.
  returned: success
  type: str
"""
