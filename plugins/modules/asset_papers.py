# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: asset_papers
short_description: Print the cards, the labels or the register of assets
description:
  - Cards (固定资产卡片), labels with a QR code, or the register (计算机设备台帐), as one PDF to print.
  - The ledger is only read.
version_added: "0.2.0"
options:
  what:
    description: What to print.
    type: str
    required: true
    choices: [cards, labels, register]
  assets:
    description: Asset numbers. Without them, all assets of O(rooms).
    type: list
    elements: str
    default: []
  rooms:
    description: Rooms, as the property book writes them. Without them, the whole school but what was scrapped.
    type: list
    elements: str
    default: []
  sheet:
    description: The label paper - A4 sheets of 3 x 8, 2 x 7 or 4 x 10 labels, or a roll of 50 x 30 mm.
    type: str
    choices: [a4_3x8, a4_2x7, a4_4x10, roll_50x30]
    default: a4_3x8
  geometry:
    description:
      - Label paper of other measures, in millimetres - C(page_width_mm), C(page_height_mm), C(columns), C(rows),
        C(label_width_mm), C(label_height_mm), and as needed C(left_mm), C(top_mm), C(gap_x_mm), C(gap_y_mm).
      - Where it is given, O(sheet) does not count.
    type: dict
    default: {}
  skip:
    description: How many labels of the first sheet are used up already; none without it.
    type: str
  papers:
    description: The folder for the PDF.
    type: path
    required: true
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.ledger_report
"""

EXAMPLES = r"""
- name: Print the labels of a room
  jifang.lab.asset_papers:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    what: labels
    rooms: [机房一]
    sheet: roll_50x30
    papers: /srv/school/reports/papers
"""

RETURN = r"""
count:
  description: How many assets were printed.
  returned: success
  type: int
papers:
  description: The PDF that was written.
  returned: success
  type: list
  elements: str
"""
