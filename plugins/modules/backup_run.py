# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_run
short_description: Back a machine up now, or ask it for its record
description:
  - Hashes files, counts rows, copies SQLite files and has borgmatic take it all to each repository. Fails with one
    sentence where that did not come to a good end.
version_added: "0.3.0"
options:
  what:
    description: Whether to back up, or only to read the record of the runs so far.
    type: str
    choices: [run, record]
    default: run
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.backup]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  platform:
    platforms: linux
seealso:
  - module: jifang.lab.backup_check
"""

EXAMPLES = r"""
- name: Back this machine up
  jifang.lab.backup_run:
"""

RETURN = r"""
record:
  description: What the machine's program says of its runs.
  returned: success
  type: dict
msg:
  description: What was backed up.
  returned: success
  type: str
seconds:
  description: How long it took.
  returned: success
  type: float
"""
