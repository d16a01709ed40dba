"""What can be told of the Windows probe by reading it: it only reads, and PowerShell 5.1 reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import plan

BYTES = Path(plan.__file__).with_name("windows.ps1").read_bytes()
SCRIPT = BYTES.decode("ascii")
CODE = "\n".join(line for line in SCRIPT.splitlines() if not line.lstrip().startswith("#"))
# All are in PowerShell 5.1, and none can change a PC.
READING_COMMANDS = {
    "ConvertTo-Json",
    "ForEach-Object",
    "Get-ChildItem",
    "Get-CimAssociatedInstance",
    "Get-CimInstance",
    "Get-Item",
    "New-Object",
    "Select-Object",
    "Set-StrictMode",
    "Test-Path",
}


def test_it_is_ascii_because_5_1_reads_a_script_without_mark_in_the_code_page_of_the_pc() -> None:
    assert BYTES.isascii()
    assert b"\0" not in BYTES


def test_it_calls_reading_commands_and_its_own_functions_only() -> None:
    own = set(re.findall(r"^function ([A-Z]\w+-[A-Z]\w+)", CODE, re.MULTILINE))
    assert set(re.findall(r"(?<![\w.\\])[A-Z][a-z]\w*-[A-Z]\w+", CODE)) == READING_COMMANDS | own


def test_the_only_objects_it_makes_are_in_memory() -> None:
    made = re.findall(r"New-Object ([\w.]+)", CODE)
    assert sorted(made) == ["IO.Compression.GZipStream", "IO.MemoryStream"]


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param(r"\?\?", id="null-coalescing (7.0)"),
        pytest.param(r"\?\.", id="null-conditional (7.1)"),
        pytest.param(r"&&|\|\|", id="pipeline chains (7.0)"),
        pytest.param(r"-Parallel\b|-AsHashtable\b|-AsArray\b", id="parameters of 6 and 7"),
        pytest.param(r"^\s*&|\biex\b|\bInvoke-", id="calls of a text"),
    ],
)
def test_it_has_nothing_that_5_1_does_not_know(newer: str) -> None:
    assert re.findall(newer, CODE, re.MULTILINE) == []


def test_quotes_and_brackets_are_closed() -> None:
    without_text = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"", "", CODE)
    assert re.findall("['\"]", without_text) == []
    for opening, closing in ("()", "[]", "{}"):
        assert without_text.count(opening) == without_text.count(closing)
