"""Books for tests, made in memory, and rows of a sheet without a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import Merged, Row, Sheet

HEADERS = ("资产编号", "资产名称", "规格型号", "序列号", "数量", "原值", "入账日期", "存放地点", "使用状况")
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(
    rows: Iterable[Sequence[Any]],
    *,
    first: int = 1,
    merged: Iterable[tuple[int, int, int, int]] = (),
    **about: Any,
) -> Sheet:
    """A sheet as ``read_book`` gives it: empty rows left out, numbers kept."""
    numbered = [
        Row(number, tuple(cells))
        for number, cells in enumerate(rows, first)
        if any(c is not None for c in cells)
    ]
    return Sheet(
        file="book.xlsx",
        sha256="0" * 64,
        size=1,
        format="xlsx",
        rows=tuple(numbered),
        merged=tuple(Merged(*place) for place in merged),
        **about,
    )


def xlsx(rows: Iterable[Sequence[Any]], *, merged: Iterable[str] = (), title: str = "Sheet") -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for place in merged:
        sheet.merge_cells(place)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def worksheet_xml(rows: bytes, *, before: bytes = b"", prolog: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>' + prolog + f'<worksheet xmlns="{_NAMESPACE}">'.encode() + before
        + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )  # fmt: skip


def with_parts(book: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()


def xlsx_with_sheet(content: bytes) -> bytes:
    """A workbook whose first worksheet part is ``content``."""
    return with_parts(xlsx([["x"]]), {"xl/worksheets/sheet1.xml": content})


def ods(table_rows: str) -> bytes:
    """An OpenDocument spreadsheet with one table."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="台账">{table_rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()
