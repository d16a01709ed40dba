"""Where the parts of the repository are, and where the command keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# In a job of AWX or Semaphore the repository is thrown away afterwards, and often may not be written to.
STATE = Path(os.environ.get("LAB_STATE") or ROOT / ".lab")
LOGS = STATE / "logs"
LOCKS = Path(os.environ.get("LAB_LOCKS") or STATE / "locks")
PLAYBOOKS = ROOT / "playbooks"
REPORTS = ROOT / "reports"
RUNS = Path(os.environ.get("LAB_RUNS") or REPORTS / "runs")
