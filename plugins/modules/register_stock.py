# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_stock
short_description: Move parts and consumables against signatures
description:
  - The level of an item is the sum of its movements.
  - It is never negative, and a count puts it right with a reason.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [add, receive, issue, count]
  item:
    description: "The item: its number, its name with the model, or a name that only one item has."
    type: str
  items:
    description: What goes out, each as C(item=quantity); one piece where no quantity is given.
    type: list
    elements: str
    default: []
  name:
    description: The name of a new item.
    type: str
  model:
    description: Its model or size.
    type: str
  category:
    description: Whether it is a part or is used up.
    type: str
    choices: [part, consumable]
    default: part
  unit:
    description: The unit that it is counted in.
    type: str
  minimum:
    description: The level below which it is listed as low. 0 without it.
    type: str
  place:
    description: Where it lies.
    type: str
  quantity:
    description: How many came in.
    type: str
  supplier:
    description: Who delivered it.
    type: str
  price:
    description: The price of one, in yuan.
    type: str
  document:
    description: The invoice or delivery note.
    type: str
  receiver:
    description: Who receives it and signs the slip.
    type: str
  purpose:
    description: What it is for.
    type: str
  asset:
    description: The number of the asset that it is for.
    type: str
  counted:
    description: How many lie in the store.
    type: str
  counted_by:
    description: Who counted.
    type: str
  count_reason:
    description: Where a difference comes from. Needed where there is one.
    type: str
  day:
    description: The day of the movement, C(2026-09-01). Today without it.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Give two memory modules out
  jifang.lab.register_stock:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: issue
    items: ["内存条=2"]
    receiver: 王芳
    asset: PC-001
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
