"""What was read of the machine is written down on the control node; on the machine nothing waits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def test_the_configuration_is_kept(host: Any) -> None:
    kept = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "switches", "configurations")
    assert (kept / "pc01.cfg").is_file()
    assert (kept / ".git").is_dir()
    assert not host.file("/run/jifang-switch-undo.sh").exists
