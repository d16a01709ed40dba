# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: device_facts
short_description: Ask a switch, firewall, printer, projector or UPS what it is
description:
  - Asks a network device in its own protocol (SNMP with LLDP, IPP, PJLink or NUT) from the control node. Nothing is
    logged in to and nothing is changed on the device.
  - The answer becomes a facts document as that of a PC, with C(inventory.device) and C(state.device) besides. See
    C(plugins/plugin_utils/facts/schema.json).
  - How to ask comes from the host's own variables. A host without C(lab_device) is skipped.
  - C(lab_device) is one of C(snmp), C(ipp), C(pjlink) and C(nut). C(lab_device_port) is for an unusual port,
    C(lab_device_seconds) bounds the whole asking (20), and C(lab_device_kind) says what it is where its answers do not
    (C(switch), C(router), C(firewall), C(printer), C(projector), C(ups), C(other)).
  - SNMP v2c needs C(lab_snmp_community), v3 C(lab_snmp_user), C(lab_snmp_auth_key), C(lab_snmp_auth_protocol) (SHA),
    C(lab_snmp_priv_key) and C(lab_snmp_priv_protocol) (AES). IPP knows C(lab_ipp_path) (C(/ipp/print)) and
    C(lab_ipp_tls), PJLink C(lab_pjlink_password), NUT C(lab_nut_ups).
  - Community, keys and password belong into a vaulted file. They reach no result, log, spool or ledger, not even where
    a device sends one back.
version_added: "0.2.0"
options:
  room:
    description: The room that this device stands in. Without it, the host's variable C(lab_room).
    type: str
  seat:
    description: The seat that this device stands at. Without it, the host's variable C(lab_seat).
    type: str
  ledger:
    description:
      - Hand the result, or that the device did not answer, to the spool of the ledger that
        M(jifang.lab.ledger_open) opened before.
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
requirements:
  - pysnmp 7.1 on the control node, for SNMP
attributes:
  check_mode:
    description: Reads the same in check mode; nothing is spooled on disk then.
    support: full
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
  platform:
    description: What can be read.
    platforms: posix
    support: full
notes:
  - Tested with net-snmp, lldpd, CUPS' printer and NUT's dummy driver, and on composed answers of several makers; not
    on the makers' own devices.
seealso:
  - module: jifang.lab.hardware_facts
  - module: jifang.lab.ledger_open
  - module: jifang.lab.ledger_commit
author: Jifang contributors
"""

EXAMPLES = r"""
- name: Ask this switch what it is
  jifang.lab.device_facts:

- name: Name the ports on which something is plugged in
  ansible.builtin.debug:
    msg: "{{ ansible_facts.hardware.state.device.ports | selectattr('up') | map(attribute='name') }}"
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
      sample: {schema: jifang.facts/1, platform: snmp, simulated: false}
"""
