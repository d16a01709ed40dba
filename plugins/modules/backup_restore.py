# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_restore
short_description: Show what a restore would do, and do it where it is confirmed
description:
  - Without O(confirm) says what would be put where, and the word that confirms exactly that. With it, restores
    beside what is there, proves files and rows, and only then puts it in place; what was there is kept under
    another name.
version_added: "0.3.0"
options:
  service:
    description: The service to restore.
    type: str
    required: true
  archive:
    description: The archive, C(newest), or the newest before a date such as C(2026-09-01).
    type: str
    default: newest
  confirm:
    description: The word that the plan gave.
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
  - module: jifang.lab.backup_drill
"""

EXAMPLES = r"""
- name: Show what restoring the newest backup of a service would do
  jifang.lab.backup_restore:
    service: oa
"""

RETURN = r"""
plan:
  description: What would be, or was, put where.
  returned: success
  type: list
confirm:
  description: The word that confirms this plan.
  returned: success
  type: str
kept:
  description: Where what was there is kept.
  returned: success
  type: list
msg:
  description: The plan, or what was restored.
  returned: success
  type: list
"""
