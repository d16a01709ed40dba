# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  reason:
    description: Why, in a few words. It stands in the history beside who did it.
    type: str
    default: ""
notes:
  - An errand is one entry of the registers - all of it lands or nothing. M(jifang.lab.register_entry) takes it back.
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
"""
