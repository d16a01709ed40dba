"""After check mode: no ledger, no spool."""

from __future__ import annotations

import os
from pathlib import Path


def test_check_mode_wrote_nothing() -> None:
    assert not Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "ledger").exists()
