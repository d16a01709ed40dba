"""After check mode: the Windows is as it was."""

from __future__ import annotations

import json
import os
from pathlib import Path


def test_check_mode_wrote_nothing() -> None:
    found = json.loads(
        Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "windows.json").read_text(encoding="utf-8")
    )
    assert found == json.loads(Path(__file__).parents[1].joinpath("windows.json").read_text(encoding="utf-8"))
