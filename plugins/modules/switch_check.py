# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: switch_check
short_description: Judge what the switches of a play said, keep it for the ledger, and print the page to file
description:
  - Errors and flaps since the last check, processor, temperature, fans, power supplies, uplinks, firmware, unsaved
    changes; computers at a wrong port, hubs, and switches that are not described.
  - What is wrong becomes findings of the ledger when it is next reconciled.
version_added: "0.4.0"
options:
  look:
    description: The variable in which each host keeps the answer of M(jifang.lab.switch_state).
    type: str
    required: true
  papers:
    description: The folder of the printed page.
    type: path
    required: true
  school:
    description: The name on the page.
    type: str
    default: ""
  errors:
    description: From how many errors of a port on it is a finding.
    type: int
    default: 100
  flaps:
    description: From how many ups and downs of a link on it is a finding.
    type: int
    default: 10
  cpu:
    description: From which load of a processor on it is a finding, in percent.
    type: int
    default: 80
  temperature:
    description: From which temperature on it is a finding where the switch tells no limit, in degrees Celsius.
    type: int
    default: 65
  load:
    description: From which load of an uplink on it is a finding, in percent.
    type: int
    default: 70
  firmware:
    description: The firmware wished for each model.
    type: dict
    default: {}
extends_documentation_fragment: [jifang.lab.errand, jifang.lab.network, jifang.lab.switch]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
seealso:
  - module: jifang.lab.switch_state
"""

EXAMPLES = r"""
- name: Judge what they said, and print the page
  jifang.lab.switch_check:
    look: said
    home: /srv/school/ledger/switches
    papers: /srv/school/reports/papers
"""

RETURN = r"""
troubles:
  description: A line for each thing that is wrong.
  returned: success
  type: list
  elements: str
papers:
  description: The page.
  returned: success
  type: list
  elements: str
"""
