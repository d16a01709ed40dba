# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_repository
short_description: Make the repositories of a machine, and keep their keys in the vault
description:
  - Makes each repository that is not there yet, encrypted. Exports the key of each and keeps it on the control
    node, closed by the password of this run's vault; a key that changed is kept beside the former one.
version_added: "0.3.0"
options:
  escrow:
    description: The folder for the keys on the control node.
    type: path
    required: true
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.backup]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - module: jifang.lab.backup_files
  - module: jifang.lab.backup_run
"""

EXAMPLES = r"""
- name: Make the repositories and keep their keys in the vault
  jifang.lab.backup_repository:
    escrow: /srv/school/backup-keys
"""

RETURN = r"""
escrow:
  description: The files of the keys.
  returned: success
  type: list
msg:
  description: Where the keys are kept.
  returned: success
  type: str
"""
