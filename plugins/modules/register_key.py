# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_key
short_description: Give keys out against a signature, take them back, report a loss
description:
  - Every copy has one holder.
  - A key that is out is not lent on; a loss is reported at once.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [add, issue, return, report_loss]
  number:
    description: The number on the tag.
    type: str
  room:
    description: The room that it opens.
    type: str
  copies:
    description: How many copies there are. 1 without it.
    type: str
  notes:
    description: Anything else about it.
    type: str
  copy:
    description: Which copy, from 1.
    type: str
  holder:
    description: Who has it and signs for it.
    type: str
  purpose:
    description: What it is for.
    type: str
  received_by:
    description: Who took it back.
    type: str
  reported_by:
    description: Who reports the loss.
    type: str
  circumstances:
    description: How it was lost.
    type: str
  day:
    description: The day, C(2026-09-01); of a loss the day on which it was noticed. Today without it.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_entry
  - module: jifang.lab.register_paper
"""

EXAMPLES = r"""
- name: Give a key out
  jifang.lab.register_key:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: issue
    number: A-301
    holder: 王芳
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
