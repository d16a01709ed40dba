"""Books that are made to hurt, or broken, end with one sentence, in bounded time and memory."""

from __future__ import annotations

import io
import os
import resource
import time
import zipfile
from functools import cache
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book import reading
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import Limits, read_book

from tests.unit.ledger.book.making import ods, with_parts, worksheet_xml, xlsx, xlsx_with_sheet

SMALL = xlsx([["资产编号", "资产名称"], ["1", "电脑"]])
LONGEST = 30.0  # seconds that any refusal may take, far above what it does take
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def refusal(path: Path, limits: Limits | None = None) -> str:
    """The sentence, in Chinese; the time and the memory of this process and of the child are bounded."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    with pytest.raises(UserError) as error:
        read_book(path, limits=limits)
    assert time.monotonic() - start < LONGEST
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= Limits().memory_bytes >> 10
    return error.value.message.render()


def refused(folder: Path, content: bytes, limits: Limits | None = None) -> str:
    path = folder / "账簿.xlsx"
    path.write_bytes(content)
    return refusal(path, limits)


@cache
def zip_bomb() -> bytes:
    """A workbook of about a megabyte with a part of 1 GB of zeros."""
    buffer = io.BytesIO(SMALL)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/x.xml", "w") as part,
    ):
        for _ in range(32):
            part.write(bytes(32 << 20))
    return buffer.getvalue()


def test_zip_bomb(tmp_path: Path) -> None:
    assert "解压后超过 256 MB" in refused(tmp_path, zip_bomb())


def test_many_parts(tmp_path: Path) -> None:
    parts = {f"xl/media/{number}": b"" for number in range(200)}
    assert "解压后超过" in refused(tmp_path, with_parts(SMALL, parts), Limits(parts=100))


def test_a_million_empty_rows(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(1, 1_048_577))
    assert "1048576 行" in refused(tmp_path, xlsx_with_sheet(worksheet_xml(rows)))


def test_a_million_rows_of_formatted_empty_cells(tmp_path: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="0"/></row>' % (number, number) for number in range(1, 1_048_577)
    )
    assert "最多允许 200000 行" in refused(tmp_path, xlsx_with_sheet(worksheet_xml(rows)))


def test_a_million_empty_lines_of_text(tmp_path: Path) -> None:
    assert "最多允许 200000 行" in refused(tmp_path, b"a,b\n" + b",,,\n" * 1_000_000)


@pytest.mark.parametrize("corner", [b"XFD1048576", b"A1048576"])
def test_a_sheet_that_spans_everything(tmp_path: Path, corner: bytes) -> None:
    row = corner.lstrip(b"XFDA")
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="%b"><c r="%b"><v>1</v></c></row>' % (row, corner)
    sentence = refused(tmp_path, xlsx_with_sheet(worksheet_xml(cells)))
    assert "所需内存超过 1536 MB" in sentence or "最多允许 200000 行" in sentence


def test_a_claimed_size_alone_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "book"
    claim = b'<dimension ref="A1:XFD1048576"/>'
    path.write_bytes(xlsx_with_sheet(worksheet_xml(b'<row r="1"><c r="A1"><v>1</v></c></row>', before=claim)))
    assert read_book(path).rows[0].cells == (1,)


def test_too_many_columns(tmp_path: Path) -> None:
    assert "最多允许 256 列" in refused(tmp_path, xlsx([["x"] * 300]))
    assert "最多允许 256 列" in refused(tmp_path, ",".join(["x"] * 300).encode())


def test_repeated_cells_of_an_ods(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    )
    assert refused(
        tmp_path, ods(f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')
    )


@pytest.mark.parametrize("definition", [LAUGHS, EXTERNAL, LAUGHS.decode().encode("utf-16-le")])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"]
)
def test_entities(tmp_path: Path, definition: bytes, part: str) -> None:
    content = worksheet_xml(b'<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>', prolog=definition)
    assert "DTD" in refused(tmp_path, with_parts(SMALL, {part: content}))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_half_a_file(tmp_path: Path, share: float) -> None:
    assert "已损坏或不完整" in refused(tmp_path, SMALL[: int(len(SMALL) * share)])


def test_flipped_bytes(tmp_path: Path) -> None:
    place = SMALL.index(b"xl/worksheets/sheet1.xml") + 60
    broken = SMALL[:place] + bytes(byte ^ 0x5A for byte in SMALL[place : place + 20]) + SMALL[place + 20 :]
    assert "已损坏或不完整" in refused(tmp_path, broken)


def test_half_an_xls(tmp_path: Path) -> None:
    whole = (Path(__file__).parents[3] / "fixtures" / "books" / "school.xls").read_bytes()
    assert "已损坏或不完整" in refused(tmp_path, whole[: len(whole) // 3])


def test_encrypted(tmp_path: Path) -> None:
    """Office keeps an encrypted workbook in a compound file ([MS-OFFCRYPTO] 2.3.4): a stream EncryptedPackage."""
    compound = (
        bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    )
    assert "设有密码" in refused(tmp_path, compound)


def test_encrypted_zip(tmp_path: Path) -> None:
    locked = bytearray(SMALL)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := locked.find(signature, place + 1)) >= 0:
            locked[place + flags] |= 1
    assert "设有密码" in refused(tmp_path, bytes(locked))


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "是空的"),
        (b" \r\n\r\n", "是空的"),
        (b",,,\n,,\n", "是空的"),
        (b"%PDF-1.7\n", "不是资产账簿"),
        (b"a,b\0c\n", "不是资产账簿"),
        (with_parts(SMALL, {}).replace(b"xl/workbook.xml", b"xl/workbook.txt"), "不是资产账簿"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页或 XML"),
        (b'\xef\xbb\xbf\r\n<?xml version="1.0"?><Workbook/>', "网页或 XML"),
        (b"\x80\x81\xff\xfe\xff\n", "编码"),
        (b"\xff\xfe\x00", "编码"),
        (b'a,"b\n1,2\n3,4\n', "引号不成对"),
        (b"a," + b"x" * 40_000, "超过 32767 个字符"),
        (xlsx([[None]]), "是空的"),
    ],
)
def test_other_refusals(tmp_path: Path, content: bytes, part: str) -> None:
    assert part in refused(tmp_path, content)


def test_places_that_are_no_file(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "不是文件" in refusal(fifo)
    assert "不是文件" in refusal(tmp_path)
    assert "不是文件" in refusal(Path("/dev/zero"))
    assert "找不到文件" in refusal(tmp_path / "nothing.xlsx")
    assert "无法读取" in refusal(tmp_path / ("x" * 300))
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "无法读取" in refusal(loop)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(300 << 20)
    assert "超过 50 MB" in refusal(path)


def test_wall_clock_and_cpu_time(tmp_path: Path) -> None:
    book = xlsx([["x" * 20] * 20] * 3000)
    assert "未能在 0.05 秒内" in refused(tmp_path, book, Limits(seconds=0.05))  # type: ignore[arg-type]
    assert "未能在 1 秒内" in refused(tmp_path, zip_bomb(), Limits(cpu_seconds=1, unpacked_bytes=1 << 40))


def test_output_is_bounded(tmp_path: Path) -> None:
    text = b"a,b\n" + b"x" * 30_000 + b",1\n"
    assert "文字内容超过" in refused(tmp_path, text * 100, Limits(output_bytes=2 << 20))


def test_a_child_that_fails_is_no_users_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "child.py"
    script.write_text("raise SystemError('boom')\n")
    monkeypatch.setattr(reading, "_PROCESS", script)
    (tmp_path / "book").write_bytes(b"a,b\n")
    with pytest.raises(RuntimeError, match="boom"):
        read_book(tmp_path / "book")
