# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_repair
short_description: Take a fault from its report to its end
description:
  - In warranty the vendor is called.
  - Out of warranty two different people confirm the fault and the person in charge approves.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [open, diagnose, decide, close]
  asset:
    description: The asset number, as on the label.
    type: str
  number:
    description: The number of the repair.
    type: str
  fault:
    description: What is wrong with it.
    type: str
  reported_by:
    description: Who reports the fault.
    type: str
  room:
    description: Where it stood. As in the property book without it.
    type: str
  seat:
    description: At which seat. As in the property book without it.
    type: str
  sat_there:
    description: Who sat there. The account of the newest session that was seen without it.
    type: str
  finding:
    description: The number of the finding that showed the fault.
    type: str
  broken_part:
    description: What is broken.
    type: str
  cause:
    description: Why it is broken.
    type: str
    choices: [wear, damage, unknown]
    default: unknown
  confirmers:
    description: The two different people who confirm the fault.
    type: list
    elements: str
    default: []
  note:
    description: What else the diagnosis found.
    type: str
  route:
    description: What is done about it.
    type: str
    choices: [warranty, stock, purchase, no_parts, scrap]
  approved_by:
    description: The person in charge who approves. Not needed for a warranty call.
    type: str
  purchase_request:
    description: The number of the purchase request, for C(purchase).
    type: str
  scrap_request:
    description: The number of a scrap request that is there already, for C(scrap).
    type: str
  vendor_reference:
    description: The number that the vendor gave to the call.
    type: str
  parts:
    description: Parts from the store, each as C(item=quantity); one piece where no quantity is given.
    type: list
    elements: str
    default: []
  receiver:
    description: Who receives the parts and signs the slip.
    type: str
  result:
    description: How it ended.
    type: str
  cost:
    description: What it cost, in yuan; 0 where it cost nothing.
    type: str
  accepted_by:
    description: Who accepts the repair.
    type: str
  downtime_hours:
    description: Hours that it was missing, where days are too coarse.
    type: str
  new_parts:
    description: What was built in, each as C(memory=serial), so that the next facts can be compared.
    type: list
    elements: str
    default: []
  day:
    description: The day of the step, C(2026-09-01). Today without it.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Enter a fault
  jifang.lab.register_repair:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: open
    asset: PC-001
    fault: 不能开机
    reported_by: 王芳
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
