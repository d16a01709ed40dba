# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: hardware_facts
short_description: Read the hardware of a PC or server, down to each memory slot
description:
  - Sends one small probe over whatever connection the host has, and parses what comes back on the control
    node. The PC needs Python 3.6 or PowerShell 5.1 and nothing else. The probe only reads.
  - Every value is known, absent, or unknown with a reason. A PC without C(dmidecode), without root, or with
    a tool that hangs still succeeds; what could not be read is listed under C(unknown).
  - The document that it makes is described in C(plugins/plugin_utils/facts/schema.json).
version_added: "0.1.0"
options:
  root:
    description:
      - The folder that stands for C(/) on the host.
      - With anything but C(/) no command is run; the outputs are read from the folder C(commands) in it, and
        the facts say C(simulated). This is for recorded machines and for demonstrations.
    type: str
    default: /
  packages:
    description: Also list the installed packages.
    type: bool
    default: false
  room:
    description: The room that the inventory gives this host.
    type: str
  seat:
    description: The seat that the inventory gives this host.
    type: str
  spool:
    description:
      - The folder on the control node where the P(jifang.lab.ledger_spool#callback) callback puts the result
        for M(jifang.lab.ledger_commit). Without it nothing is kept.
    type: str
  publish:
    description: Also return the document as C(ansible_facts.hardware), for the tasks that follow.
    type: bool
    default: true
  language:
    description: The language of messages.
    type: str
    choices: [zh_CN, en]
    default: zh_CN
attributes:
  check_mode:
    description: Reads the same in check mode; the spool is not written then.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
  platform:
    description: What can be read.
    platforms: posix, windows
    support: full
notes:
  - Not run on a real Windows so far. The Windows parsers are tested on recorded CIM output.
seealso:
  - module: jifang.lab.ledger_commit
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Read this machine's hardware
  jifang.lab.hardware_facts:
  become: true

- name: Name the machines with a free memory slot
  ansible.builtin.debug:
    msg: "{{ ansible_facts.hardware.inventory.memory.modules | rejectattr('populated') |
      map(attribute='slot') }}"
"""

RETURN = r"""
ansible_facts:
  description: The facts document, under C(hardware).
  returned: when O(publish=true)
  type: dict
  contains:
    hardware:
      description: See C(plugins/plugin_utils/facts/schema.json).
      type: dict
      sample: {schema: jifang.facts/1, platform: linux, simulated: false}
"""
