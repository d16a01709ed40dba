# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_files
short_description: Make the settings of a machine's backup out of its variables
description:
  - Checks every variable C(backup_client_…) of the host, and makes of them the files that borgmatic and the program
    of role C(backup_client) read. Writes nothing.
version_added: "0.3.0"
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.backup]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - module: jifang.lab.backup_repository
"""

EXAMPLES = r"""
- name: Work out the settings
  jifang.lab.backup_files:
  register: settings
  no_log: true
"""

RETURN = r"""
files:
  description: Text of each file below C(/etc/jifang/backup) by its name. Holds secrets.
  returned: success
  type: dict
borgmatic:
  description: Text of borgmatic's settings by repository. Holds secrets.
  returned: success
  type: dict
"""
