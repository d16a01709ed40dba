# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_scrap
short_description: Ask to scrap assets, enter the approval and the disposal
description:
  - A request (报废申请表) says the age from the book-in date, the rule that applies with its source, straight-line
    depreciation and net value. What is not known stays unknown.
  - Refused where an asset is on loan, in repair, scrapped, or before its least number of years without a reason of
    its own; nothing is changed then.
  - An approved asset is to be scrapped (待报废); it is scrapped (已报废) once it was disposed of under a document's
    number.
version_added: "0.2.0"
options:
  act:
    description: What happened.
    type: str
    required: true
    choices: [request, approve, dispose]
  number:
    description: The number of the scrap request, as its paper says.
    type: str
  assets:
    description: The asset numbers, as on the labels.
    type: list
    elements: str
    default: []
  why:
    description: The reason for scrapping, as it stands on the paper.
    type: str
  early_reason:
    description: Why an asset goes before its least number of years.
    type: str
  applicant:
    description: Who asks for it.
    type: str
  appraisers:
    description:
      - Who appraised it, at least as many as the table of lives asks for. Without them the paper has empty lines to
        sign.
    type: list
    elements: str
    default: []
  opinion:
    description: What the appraisers found.
    type: str
  requested_on:
    description: The day of the request, C(2026-09-01). Today without it.
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
  document_number:
    description: The number of the document that allows the disposal.
    type: str
  disposed_to:
    description: Who takes the assets.
    type: str
  disposed_on:
    description: The day of disposal. Today without it.
    type: str
  proceeds:
    description: What was paid for them, in CNY.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_disk_wipe
  - module: jifang.lab.register_entry
"""

EXAMPLES = r"""
- name: Ask to scrap two computers
  jifang.lab.register_scrap:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    act: request
    assets: [PC-001, PC-002]
    why: 主板损坏，无法修复
    applicant: 刘老师
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
