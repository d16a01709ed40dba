# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: awx_jobs
short_description: Bring AWX to the suite's errands and the duties of the school calendar
description:
  - Compares what AWX has with what the definition says, and makes, changes and removes no more than what differs.
  - The token is read from the variable C(jobs_awx_token) or the environment variable E(CONTROLLER_OAUTH_TOKEN),
    notifications from the variable C(jobs_notifications), so that neither is an argument that callbacks show.
version_added: "0.1.0"
options:
  image:
    description: The image of the execution environment. Empty leaves the choice to AWX.
    type: str
    default: ''
  image_credential:
    description: The name of the credential that fetches the image.
    type: str
    default: ''
requirements:
  - The collection C(awx.awx) on the control node.
extends_documentation_fragment: [jifang.lab.jobs]
"""

EXAMPLES = r"""
- name: Say what would change
  jifang.lab.awx_jobs:
    url: https://awx.school.example
    organization: 示范中学
    project_url: https://git.school.example/jifang.git
    variables:
      ledger_url: postgresql+psycopg://ledger@db.school.example/ledger
  check_mode: true
  diff: true
"""

RETURN = r"""
msg:
  description: What was done, in a sentence.
  returned: success
  type: str
steps:
  description: A line for each change, in the order in which they were made.
  returned: success
  type: list
  elements: str
stale:
  description: What the suite made and nobody wants any more.
  returned: success
  type: list
  elements: str
"""
