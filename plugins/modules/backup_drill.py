# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_drill
short_description: Restore backups onto a scratch machine and prove them
description:
  - Restores the newest and one older archive of each service onto this machine, which must be a scratch machine and
    none that is backed up. Proves the hashes of files, the rows of databases and that the service answers,
    measures the time that took and the age of the data, and prints a page to sign.
version_added: "0.3.0"
options:
  hosts:
    description: The machines whose backups are tried. Empty means all.
    type: list
    elements: str
    default: []
  papers:
    description: The folder for the page to sign.
    type: path
    required: true
  school:
    description: The name of the school on the page.
    type: str
    default: ''
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.backup]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - module: jifang.lab.backup_restore
"""

EXAMPLES = r"""
- name: Try the backups of the month
  jifang.lab.backup_drill:
    papers: /srv/school/reports/papers
"""

RETURN = r"""
papers:
  description: The page.
  returned: success
  type: list
msg:
  description: A sentence for each restore.
  returned: success
  type: list
"""
