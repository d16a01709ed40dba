# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_paper
short_description: Print a paper of the registers again
description:
  - Writes the paper as it is today, as PDF.
version_added: "0.2.0"
options:
  kind:
    description: The kind of paper, for example C(loan_slip).
    type: str
    required: true
  number:
    description: The number of what it is about, for example of the loan.
    type: str
    required: true
  papers:
    description: The folder for the paper.
    type: path
    required: true
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.register_loan
"""

EXAMPLES = r"""
- name: Print a loan's slip again
  jifang.lab.register_paper:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    kind: loan_slip
    number: 2026-0001
    papers: /srv/school/reports/papers
"""

RETURN = r"""
papers:
  description: The papers that were written.
  returned: success
  type: list
  elements: str
"""
