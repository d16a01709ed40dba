# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: network_papers
short_description: Write the address and port table and the drawing of the network
description:
  - The table is a workbook to print, the drawing an SVG file. Each replaces the one before in one step.
version_added: "0.3.0"
options:
  papers:
    description: The folder for C(network.xlsx) and C(network.svg).
    type: path
    required: true
  school:
    description: The name on both.
    type: str
    default: ""
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.network_files
"""

EXAMPLES = r"""
- name: Write the address table and the drawing
  jifang.lab.network_papers:
    papers: /srv/school/reports/papers
    school: 示范中学
"""

RETURN = r"""
papers:
  description: The files.
  returned: success
  type: list
  elements: str
"""
