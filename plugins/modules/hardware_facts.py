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
  - A host with the variable C(lab_device) is no PC; it is asked as M(jifang.lab.device_facts) does, and never logged
    in to.
  - The document that it makes is described in C(plugins/plugin_utils/facts/schema.json).
version_added: "0.1.0"
options:
  root:
    description:
      - The folder that stands for C(/) on the host.
      - With anything but C(/) no command is run; the outputs are read from the folder C(commands) in it, and
        the facts say C(simulated). This is for recorded machines and for demonstrations.
      - Without it, the host's variable C(lab_hardware_root), else C(/).
    type: str
  packages:
    description: Also list the installed packages. Without it, the host's variable C(lab_collect_packages), else no.
    type: bool
  room:
    description: The room that this host stands in. Without it, the host's variable C(lab_room).
    type: str
  seat:
    description: The seat that this host stands at. Without it, the host's variable C(lab_seat).
    type: str
  ledger:
    description:
      - Hand the result, or that the host did not answer, to the spool of the ledger that M(jifang.lab.ledger_open)
        opened before.
    type: bool
    default: false
  publish:
    description: Also return the document as C(ansible_facts.hardware), for the tasks that follow.
    type: bool
    default: true
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
attributes:
  check_mode:
    description: Reads the same in check mode; nothing is spooled on disk then.
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
  - module: jifang.lab.device_facts
  - module: jifang.lab.ledger_open
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
