# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_report
short_description: Write the site, the equipment ledger workbook and the export
description:
  - The static site works from the file system and asks nothing of any other machine. It replaces the one
    before in one step, as do workbook and export.
  - Where the variable C(lab_network) describes the school's network, the site has a page of it.
version_added: "0.1.0"
options:
  target:
    description: The folder for C(site/), C(ledger.xlsx) and C(ledger.json).
    type: path
    required: true
  school:
    description: The name on every page.
    type: str
    default: ""
  summary_lines:
    description: How many findings the returned summary lists at most.
    type: int
    default: 20
extends_documentation_fragment: [jifang.lab.ledger]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.ledger_reconcile
"""

EXAMPLES = r"""
- name: Write the reports
  jifang.lab.ledger_report:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    target: /srv/school/reports
    school: 示范中学
"""

RETURN = r"""
site:
  description: The first page of the site.
  returned: success
  type: str
  sample: /srv/school/reports/site/index.html
workbook:
  description: The equipment ledger (台帐).
  returned: success
  type: str
  sample: /srv/school/reports/ledger.xlsx
export:
  description: The whole ledger as JSON.
  returned: success
  type: str
  sample: /srv/school/reports/ledger.json
msg:
  description: The summary for a terminal.
  returned: success
  type: list
  elements: str
"""
