# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: offline_registry
short_description: Lock removable media in a mounted Windows image
description:
  - Writes what M(jifang.lab.registry_state) computes into the hive files of a Windows partition that is mounted on
    the control node, into the control set that it starts with.
  - A hive is changed as a copy, looked at, and put in the place of the old one in one step, with the old one's
    rights; the old one stays beside it as a backup.
  - Refuses a Windows that only sleeps, and a hive that is damaged or was not written to its end.
version_added: "0.2.0"
options:
  path:
    description: The folder where the Windows partition is mounted.
    type: path
    required: true
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Looks and says what it would change, writes nothing.
    support: full
  diff_mode:
    description: The registry values before and after.
    support: full
  platform:
    description: Where it runs; the image is mounted there.
    platforms: posix
    support: full
notes:
  - Needs Debian's package C(python3-hivex). Never started as a Windows afterwards; see the role's README.
seealso:
  - module: jifang.lab.registry_state
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Write the policy into the image's hive files
  jifang.lab.offline_registry:
    path: /mnt/windows
"""

RETURN = r"""
backups:
  description: The old hives.
  returned: success
  type: list
  sample: [/mnt/windows/Windows/System32/config/SYSTEM.jifang-20261125T080000Z]
msg:
  description: What Windows cannot do of what was asked for.
  returned: when there is something
  type: str
"""
