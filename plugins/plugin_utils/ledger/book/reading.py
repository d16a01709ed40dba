"""Reading a property book (XLSX, XLS, XLSB, ODS, CSV, TSV) into rows of plain cells.

The file is parsed by a child process (``reading_process.py``) under limits of memory, CPU and time; what it
is is told from its content, never from its name. Formulas are not evaluated: the value that the spreadsheet
program stored counts, and a formula without one is a fault.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from ...i18n import UserError

_PROCESS = Path(__file__).with_name("reading_process.py")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell without a usable value: an error value such as ``#REF!``, or a formula never calculated."""

    text: str


Cell = str | int | float | bool | date | datetime | Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a book may cost. ``memory_bytes`` bounds the child's address space, ``seconds`` its wall clock."""

    file_bytes: int = 50 << 20
    unpacked_bytes: int = 256 << 20
    parts: int = 10_000
    rows: int = 200_000
    columns: int = 256
    cell_chars: int = 32_767  # what a spreadsheet cell can hold
    output_bytes: int = 128 << 20
    memory_bytes: int = 1536 << 20
    cpu_seconds: int = 40
    seconds: int = 90


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as the spreadsheet program shows it, from 1; ``cells`` from column A, cut after the last
    one.
    """

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range, both ends inclusive. Rows from 1, columns from 0 (column A)."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a book: only rows that hold something, and where it came from. ``others`` are further visible
    sheets that hold something, where the sheet was not chosen by name.

    ``format`` is xlsx, xlsb, xls, ods or text; ``name`` is None and ``encoding``, ``delimiter`` are set for
    text. ``date_system`` is the epoch of serial dates, 1900 or 1904.
    """

    file: str
    sha256: str
    size: int
    format: str
    rows: tuple[Row, ...]
    name: str | None = None
    sheets: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    date_system: int = 1900
    merged: tuple[Merged, ...] = ()


_REFUSALS = {
    "empty": "The book {file} is empty. Check that it is the right file.",
    "not_a_book": "{file} is not a property book: its content is neither a spreadsheet (XLSX, XLS, ODS) nor "
    "text (CSV). Export the book again as XLSX.",
    "markup": "{file} is a web page or an XML table with the name of a spreadsheet. Open it in WPS or Excel, "
    "save it as XLSX, and import that file.",
    "encrypted": "The book {file} is protected by a password. Remove the password in WPS or Excel, save it, "
    "and import it again.",
    "damaged": "The book {file} is damaged or incomplete ({detail}). Copy or export it again; if it opens in "
    "WPS or Excel, save it there as a new XLSX.",
    "dtd": "The book {file} holds XML definitions (DTD) that no spreadsheet program writes, so it was not "
    "read. Find out where the file comes from.",
    "bomb": "The book {file} unpacks to more than {megabytes} MB and was not read. Find out where the file "
    "comes from; a real book can be saved again without pictures.",
    "file": "The book {file} is larger than {megabytes} MB. Split it, or save it again without pictures.",
    "rows": "The book {file} has {rows} rows or more, and {limit} are allowed. Delete the empty rows below "
    "the table (select them, delete the rows, save), or split the book.",
    "columns": "The book {file} has {columns} columns, and {limit} are allowed. Delete the columns beside "
    "the table and save it again.",
    "cell": "A cell in row {row} of {file} holds more than {limit} characters. Shorten it, or close the "
    "quotation mark that is open there.",
    "quotes": "The quotation marks in row {row} of the text file {file} do not match. Correct the row, or "
    "export the book as XLSX.",
    "encoding": "The text file {file} is neither UTF-8, nor UTF-16 with a byte order mark, nor GB18030. Save "
    "it again as UTF-8, or as XLSX.",
    "no_such_sheet": "The book {file} has no sheet “{sheet}”. Its sheets: {sheets}.",
    "content": "The book {file} holds more than {megabytes} MB of text. Split it.",
    "memory": "The book {file} needs more memory than {megabytes} MB and was not read. Save it again as a "
    "new XLSX with only the table in it, or split it.",
    "time": "The book {file} was not read within {seconds} seconds. Save it again as a new XLSX with only "
    "the table in it, or split it.",
    "missing": "There is no file {file}. Check the path of the book.",
    "denied": "The book {file} may not be read by this user. Change its permissions.",
    "not_a_file": "{file} is not a file. Give the path of the book itself.",
    "unreadable": "The book {file} cannot be read: {detail}.",
}


def _shown_name(path: Path) -> str:
    """A file's name for people and for the ledger: bounded, without what cannot be printed or stored."""
    return "".join(character if character.isprintable() else "?" for character in path.name[:100])


def _refusal(code: str, path: Path, **fields: object) -> UserError:
    shown = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in fields.items()
    }
    return UserError("import", _REFUSALS[code], file=_shown_name(path), **shown)


def _open(path: Path, limits: Limits) -> IO[bytes]:
    """The open file. Non-blocking, so that a FIFO cannot hold the run."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", closefd=True)
    except FileNotFoundError as error:
        raise _refusal("missing", path) from error
    except PermissionError as error:
        raise _refusal("denied", path) from error
    except IsADirectoryError as error:
        raise _refusal("not_a_file", path) from error
    except (OSError, ValueError) as error:
        raise _refusal("unreadable", path, detail=getattr(error, "strerror", None) or str(error)) from error
    about = os.fstat(file.fileno())
    if not stat.S_ISREG(about.st_mode) or about.st_size > limits.file_bytes:
        file.close()
        if not stat.S_ISREG(about.st_mode):
            raise _refusal("not_a_file", path)
        raise _refusal("file", path, megabytes=limits.file_bytes >> 20)
    return file


def _run(file: IO[bytes], path: Path, sheet: str | None, limits: Limits) -> list[bytes]:
    """The child's lines, or the UserError that its end stands for."""
    request = json.dumps({"sheet": sheet, "limits": asdict(limits)})
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603  our own interpreter and file
            [sys.executable, "-P", str(_PROCESS), request], stdin=file, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101  PIPE was asked for
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(limits.seconds, stop)
        clock.start()
        try:
            output = process.stdout.read(limits.output_bytes + 1)
            if len(output) > limits.output_bytes:
                process.kill()
            status = process.wait()
        finally:
            clock.cancel()
        if len(output) > limits.output_bytes:
            raise _refusal("content", path, megabytes=limits.output_bytes >> 20)
        if late.is_set():
            raise _refusal("time", path, seconds=limits.seconds)
        if status == -signal.SIGXCPU:
            raise _refusal("time", path, seconds=limits.cpu_seconds)
        if status < 0:  # out of memory ends native code with SIGABRT or SIGSEGV
            raise _refusal("memory", path, megabytes=limits.memory_bytes >> 20)
        if status != 0:
            errors.seek(0)
            raise RuntimeError(
                f"{_PROCESS.name}: {errors.read(65536).decode(errors='replace').strip()[-500:]}"
            )
    return output.splitlines()


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        if "fault" in value:
            return Fault(str(value["fault"]))
        text = str(value["date"])
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    cell: Cell = value
    return cell


def read_book(path: Path | str, *, sheet: str | None = None, limits: Limits | None = None) -> Sheet:
    """The sheet named ``sheet``, by default the first visible one that holds anything.

    Raises UserError (domain import) for everything that is not a readable book within ``limits``.
    """
    path = Path(path)
    limits = limits or Limits()
    with _open(path, limits) as file:
        lines = _run(file, path, sheet, limits)
    last: Mapping[str, Any] | list[Any] = json.loads(lines[-1])
    if isinstance(last, dict) and "refused" in last:
        fields = {"megabytes": limits.memory_bytes >> 20} | last["fields"]
        raise _refusal(last["refused"], path, **fields)
    if not isinstance(last, dict) or last.get("end") != len(lines) - 2:
        raise RuntimeError(f"{_PROCESS.name} ended without a result")
    about = json.loads(lines[0])
    rows = []
    for line in lines[1:-1]:
        number, cells = json.loads(line)
        rows.append(Row(number, tuple(map(_cell, cells))))
    return Sheet(
        file=_shown_name(path),
        sha256=about["sha256"],
        size=about["size"],
        format=about["format"],
        rows=tuple(rows),
        name=about["sheet"],
        sheets=tuple(about["sheets"]),
        others=tuple(about["others"]),
        encoding=about["encoding"],
        delimiter=about["delimiter"],
        date_system=about["date_system"],
        merged=tuple(Merged(*place) for place in about["merged"]),
    )
