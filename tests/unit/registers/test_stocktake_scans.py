"""The file of a phone: any encoding, addresses and bare numbers, bounded, and refused whole."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import Row
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_scans import (
    Scan,
    code_of,
    read_scan_file,
    scans_from,
)
from hypothesis import given
from hypothesis import strategies as st

SITE = "https://jf.school.example/site/find.html#"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = f"时间,资产编号,实盘数,机位,备注\r\n09:01,{SITE}%E6%9C%BA-1,,3号,\r\n09:02,ＹＺ-001,28,,少两把\r\n"
    (tmp_path / "scan.csv").write_bytes(text.encode(encoding))
    assert read_scan_file(tmp_path / "scan.csv") == (
        "scan.csv",
        (
            Scan(line=2, code="机-1", seat="03"),
            Scan(line=3, code="YZ-001", quantity=28, note="少两把"),
        ),
    )


def test_bare_lines(tmp_path: Path) -> None:
    (tmp_path / "scan.txt").write_text(f"PC-001\n\n{SITE}PC-002\n  PC-003  \nYZ-001,30\n", encoding="utf-8")
    scans = read_scan_file(tmp_path / "scan.txt")[1]
    assert [(scan.line, scan.code, scan.quantity) for scan in scans] == [
        (1, "PC-001", None),
        (3, "PC-002", None),
        (4, "PC-003", None),
        (5, "YZ-001", 30),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "scan.csv"),
        (b"%PDF-1.7", "scan.csv"),
        (b"<html><body>PC-001", "网页"),
        (b"\xff\xfe\x00", "scan.csv"),
        (b"PC-001\n" * 20_001, "20001"),
        (b"PC-001\n" * 400_000, "MB"),
        (b"x" * 3_000, "2000"),
        (b"PC-001,many\nPC-002\nPC-003,-1\n", "有 2 行无法识别，整个文件没有登记。行号：1、3"),
        (b"PC" + b"9" * 100, "无法识别"),
    ],
)
def test_what_is_no_scan_file(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "scan.csv").write_bytes(content)
    with pytest.raises(UserError) as refused:
        read_scan_file(tmp_path / "scan.csv")
    assert says in refused.value.message.render("zh_CN")


def test_a_file_is_named() -> None:
    with pytest.raises(UserError, match="No scan file was named"):
        read_scan_file("")


@given(st.text(alphabet=st.characters(categories=("L", "N", "P")), min_size=1, max_size=20))
def test_an_address_and_its_number_are_the_same_code(number: str) -> None:
    try:
        bare = code_of(number)
    except UserError:
        with pytest.raises(UserError):
            code_of(SITE + quote(number, safe=""))
        return
    assert code_of(SITE + quote(number, safe="")) == bare


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=60), st.integers(), st.floats()), max_size=5)))
def test_any_rows_are_read_or_refused(rows: list[list[str | int | float | None]]) -> None:
    try:
        scans = scans_from([Row(place, tuple(cells)) for place, cells in enumerate(rows, 1)], "scan.csv")
    except UserError as error:
        assert error.message.render("zh_CN")
        return
    assert all(scan.code and len(scan.code) <= 64 for scan in scans)
