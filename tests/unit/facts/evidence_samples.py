"""Recorded evidence for the tests of this folder, and small ways to change it."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures"
RECORDINGS = (
    "evidence/desktop",
    "evidence/desktop_no_root",
    "evidence/laptop",
    "cim/windows_10",
    "cim/windows_7",
)


@cache
def _read(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def recording(name: str) -> dict[str, Any]:
    """A recording that may be changed: ``evidence/desktop``."""
    return copy.deepcopy(_read(name))


def expected_facts(name: str) -> dict[str, Any]:
    """The facts that the recording holds, as a person checked them."""
    return copy.deepcopy(_read(f"{name}.facts"))


def linux(**sections: Any) -> dict[str, Any]:
    """The least Linux evidence, with these sections."""
    return {"v": 1, "probe": "linux", "root": "/", "uid": 0, **sections}


def windows(**classes: Any) -> dict[str, Any]:
    """The least Windows evidence, with these CIM classes."""
    return {"v": 1, "probe": "windows", "cim": classes}
