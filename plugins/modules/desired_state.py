# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: desired_state
short_description: What a role wants on this host, as data for ordinary tasks
description:
  - Compiles the role's variables into what is wanted (files, packages, units and so on), asks the host by one read-only
    probe which of it concerns it (apt or dnf, which boot loader), and returns that part.
  - A variable that makes no sense fails here, before anything was changed.
  - The role C(jifang.lab.desired_state) takes the result and brings it about by builtin modules.
version_added: "0.2.0"
options:
  role:
    description: The role whose variables are compiled. Where one is not set, the role's own default is taken.
    type: str
    required: true
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
notes:
  - The result is kept out of every log where a file of it is secret.
seealso:
  - module: jifang.lab.drift
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Work out what this PC must be like
  jifang.lab.desired_state:
    role: lab_pc
  register: wanted
"""

RETURN = r"""
desired:
  description: What is wanted, a list for each kind, as described in C(plugins/plugin_utils/desired/applying.py).
  returned: success
  type: dict
drifted:
  description: Whether anything of it is not so yet.
  returned: success
  type: bool
  sample: false
"""
