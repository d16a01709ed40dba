# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_licence_report
short_description: Compare installed packages with the licences that the school owns
description:
  - Over-used, unused, expired, about to expire and unlicensed installations, by licence and room. Only listed
    products are looked for.
  - A computer whose packages were not collected counts as unknown, not as without the product. Nothing is changed
    in the ledger.
version_added: "0.2.0"
options:
  within_days:
    description: A licence that ends within so many days is listed as about to expire; 60 without it.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.register_licence
"""

EXAMPLES = r"""
- name: Compare packages with licences
  jifang.lab.register_licence_report:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    papers: /srv/school/reports/papers
"""

RETURN = r"""
papers:
  description: The papers that were written, to print and sign.
  returned: success
  type: list
  elements: str
msg:
  description: The result in one sentence, in the person's language.
  returned: success
  type: str
"""
