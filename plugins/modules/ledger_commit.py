# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_commit
short_description: Write what the spool holds into the ledger
description:
  - Reads the spool file of this run, and those that killed runs left behind, and writes them in one
    transaction. A file is removed after the transaction is on disk. Writing the same record twice changes
    nothing.
  - Fails when the callback could not write, when it is not switched on, or when a host of O(expected) has no
    record, and names it. What could be written is written all the same.
version_added: "0.1.0"
options:
  expected:
    description: The hosts that this run asked. Each must have a record, if only that it did not answer.
    type: list
    elements: str
    default: []
  usb_allow:
    description:
      - The sticks that the school lets in, as C(group_vars/all/usb.yml) lists them. The ledger follows the list, with
        an event for each that comes, changes or goes. A list that is not understood is left alone, with a warning.
      - Without it, nothing is said of them.
    type: raw
extends_documentation_fragment: [jifang.lab.ledger]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: jifang.lab.ledger_open
  - module: jifang.lab.hardware_facts
  - module: jifang.lab.ledger_reconcile
"""

EXAMPLES = r"""
- name: Write what was seen into the ledger
  jifang.lab.ledger_commit:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    expected: "{{ ansible_play_hosts_all }}"
"""

RETURN = r"""
msg:
  description: How many USB attempts were refused since the last look, in the person's language.
  returned: when there were any
  type: str
summary:
  description: Counts of what was written.
  returned: success
  type: dict
  sample: {observed: 7, unreachable: 1, failed: 0, new_machines: 7, new_observations: 7}
"""
