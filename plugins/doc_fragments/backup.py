# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  platform:
    description: Where the work is done.
    platforms: linux
    support: full
notes:
  - The machines are those of the group C(backup_clients), the server that of C(backup_servers).
"""
