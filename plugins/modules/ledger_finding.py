# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_finding
short_description: Confirm a finding, dismiss it, or open it again
description:
  - A confirmed finding is how it is now, for example a module that was replaced on a repair order. A dismissed one
    needs nothing. Either stays so until it says something else.
  - Opening a finding again takes the decision back. Nothing is erased, each decision is a line of the history.
  - What the property book holds is never changed.
version_added: "0.1.0"
options:
  finding:
    description: The finding's number, as the findings page shows it.
    type: str
    required: true
  decision:
    description: What is decided.
    type: str
    choices: [confirm, dismiss, reopen]
    required: true
  category:
    description:
      - Why a finding is confirmed - V(repair_order), V(upgrade), V(damage) or V(other).
      - Needed for O(decision=confirm), refused otherwise.
    type: str
    default: ""
  reason:
    description: Why, in a sentence. An empty one is refused.
    type: str
    default: ""
  repair_number:
    description: The number of the repair order that a confirmation goes back to.
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
- name: The module was replaced on a repair order
  jifang.lab.ledger_finding:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    finding: "12"
    decision: confirm
    category: repair_order
    repair_number: BX-2026-0031
    reason: 内存条损坏，报修后由供应商更换
"""

RETURN = r"""
finding:
  description: The finding as the decision leaves it.
  returned: success
  type: dict
  sample: {id: 12, kind: component_changed, status: confirmed, room: 机房一, seat: "03", hosts: [pc03]}
"""
