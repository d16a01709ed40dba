# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_reconcile
short_description: Compare the property book with what was really seen
description:
  - Links machines to register rows by several agreeing keys and opens, keeps or resolves findings
    (盘盈, 盘亏, 信息不符, 部件变更, 疑似互换, 位置不符, 序列号不可信, 未知, 库存不足, USB 违规, 错过执行, 备份异常).
  - A host that was off is unknown, never missing. A run limited to one room says nothing of the others.
  - What a person entered is never changed.
version_added: "0.1.0"
options:
  hosts:
    description:
      - The hosts that the run was limited to. Findings of other hosts, seats and rooms are left as they are.
      - Without it, or where none of them is in the inventory, the whole school is compared.
    type: list
    elements: str
    default: []
  backups:
    description:
      - The file in which M(jifang.lab.backup_check) keeps its newest check. Machines of the group C(backup_clients)
        whose backups are not good become findings.
    type: path
extends_documentation_fragment: [jifang.lab.ledger]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: jifang.lab.ledger_commit
  - module: jifang.lab.ledger_report
"""

EXAMPLES = r"""
- name: Compare the book with what was seen
  jifang.lab.ledger_reconcile:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
"""

RETURN = r"""
summary:
  description: Counts of findings.
  returned: success
  type: dict
  sample: {opened: 5, still_open: 0, resolved: 0}
"""
