# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  url:
    description: The server's address. Without TLS it is taken on this very machine alone.
    type: str
    required: true
  ca_file:
    description: The certificate of the school's own authority. Without it the system's authorities are trusted.
    type: path
  state:
    description: C(absent) removes everything that the suite made, and nothing else.
    type: str
    choices: [present, absent]
    default: present
  prune:
    description: Whether what the suite made, and nobody wants any more, is removed.
    type: bool
    default: false
  organization:
    description: The organization of AWX, or the project of Semaphore, that everything lies in.
    type: str
    required: true
  project_url:
    description: The Git repository of the suite with the school's data.
    type: str
    required: true
  project_branch:
    description: Its branch.
    type: str
    default: main
  project_credential:
    description: The name of the server's credential that reads it. Empty for a repository that anybody may read.
    type: str
    default: ''
  inventory:
    description: The inventory's path within the repository.
    type: str
    default: inventory/hosts.yml
  machine_credential:
    description: The name of the server's credential that logs in to the machines.
    type: str
    default: ''
  vault_credential:
    description: The name of the server's credential that opens vaulted files.
    type: str
    default: ''
  variables:
    description: Variables that every job is given. They are no secrets.
    type: dict
    default: {}
  errands:
    description: The errands that become templates. Empty for all of them.
    type: list
    elements: str
    default: []
  language:
    description: The language of titles and surveys. Without it, the variable C(lab_language), else Chinese.
    type: str
    choices: [zh_CN, en]
notes:
  - The duties are those of the school calendar, C(calendar_…). Their templates ask it whether they are due.
  - Credentials are named, never made with a secret in them. A missing one ends the task before anything is changed.
  - A run that broke off is completed by the next one. What the suite did not make is left alone.
author: Jifang contributors
attributes:
  check_mode:
    description: Reads the server and says what would change.
    support: full
  diff_mode:
    description: Shows each field that differs.
    support: full
  platform:
    description: Where the work is done.
    platforms: control node
    support: full
"""
