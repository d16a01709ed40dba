"""The role was applied twice to a Windows of one file: it is frozen."""

from __future__ import annotations

import json
import os
from pathlib import Path


def test_it_is_frozen() -> None:
    found = json.loads(
        Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "windows.json").read_text(encoding="utf-8")
    )
    uwf = found["uwf"]
    assert (uwf["current"], uwf["next"], uwf["volumes"], uwf["overlay_mb"]) == (True, True, ["C:"], 4096)
    assert uwf["files"] == ["C:\\ProgramData\\Jifang"]
