# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_reparse
short_description: Read the kept evidence again with today's parsers
description:
  - The raw evidence of every observation is kept. When a parser got better, this shows what it reads now, and
    writes it unless in check mode.
version_added: "0.1.0"
extends_documentation_fragment: [jifang.lab.ledger]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: jifang.lab.hardware_facts
"""

EXAMPLES = r"""
- name: Show what better parsers would change
  jifang.lab.ledger_reparse:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
  check_mode: true
  diff: true
"""

RETURN = r"""
summary:
  description: Counts of observations.
  returned: success
  type: dict
  sample: {changed: 0, unreadable: 0}
"""
