# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  platform:
    description: Where the work is done.
    platforms: control node
    support: full
notes:
  - The network is described by the variable C(lab_network); every mistake in it is told at once, with its place.
"""
