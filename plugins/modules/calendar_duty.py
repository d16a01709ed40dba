# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: calendar_duty
short_description: Do a duty of the school calendar if it is due
description:
  - What a timer of the control node does, from a job of AWX or Semaphore. The school calendar is asked whether the duty
    is due, for which rooms, and whether it was done; where it is due, its playbook is run over the job's inventory, and
    the run is kept.
  - The job's variables, vault, privilege and connection passwords are handed on to that run.
version_added: "0.1.0"
options:
  duty:
    description: The duty by its name. Empty for everything that is due and was not done; what was missed is told then.
    type: str
    default: ''
  runs:
    description: The folder that keeps what ran. It must outlive the job.
    type: path
    required: true
  language:
    description: The language of messages. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
author: Jifang contributors
attributes:
  check_mode:
    description: Says what is due, and starts nothing.
    support: full
  diff_mode:
    description: What is done shows itself in the kept run.
    support: none
  platform:
    description: Where the work is done.
    platforms: control node
    support: full
"""

EXAMPLES = r"""
- name: Do the daily check if it is due
  jifang.lab.calendar_duty:
    duty: daily_check
    runs: /var/lib/jifang/runs
"""

RETURN = r"""
started:
  description: The names of the runs that were started, empty where nothing was due.
  returned: success
  type: list
  elements: str
msg:
  description: What the command said.
  returned: success
  type: str
"""
