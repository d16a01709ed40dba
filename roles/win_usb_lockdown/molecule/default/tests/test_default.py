"""The role was applied twice to a Windows of one file: it is locked."""

from __future__ import annotations

import json
import os
from pathlib import Path

SERVICES = "HKLM:\\SYSTEM\\CurrentControlSet\\Services"
RESTRICTIONS = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\DeviceInstall\\Restrictions"


def test_it_is_locked_and_no_driver_was_made_up() -> None:
    found = json.loads(
        Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "windows.json").read_text(encoding="utf-8")
    )
    registry = found["registry"]
    assert registry[f"{SERVICES}\\USBSTOR"] == {"Start": 4}
    assert f"{SERVICES}\\UASPStor" not in registry
    assert registry[f"{RESTRICTIONS}\\DenyDeviceIDs"]["1"] == "USB\\Class_08"
