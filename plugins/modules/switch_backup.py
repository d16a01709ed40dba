# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_backup
short_description: Keep the running configuration of a switch in a git repository, without its secrets
description:
  - Secrets become hashes by a key that lies beside the repository, so that a change of one is seen and nobody can read
    it. What the switch writes anew by itself is left out.
  - A change that no errand of the suite made is kept with the trailer C(Made-by) V(unknown), and becomes a finding of
    the ledger.
version_added: "0.4.0"
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network, jifang.lab.switch]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
seealso:
  - module: jifang.lab.switch_config
"""

EXAMPLES = r"""
- name: Keep the configuration of this switch
  jifang.lab.switch_backup:
    home: /srv/school/ledger/switches
"""

RETURN = r"""
made_by:
  description: V(first), V(unknown), or none where nothing changed.
  returned: success
  type: str
"""
