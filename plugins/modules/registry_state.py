# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_state
short_description: What locks removable media on a Windows PC, as registry values
description:
  - Compiles the variables of the role C(jifang.lab.win_usb_lockdown) into registry values. Does not contact the
    host.
  - Without O(found) it says which keys have to be asked; with it, what is to be written and taken away.
version_added: "0.2.0"
options:
  build:
    description: The host's C(CurrentBuildNumber). One that is too old for what is wanted fails.
    type: str
  found:
    description: The results of M(ansible.windows.win_reg_stat) over the keys that were to be asked.
    type: list
    elements: dict
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Only computes, in check mode and without.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
  platform:
    description: The hosts that it computes for.
    platforms: windows
    support: full
notes:
  - Not run on a real Windows.
seealso:
  - module: jifang.lab.offline_registry
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Work out what has to be asked
  jifang.lab.registry_state:
    build: "19045"
  register: wanted
"""

RETURN = r"""
asked:
  description: Paths of the keys to ask.
  returned: without O(found)
  type: list
  sample: ['HKLM:\SYSTEM\CurrentControlSet\Services\USBSTOR']
values:
  description: Values to write or take away, each with C(path), C(name), C(type), C(data), C(state).
  returned: with O(found)
  type: list
extra:
  description: Values of lists that must go, each with C(path) and C(name).
  returned: with O(found)
  type: list
gone:
  description: Keys that must go.
  returned: with O(found)
  type: list
msg:
  description: What Windows cannot do of what was asked for.
  returned: when there is something
  type: str
"""
