# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_asset
short_description: Enter an asset by hand, or correct one
description:
  - For what neither the property book nor a discovery brings, such as a monitor or a projector that is an
    asset of its own
    with a parent. Fields are read as the import reads its cells.
  - Refused are a number or a serial that an asset has, an unknown parent, a circle of parents, and a status
    that
    contradicts an open loan or stocktake; nothing is changed then.
version_added: "0.2.0"
options:
  act:
    description: What is done.
    type: str
    required: true
    choices: [enter, correct]
  number:
    description: The asset that is corrected, by its number.
    type: str
  fields:
    description: >-
      Fields of the asset card to what they are, as C(name), C(model), C(serial), C(room), C(seat),
      C(original_value), C(purchased_on), C(parent_number). An empty one is emptied.
    type: dict
    default: {}
  number_rule:
    description: How the number of an asset that has none is made.
    type: str
    default: ""
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Enter a monitor
  jifang.lab.register_asset:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: enter
    fields:
      asset_number: XS-001
      name: 显示器
      parent_number: PC-001
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
