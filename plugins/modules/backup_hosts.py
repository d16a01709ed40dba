# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_hosts
short_description: Refuse where no machine is backed up
description:
  - A play over an empty group ends well; this fails where the group C(backup_clients) is empty, where no server is
    named, or where a machine would keep its own backups.
version_added: "0.3.0"
options:
  scratch:
    description: Whether a scratch machine in the group C(backup_scratch) is needed too.
    type: bool
    default: false
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.backup]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - module: jifang.lab.backup_run
"""

EXAMPLES = r"""
- name: See that there is something to back up
  jifang.lab.backup_hosts:
"""

RETURN = r"""
hosts:
  description: The machines that are backed up.
  returned: success
  type: list
"""
