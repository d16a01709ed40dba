# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_stocktake
short_description: Count what a room holds, and adjust the ledger after approval
description:
  - The list of a room is frozen at the start. It is counted from facts, from a file of scanned codes and by
    hand, closed
    with sheets to sign, and compared by value, count and place with the ledger and the finance book.
  - The ledger changes with the approval only, in one entry that can be undone.
  - Refused are a second open stocktake of a room, a count after the closing, a second closing or approval, an
    approval
    before the closing, and what is unknown; nothing is changed then.
version_added: "0.2.0"
options:
  act:
    description: What is done.
    type: str
    required: true
    choices: [start, count, close, approve]
  number:
    description: The number of the stocktake, such as C(2026-0001).
    type: str
  room:
    description: The room that is counted.
    type: str
  whole_school:
    description: Start one stocktake for each room that the ledger knows.
    type: bool
    default: false
  started_by:
    description: Who starts it.
    type: str
  started_on:
    description: The day as of which the list is frozen, C(2026-09-01). Today without it.
    type: str
  book:
    description: >-
      The finance book to compare with, XLSX, XLS, ODS or CSV. Without it, the book as it was imported last.
    type: path
  book_sheet:
    description: The sheet of the finance book; empty takes the first.
    type: str
    default: ""
  book_columns:
    description: Column header to ledger field, for headers that are not recognised.
    type: dict
    default: {}
  class_standard:
    description: The standard of the class codes in the book.
    type: str
    default: ""
  method:
    description: >-
      How it was counted: collected facts, a file of scanned codes, or by hand.
    type: str
    choices: [facts, file, hand]
    default: hand
  counted_by:
    description: Who counted.
    type: str
  counted_on:
    description: The day of counting. Today without it.
    type: str
  days:
    description: With C(facts), machines that were seen within so many days; without it, since the start.
    type: str
  file:
    description: With C(file), the codes that a phone scanned, as text or as a table.
    type: path
  surplus:
    description: >-
      With C(file), whether codes that belong to no asset are counted as surplus. They are refused otherwise.
    type: bool
    default: false
  asset:
    description: With C(hand), the asset that was counted; empty for a surplus thing without a number.
    type: str
  quantity:
    description: How many were found; C(0) for what was searched for and not found. All of it without a
      number.
    type: str
  found_room:
    description: The room where it was found; the room that is counted without it.
    type: str
  found_seat:
    description: The seat where it was found.
    type: str
  condition:
    description: How it was found.
    type: str
    choices: [intact, damaged, unused]
  note:
    description: What is damaged, or anything else to say.
    type: str
  name:
    description: The name of a surplus thing.
    type: str
  model:
    description: The model of a surplus thing.
    type: str
  serial:
    description: The serial number of a surplus thing.
    type: str
  items:
    description: >-
      With C(hand), several at once, each with C(asset), C(quantity), C(room), C(seat), C(condition),
      C(note), C(name), C(model), C(serial).
    type: list
    elements: dict
    default: []
  supervised_by:
    description: Who supervised the count; somebody else than who counted.
    type: str
  custodian:
    description: The custodian who signs.
    type: str
  head:
    description: The head of department who signs.
    type: str
  closed_on:
    description: The day of closing. Today without it.
    type: str
  uncounted:
    description: >-
      What assets are that nobody counted: a reason to refuse the closing, missing, or left uncounted.
    type: str
    choices: [refuse, shortage, leave]
    default: refuse
  approved_by:
    description: Who approves; somebody else than who counted.
    type: str
  approved_on:
    description: The day of approval. Today without it.
    type: str
  choices:
    description: >-
      Line of the sheet of differences, or C(all), to what is done with it, C(move), C(settle), C(quantity),
      C(condition), C(create) or C(leave); several as C(move+quantity). Lines that are not named are left.
    type: dict
    default: {}
  number_rule:
    description: How the number of a surplus thing that becomes an asset is made.
    type: str
    default: ""
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Freeze the list of a room
  jifang.lab.register_stocktake:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: start
    room: 机房一
    started_by: 刘老师
    papers: /srv/school/reports/papers

- name: Count what a phone scanned
  jifang.lab.register_stocktake:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: count
    number: 2026-0001
    method: file
    file: /srv/school/scans.csv
    counted_by: 刘老师
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
