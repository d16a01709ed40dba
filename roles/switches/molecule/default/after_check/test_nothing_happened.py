"""Check mode reads the machine and leaves nothing behind, neither there nor here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def test_nothing_was_written(host: Any) -> None:
    assert not host.file("/run/jifang-switch-undo.sh").exists
    assert not Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "switches").exists()
