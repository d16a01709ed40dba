"""Where the parts of the repository are, and where the command keeps what it makes."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".lab"
LOGS = STATE / "logs"
LOCKS = STATE / "locks"
PLAYBOOKS = ROOT / "playbooks"
REPORTS = ROOT / "reports"
RUNS = REPORTS / "runs"
