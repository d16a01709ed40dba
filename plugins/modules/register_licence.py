# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_licence
short_description: Enter a software licence, or end it
description:
  - Which packages it is for is told by their names or the beginning of their names.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [enter, end]
  number:
    description: The number of the licence.
    type: str
  product:
    description: The product, as people call it.
    type: str
  edition:
    description: The edition.
    type: str
  publisher:
    description: Who publishes it.
    type: str
  seats:
    description: On how many computers it may be installed.
    type: str
  proof:
    description: The number of the contract, invoice or certificate.
    type: str
  packages:
    description:
      - Names of packages that the product is installed as, whole or their beginning with an asterisk at the end
        (C(wps-*)).
    type: list
    elements: str
    default: []
  valid_from:
    description: The first day, C(2026-09-01). Today without it.
    type: str
  valid_until:
    description: The last day. Without it, for ever.
    type: str
  rooms:
    description: The rooms that it is for. With neither rooms nor departments, the whole school.
    type: list
    elements: str
    default: []
  departments:
    description: The departments that it is for.
    type: list
    elements: str
    default: []
  note:
    description: Anything else.
    type: str
  end_reason:
    description: Why it ends before its last day.
    type: str
  ended_by:
    description: Who ends it.
    type: str
  ended_on:
    description: The day of the end. Today without it.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_licence_report
  - module: jifang.lab.register_entry
"""

EXAMPLES = r"""
- name: Enter a licence for 60 computers of one room
  jifang.lab.register_licence:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: enter
    product: WPS Office
    edition: 教育版
    seats: "60"
    proof: HT-2026-01
    packages: ["wps-office*"]
    rooms: [机房一]
    valid_until: "2027-08-31"
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
