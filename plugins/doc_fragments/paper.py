# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  papers:
    description: The folder for the papers to sign. Without it none are written; C(register_paper) prints them later.
    type: path
  school:
    description: The name on every paper.
    type: str
    default: ""
  site_url:
    description:
      - Where the school serves the site, for example C(http://lab.school.example). The QR codes of papers and
        labels lead there. Without it a code holds the number alone.
    type: str
"""
