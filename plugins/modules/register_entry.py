# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_entry
short_description: Take an entry of the registers back
description:
  - Puts back what the entry changed, as an entry of its own. Nothing is removed from the history, and undoing the
    undoing brings it back.
  - Refused where something that the entry changed was changed again since.
version_added: "0.2.0"
options:
  undo:
    description: The number of the entry, as the errand printed it and the site lists it.
    type: str
    required: true
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.ledger_verify
"""

EXAMPLES = r"""
- name: Take a wrong entry back
  jifang.lab.register_entry:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    undo: 2026-0001
    reason: 记错了设备
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
