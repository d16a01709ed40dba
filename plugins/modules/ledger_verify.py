# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_verify
short_description: Prove that no line of the ledger's history was altered
description:
  - Recomputes the chain of hashes and compares each register row with its newest event. Fails and names the
    first row that does not agree.
version_added: "0.1.0"
options:
  expected_head:
    description: A hash that was kept off this machine. The history must contain it; else its end was cut off.
    type: str
    default: ""
extends_documentation_fragment: [jifang.lab.ledger]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.ledger_report
"""

EXAMPLES = r"""
- name: Prove the history
  jifang.lab.ledger_verify:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
"""

RETURN = r"""
head:
  description: The last hash. Keep it off this machine, on paper if need be.
  returned: success
  type: str
  sample: 9f2c…
count:
  description: How many events the history has.
  returned: success
  type: int
  sample: 128
"""
