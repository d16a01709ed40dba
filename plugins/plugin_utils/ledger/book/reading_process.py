"""The child process that reads a property book from its standard input. Not imported: run by ``reading.py``.

A spreadsheet is hostile input and its reader is native code, so reading happens here, under limits that the
kernel enforces, and the parent only sees JSON lines:

    {"format": …, "sheet": …, "sheets": […], "others": […], "encoding": …, "delimiter": …,
     "date_system": 1900, "sha256": …, "size": …, "merged": [[first_row, first_column, last_row, last_column], …]}
    [row_number, [cell, …]]                      rows from 1, columns from 0; empty rows are not sent
    {"end": number_of_rows}                      or, instead of all that: {"refused": code, "fields": {…}}

A cell is null, a string, a number, a boolean, {"date": ISO 8601} or {"fault": "#DIV/0!"}. This file imports
nothing of the collection: a child that starts by path knows no collection loader.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import math
import posixpath
import re
import resource
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

ZIP, COMPOUND_FILE = b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")
DELIMITERS = (",", "\t", ";", "，")
FORMULA_WITHOUT_RESULT = "formula without result"
# Spreadsheet programs write no DTD (ECMA-376 part 2 forbids it in a package): one means entity tricks.
DTD = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
MARKUP = (
    b"<html",
    b"<!doctype html",
    b"<table",
    b"<?xml",
    b"<workbook",
    b"mime-version:",
    b"<meta",
    b"<head",
)
CHUNK = 1 << 20
OTHER_SHEETS = 20  # each costs the reading of it
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\s((?=[^>]*\bt=[\"']e[\"'])[^>]*)>(?:\s*<(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?"
    rb"\s*(?:<(?:\w+:)?v>([^<]{0,20})<)?"
)
_UNCALCULATED_CELL = re.compile(
    rb"<(?:\w+:)?c\s((?![^>]*\bt=[\"'](?:str|e)[\"'])[^>/]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</|</(?:\w+:)?c>)"
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


class Refused(Exception):  # noqa: N818  a verdict, not a fault of the program
    """``code`` names a sentence in ``reading.py``; ``fields`` fill it."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


def limit_resources(limits: dict[str, int]) -> None:
    cpu = limits["cpu_seconds"]
    for kind, soft, hard in (
        (resource.RLIMIT_AS, limits["memory_bytes"], limits["memory_bytes"]),
        (resource.RLIMIT_CPU, cpu, cpu + 1),  # SIGXCPU at the first, SIGKILL at the second
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, CHUNK, CHUNK),
    ):
        inherited = resource.getrlimit(kind)[1]
        if inherited != resource.RLIM_INFINITY:
            soft, hard = min(soft, inherited), min(hard, inherited)  # noqa: PLW2901
        resource.setrlimit(kind, (soft, hard))


def column_number(letters: bytes) -> int:
    """Column A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def check_archive(archive: zipfile.ZipFile, limits: dict[str, int]) -> None:
    """Unpack every part once to nowhere: sizes in a directory can lie, checksums show a damaged file."""
    if len(archive.infolist()) > limits["parts"]:
        raise Refused("bomb", megabytes=limits["unpacked_bytes"] >> 20)
    left = limits["unpacked_bytes"]
    overlap = max(map(len, DTD)) - 1
    for part in archive.infolist():
        if part.flag_bits & 1:
            raise Refused("encrypted")
        rows, tail = 0, b""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Refused("bomb", megabytes=limits["unpacked_bytes"] >> 20)
                if not part.filename.endswith((".xml", ".rels")):
                    continue
                window = tail + chunk
                if any(mark in window for mark in DTD):
                    raise Refused("dtd")
                rows += sum(1 for match in _ROW.finditer(window) if match.end() > len(tail))
                tail = window[-overlap:]
        if rows > limits["rows"] and part.filename.startswith("xl/worksheets/"):
            raise Refused("rows", rows=rows, limit=limits["rows"])


def archive_format(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names:
        kind = archive.read("mimetype")[:100].strip()
        if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Refused("encrypted")
            return "ods"
    raise Refused("not_a_book")


def xlsx_faults(archive: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """Cells (row from 1, column from 0) of an XLSX sheet that hold an error value or a formula never
    calculated.

    The reader gives both as empty, which would quietly lose a value (ECMA-376 part 1, 18.3.1.4 c, 18.18.11).
    """
    relations = {}
    # A DTD was refused by check_archive, so there are no entities to expand.
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):  # noqa: S314
        relations[relation.get("Id")] = posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))
    target = None
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            identifier = next((value for key, value in element.items() if key.endswith("}id")), None)
            target = relations.get(identifier)
    if target is None or target[1:] not in archive.namelist():
        raise Refused("damaged", detail="worksheet part")
    content = archive.read(target[1:])
    faults = {}
    for pattern in (_ERROR_CELL, _UNCALCULATED_CELL):
        for match in pattern.finditer(content):
            if place := _REFERENCE.search(match.group(1)):
                text = FORMULA_WITHOUT_RESULT
                if pattern is _ERROR_CELL:
                    text = (match.group(2) or b"#ERROR").decode("utf-8", "replace")
                faults[int(place.group(2)), column_number(place.group(1))] = text
    return faults


def xlsx_date_system(archive: zipfile.ZipFile) -> int:
    """ECMA-376 part 1, 18.2.28: workbookPr/@date1904."""
    content = archive.read("xl/workbook.xml")
    return (
        1904 if re.search(rb"<(?:\w+:)?workbookPr\s[^>]*\bdate1904=[\"'](?:1|true)[\"']", content) else 1900
    )


def xls_date_system(data: bytes) -> int:
    """[MS-XLS] 2.4.77 Date1904: record 0x0022 of the globals substream, which starts with BOF (0x0809)."""
    for start in range(512, min(len(data), 64 << 20), 512):
        if data[start : start + 8] == bytes.fromhex("0908100000060500"):
            place = start
            while place + 6 <= len(data):
                kind = int.from_bytes(data[place : place + 2], "little")
                if kind == 0x0022:
                    return 1904 if data[place + 4] == 1 else 1900
                if kind == 0x000A:
                    break
                place += 4 + int.from_bytes(data[place + 2 : place + 4], "little")
            break
    return 1900


def plain(value: Any, limits: dict[str, int], row: int) -> Any:
    """A cell as JSON."""
    if isinstance(value, str):
        if len(value) > limits["cell_chars"]:
            raise Refused("cell", row=row, limit=limits["cell_chars"])
        return value or None
    if isinstance(value, float) and not math.isfinite(value):
        return {"fault": str(value)}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value


def is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def choose_sheet(workbook: Any, wanted: str | None) -> tuple[Any, list[str]]:
    """The sheet of that name, else the first visible one that has a cell, with the names of the next such."""
    names = workbook.sheet_names
    if wanted is not None:
        if wanted not in names:
            raise Refused("no_such_sheet", sheet=wanted[:50], sheets=[name[:50] for name in names[:20]])
        return workbook.get_sheet_by_name(wanted), []
    shown = [
        about.name
        for about in workbook.sheets_metadata
        if str(about.visible).endswith(".Visible") and str(about.typ).endswith(".WorkSheet")
    ]
    for place, name in enumerate(shown, 1):
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is not None:
            rest = shown[place : place + OTHER_SHEETS]
            return sheet, [other for other in rest if holds_something(workbook, other)]
    raise Refused("empty")


def holds_something(workbook: Any, name: str) -> bool:
    import python_calamine  # noqa: PLC0415

    try:
        return workbook.get_sheet_by_name(name).start is not None
    except python_calamine.CalamineError:
        return True  # nobody asked for it: that it is there is all that matters


def read_workbook(data: bytes, wanted: str | None, limits: dict[str, int]) -> Iterator[Any]:
    import python_calamine  # noqa: PLC0415  a text book needs no native reader

    about: dict[str, Any] = {"encoding": None, "delimiter": None, "date_system": 1900}
    archive = None
    if data.startswith(ZIP):
        archive = zipfile.ZipFile(io.BytesIO(data))
        check_archive(archive, limits)
        about["format"] = archive_format(archive)
        if about["format"] == "xlsx":
            about["date_system"] = xlsx_date_system(archive)
    else:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("encrypted")
        about["format"] = "xls"
        about["date_system"] = xls_date_system(data)
    with python_calamine.load_workbook(io.BytesIO(data)) as workbook:
        sheet, others = choose_sheet(workbook, wanted)
        start, end = sheet.start, sheet.end
        if start is None:
            raise Refused("empty")
        if end[0] >= limits["rows"]:
            raise Refused("rows", rows=end[0] + 1, limit=limits["rows"])
        if end[1] >= limits["columns"]:
            raise Refused("columns", columns=end[1] + 1, limit=limits["columns"])
        merged = [
            (top + 1, left, bottom + 1, right)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            if top <= end[0] and left <= end[1]
        ]
        if len(merged) > limits["rows"]:
            raise Refused("rows", rows=len(merged), limit=limits["rows"])
        faults = xlsx_faults(archive, sheet.name) if archive and about["format"] == "xlsx" else {}
        faulty_rows = {row for row, _ in faults}
        yield about | {
            "sheet": sheet.name,
            "sheets": workbook.sheet_names[:100],
            "others": others,
            "merged": merged,
        }
        for number, values in enumerate(sheet.iter_rows(), 1):
            cells = [None] * start[1] + [plain(value, limits, number) for value in values]
            if number in faulty_rows:
                for column in range(len(cells)):
                    if fault := faults.get((number, column)):
                        cells[column] = {"fault": fault}
            yield number, cells


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding. UTF-16 only by its byte order mark; GB18030 holds GBK and GB2312."""
    candidates = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Refused("not_a_book")
        return text, encoding
    raise Refused("encoding")


def choose_delimiter(text: str) -> str:
    """The delimiter that splits most of the first lines into the most equal numbers of fields."""
    best, best_score = ",", 0
    sample = [line for line in text[:65536].splitlines()[:100] if line.strip()]
    for delimiter in DELIMITERS:
        counts = Counter(len(fields) for fields in csv.reader(sample, delimiter=delimiter) if len(fields) > 1)
        score = max(((size - 1) * times for size, times in counts.items()), default=0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_text(data: bytes, limits: dict[str, int]) -> Iterator[Any]:
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        raise Refused("markup")
    text, encoding = decode(data)
    first, separator, rest = text.partition("\n")
    skipped = 0
    if match := re.fullmatch(r"sep=([,;|\t])\r?", first):  # a hint that Excel writes and reads
        delimiter, text, skipped = match.group(1), rest if separator else "", 1
    else:
        delimiter = choose_delimiter(text)
    yield {
        "format": "text", "encoding": encoding, "delimiter": delimiter, "date_system": 1900,
        "sheet": None, "sheets": [], "others": [], "merged": [],
    }  # fmt: skip
    csv.field_size_limit(limits["cell_chars"])
    number = skipped
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise Refused("cell", row=number, limit=limits["cell_chars"]) from error
            raise Refused("quotes", row=number) from error
        if number > limits["rows"]:
            raise Refused("rows", rows=number, limit=limits["rows"])
        if len(cells) > limits["columns"] and any(map(str.strip, cells[limits["columns"] :])):
            raise Refused("columns", columns=len(cells), limit=limits["columns"])
        yield number, [cell or None for cell in cells[: limits["columns"]]]


def read(data: bytes, wanted: str | None, limits: dict[str, int]) -> Iterator[Any]:
    """The header object, then (row number, cells) of every row."""
    if not data.strip():
        raise Refused("empty")
    try:
        if data.startswith((ZIP, COMPOUND_FILE)):
            yield from read_workbook(data, wanted, limits)
        elif data.startswith(b"%PDF"):
            raise Refused("not_a_book")
        else:
            yield from read_text(data, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        ElementTree.ParseError,
    ) as error:
        raise Refused("damaged", detail=str(error)[:100]) from error
    except (Refused, MemoryError, ImportError):
        raise
    except BaseException as error:
        # What the native reader raises; its panics derive from BaseException.
        if type(error).__module__.partition(".")[0] not in ("python_calamine", "pyo3_runtime"):
            raise
        code = "encrypted" if type(error).__name__ == "PasswordError" else "damaged"
        raise Refused(code, detail=str(error)[:100]) from error


def lines(data: bytes, wanted: str | None, limits: dict[str, int]) -> Iterator[str]:
    content = read(data, wanted, limits)
    about = next(content)
    about |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    yield json.dumps(about)
    sent = count = 0
    for number, cells in content:
        while cells and is_empty(cells[-1]):
            cells.pop()
        if cells:
            line = json.dumps((number, cells), separators=(",", ":"))
            sent += len(line)
            if sent > limits["output_bytes"] - CHUNK:
                raise Refused("content", megabytes=limits["output_bytes"] >> 20)
            count += 1
            yield line
    if not count:
        raise Refused("empty")
    yield json.dumps({"end": count})


def main() -> None:
    request = json.loads(sys.argv[1])
    limits = request["limits"]
    limit_resources(limits)
    try:
        data = sys.stdin.buffer.read(limits["file_bytes"] + 1)
        if len(data) > limits["file_bytes"]:
            raise Refused("file", megabytes=limits["file_bytes"] >> 20)
        for line in lines(data, request["sheet"], limits):
            sys.stdout.write(line + "\n")
    except Refused as error:
        sys.stdout.write(json.dumps({"refused": error.code, "fields": error.fields}) + "\n")
    except MemoryError:
        sys.stdout.write('{"refused": "memory", "fields": {}}\n')


if __name__ == "__main__":
    main()
