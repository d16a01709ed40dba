# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_loan
short_description: Lend an asset against three signatures, or take it back
description:
  - Nothing leaves without the names of the principal (校长), the leader in charge (分管领导) and the borrower (借方).
    The slip has two stubs.
  - Refused where the asset is on loan, in repair, to be scrapped or scrapped; nothing is changed then.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [lend, return]
  asset:
    description: The asset number, as on the label.
    type: str
  borrower:
    description: Who borrows it.
    type: str
  principal:
    description: The principal who signs.
    type: str
  leader:
    description: The leader in charge who signs.
    type: str
  purpose:
    description: What it is borrowed for.
    type: str
  contact:
    description: How the borrower is reached.
    type: str
  accessories:
    description: What goes with it.
    type: str
  lent_on:
    description: The day of the loan, C(2026-09-01). Today without it.
    type: str
  due_on:
    description: The day on which it is due back.
    type: str
  returned_on:
    description: The day of return. Today without it.
    type: str
  condition:
    description: How it came back. What is damaged goes to repair.
    type: str
    choices: [intact, incomplete, damaged]
    default: intact
  condition_note:
    description: What is missing or damaged.
    type: str
  received_by:
    description: Who took it back.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Lend the projector
  jifang.lab.register_loan:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: lend
    asset: TY-001
    borrower: 王芳
    principal: 李校长
    leader: 张主任
    purpose: 家长会
    due_on: "2026-09-20"
    papers: /srv/school/reports/papers
"""

RETURN = r"""
entry:
  description: The number of the entry, by which it can be undone.
  returned: success
  type: str
  sample: 2026-0001
papers:
  description: The papers that were written, to print and sign.
  returned: success
  type: list
  elements: str
msg:
  description: What was entered, in the person's language.
  returned: success
  type: str
"""
