# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: drift
short_description: Look by one probe whether a host is as its roles want it
description:
  - Compiles what the roles want for this host, sends one small read-only probe over whatever connection the host has,
    and compares on the control node. Nothing is changed.
  - Names everything that is not as wanted, each with its reason. What could not be looked at is named too, and counts
    as drift, so that it is brought about again and not passed over.
  - Run the roles for those hosts only that drifted, then look again with O(settled=true).
version_added: "0.2.0"
options:
  roles:
    description: The roles whose effect is looked for, in the order in which they run.
    type: list
    elements: str
    required: true
  settled:
    description: Fail where anything drifted. For the look after the roles have run.
    type: bool
    default: false
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
    description: What can be looked at.
    platforms: posix
    support: full
seealso:
  - module: jifang.lab.desired_state
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Look first
  jifang.lab.drift:
    roles: [lab_pc]
  register: look

- name: Leave a PC alone that is as wanted
  ansible.builtin.meta: end_host
  when: not look.drifted
"""

RETURN = r"""
drifted:
  description: Whether anything is not as wanted, or could not be looked at.
  returned: success
  type: bool
  sample: true
roles:
  description: The roles of which something drifted.
  returned: success
  type: list
  sample: [lab_pc]
items:
  description: What drifted, in the order in which the roles bring it about.
  returned: success
  type: list
  sample:
    - role: lab_pc
      kind: file
      subject: /etc/sudoers.d/jifang
      why: has another content
      known: true
      text: "file /etc/sudoers.d/jifang: has another content"
notes:
  description: What a person should know and no run can mend.
  returned: success
  type: list
  sample: []
"""
