# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: uwf_plan
short_description: By which commands a Windows PC is frozen or thawed
description:
  - Compares what the Unified Write Filter told with the variables of the role C(jifang.lab.win_freeze) and returns
    the commands of C(uwfmgr.exe) that are wanting. Does not contact the host.
version_added: "0.2.0"
options:
  present:
    description: What the role's script read.
    type: dict
    required: true
  installing:
    description: The filter is only about to be installed. Checks whether the PC may be restarted for it.
    type: bool
    default: false
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
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Work out the commands
  jifang.lab.uwf_plan:
    present: "{{ told.result }}"
"""

RETURN = r"""
commands:
  description: Commands in their order, each as a list of words.
  returned: success
  type: list
  sample: [[uwfmgr.exe, filter, enable]]
restart:
  description: Whether the PC is to be restarted.
  returned: success
  type: bool
  sample: true
"""
