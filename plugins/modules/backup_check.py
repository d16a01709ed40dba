# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_check
short_description: Check every repository of a backup server, and thin out what is good
description:
  - Reads what each repository holds, checks the data itself, and says what is wrong in one sentence for each fault.
  - Where nothing is wrong, archives beyond O(keep) are taken away; after a check that found something, none is.
version_added: "0.3.0"
options:
  folder:
    description: Where the repositories lie.
    type: path
    required: true
  user:
    description: The user that the machines come as.
    type: str
    required: true
  min_free_percent:
    description: How much of the disk must be free.
    type: int
    default: 10
  verify_days:
    description: After how many days all data is proven by the key again. 0 does it now.
    type: int
    default: 7
  prune:
    description: Whether old archives are taken away where nothing is wrong.
    type: bool
    default: true
  keep:
    description: How many archives are kept by C(daily), C(weekly), C(monthly) and C(yearly).
    type: dict
    default: {}
  accept:
    description: Hosts whose missing archives a person has looked into.
    type: list
    elements: str
    default: []
  unlock:
    description: Hosts whose lock is taken away, where no process holds it.
    type: list
    elements: str
    default: []
  path:
    description: The file in which the newest check is kept for findings and reports.
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
  - module: jifang.lab.backup_run
"""

EXAMPLES = r"""
- name: Check every repository
  jifang.lab.backup_check:
    folder: /srv/jifang-backup
    user: jifang-backup
    keep: {daily: 14, weekly: 8, monthly: 12}
    path: /srv/school/reports/backups.json
"""

RETURN = r"""
red:
  description: The hosts with faults.
  returned: success
  type: list
msg:
  description: A sentence for each fault, or that a host is good.
  returned: success
  type: list
"""
