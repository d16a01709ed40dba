# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: register_disk_wipe
short_description: Record that a disk was made unreadable
description:
  - The newest record of a disk stands on the scrap request and the disposal form of its asset.
version_added: "0.2.0"
options:
  disk_serial:
    description: The serial number of the disk.
    type: str
    required: true
  asset:
    description:
      - The number of the asset that the disk is or was part of. Not needed where a computer was seen with the disk.
    type: str
  host:
    description: The computer's name, in place of O(asset).
    type: str
  method:
    description: How it was made unreadable.
    type: str
    required: true
    choices: [overwrite, secure_erase, crypto_erase, degauss, destroy]
  result:
    description: Whether it is unreadable now.
    type: str
    choices: [wiped, failed]
    default: wiped
  wiped_by:
    description: Who did it.
    type: str
  wiped_on:
    description: The day. Today without it.
    type: str
  note:
    description: What happened. Needed where it failed.
    type: str
extends_documentation_fragment: [jifang.lab.ledger, jifang.lab.paper, jifang.lab.register]
seealso:
  - module: jifang.lab.register_scrap
  - module: jifang.lab.register_entry
"""

EXAMPLES = r"""
- name: Record a wiped disk
  jifang.lab.register_disk_wipe:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    disk_serial: S4EVNX0M123456
    asset: PC-001
    method: overwrite
    wiped_by: 刘老师
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
