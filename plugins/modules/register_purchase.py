# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_purchase
short_description: Ask for a purchase, enter its approval and what arrived
description:
  - A request (采购申请表) has lines that a person gives and lines that the ledger adds. An asset is suggested once, and
    not again while a request that names it is open.
  - The approver is somebody else than the applicant.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [request, approve, receive]
  number:
    description: The number of the purchase request, as its paper says.
    type: str
  lines:
    description:
      - What is wanted, each line with C(item) and C(quantity), and where known C(unit), C(basis), C(reason),
        C(specification), C(unit_price), C(budget_source) and C(assets), the numbers of what it replaces.
    type: list
    elements: dict
    default: []
  prefill:
    description:
      - Lines that the ledger adds - assets past their years (C(over_life)), broken ones (C(fault)), missing ones
        (C(shortage)).
    type: list
    elements: str
    choices: [over_life, fault, shortage]
    default: []
  why:
    description: The reason for the purchase, as it stands on the paper.
    type: str
  applicant:
    description: Who asks for it.
    type: str
  department:
    description: For which department.
    type: str
  requested_on:
    description: The day of the request, C(2026-09-01). Today without it.
    type: str
  specification:
    description: The wanted specification of what the ledger adds.
    type: str
  unit_price:
    description: The estimated price in CNY of one piece of what the ledger adds.
    type: str
  budget_source:
    description: Where the money comes from, for lines that do not say.
    type: str
  lives:
    description: The school's own table of lives. Without it, the one that comes with Jifang.
    type: path
  approved_by:
    description: Who approved it.
    type: str
  approved_on:
    description: The day of approval. Today without it.
    type: str
  received_by:
    description: Who received it.
    type: str
  received_on:
    description: The day of receipt. Today without it.
    type: str
  delivery_note:
    description: The number of the supplier's delivery note.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_scrap
  - module: jifang.lab.register_entry
"""

EXAMPLES = r"""
- name: Ask for what is past its years
  jifang.lab.register_purchase:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: request
    prefill: [over_life, fault]
    why: 更新机房一
    applicant: 刘老师
    unit_price: "4500"
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
