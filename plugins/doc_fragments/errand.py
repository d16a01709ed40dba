# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  language:
    description: The language of what people read. By default C(lab_language).
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Can predict what would change without changing it.
  diff_mode:
    description: Shows what changes when run with C(--diff).
"""
