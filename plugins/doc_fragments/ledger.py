# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  ledger_url:
    description:
      - Where the ledger is, as an SQLAlchemy URL - C(sqlite:////srv/school/ledger/ledger.db), or
        C(postgresql+psycopg://user@host/name) where several control nodes write.
      - Keep a password out of the inventory. The environment variable E(PGPASSWORD) and C(~/.pgpass) work.
    type: str
    required: true
  language:
    description: The language of messages and reports. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
notes:
  - Runs on the control node, once per play, whatever the play's hosts are. Nothing is done on a managed host.
requirements:
  - The Python packages of C(requirements/control.txt) on the control node.
author: Jifang contributors
attributes:
  check_mode:
    description: Can predict what would change without changing it.
  diff_mode:
    description: Shows what changes when run with C(--diff).
  platform:
    description: Where the work is done.
    platforms: control node
    support: full
"""
