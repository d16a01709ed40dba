# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_warning
short_description: Make a warning slip of a USB attempt
description:
  - The slip (警告单) says who, when, where, which device and which rule. Pupil, class teacher and administrator sign
    its two stubs.
  - Refused where the attempt is on a slip already, or where nobody knows who it was and no name is given; nothing is
    changed then.
version_added: "0.3.0"
options:
  attempt:
    description: The number of one attempt. Either this or O(finding).
    type: str
  finding:
    description: The number of a finding of USB attempts; the slip is of all of its attempts that are on none yet.
    type: str
  rule:
    description: The rule that was broken, in the school's words. Without it, that nothing may be plugged in.
    type: str
  pupil:
    description: Who it was. Without it, the one account that was logged in.
    type: str
  pupil_class:
    description: The pupil's class.
    type: str
  measure:
    description: What follows from it. Without it, the slip leaves room to write.
    type: str
  issued_on:
    description: The day of the slip, C(2026-09-01). Today without it.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Warn the pupil who plugged in a stick
  jifang.lab.register_warning:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    attempt: "17"
    pupil: 陈敏
    pupil_class: 高二（3）班
    rule: 未经管理员许可，不得在机房电脑上使用 U 盘、移动硬盘、手机等存储设备。
    papers: /srv/school/reports/papers
"""

RETURN = r"""
entry:
  description: The number of the entry, by which it can be undone.
  returned: success
  type: str
  sample: 2026-0001
papers:
  description: The slip, to print and sign.
  returned: success
  type: list
  elements: str
msg:
  description: What was entered, in the person's language.
  returned: success
  type: str
"""
