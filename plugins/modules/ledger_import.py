# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_import
short_description: Take the school's property book over into the ledger
description:
  - Reads XLSX, XLS, ODS or CSV (UTF-8, UTF-16 or GB18030) with merged title rows, subtotals, dates as text.
  - All or nothing. Every error names row, column and reason, and then nothing is written.
  - Rows that are in the ledger and no longer in the book are reported, never removed. An empty cell does not
    erase what a person entered.
version_added: "0.1.0"
options:
  path:
    description: The book, on the control node.
    type: path
    required: true
  sheet:
    description: The sheet; empty takes the first.
    type: str
    default: ""
  columns:
    description: Column header to ledger field, for headers that are not recognised.
    type: dict
    default: {}
  class_standard:
    description: The standard of the class codes in the book, where the book does not name it.
    type: str
    default: ""
  number_rule:
    description:
      - How a missing asset number is made, for example V({year}{class}{sequence:04}).
      - Without a rule, a row without a number is an error.
    type: str
    default: ""
extends_documentation_fragment: [jifang.lab.ledger]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: jifang.lab.ledger_reconcile
"""

EXAMPLES = r"""
- name: Show what the new book would change
  jifang.lab.ledger_import:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    path: /srv/school/property-book.xlsx
  check_mode: true
  diff: true
"""

RETURN = r"""
summary:
  description: Counts of rows.
  returned: success
  type: dict
  sample: {created: 16, updated: 0, unchanged: 0, missing_in_book: 0, skipped: 2}
"""
