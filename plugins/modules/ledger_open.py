# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ledger_open
short_description: Open the ledger's spool for this run
description:
  - Tells the P(jifang.lab.ledger_spool#callback) callback where to put what the machines say, so that no machine has
    to be told. Fails where the callback is not switched on, before any machine is asked.
version_added: "0.1.0"
options:
  spool:
    description:
      - The folder where facts wait between a machine's answer and M(jifang.lab.ledger_commit), on a local disk of the
        control node. What a killed run leaves there is taken over by the next one.
    type: path
    required: true
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
author: Jifang contributors
attributes:
  check_mode:
    support: full
    description: Nothing is written by this module.
  diff_mode:
    description: Nothing is changed, so there is nothing to show.
    support: none
  platform:
    description: Where the work is done.
    platforms: control node
    support: full
seealso:
  - module: jifang.lab.hardware_facts
  - module: jifang.lab.ledger_commit
"""

EXAMPLES = r"""
- name: Open the ledger's spool
  jifang.lab.ledger_open:
    spool: /srv/school/ledger/spool

- name: Read this machine's hardware
  jifang.lab.hardware_facts:
    ledger: true
  ignore_unreachable: true

- name: Write what was seen into the ledger
  jifang.lab.ledger_commit:
    ledger_url: sqlite:////srv/school/ledger/ledger.db
    expected: "{{ ansible_play_hosts_all }}"
"""

RETURN = r"""
spool:
  description: The folder of the spool.
  returned: success
  type: str
  sample: /srv/school/ledger/spool
"""
