"""The text that ``dmidecode`` prints, as a table of structures.

Knows the layout of the text and nothing of what the structures mean (that is ``smbios.py``). The layout is
that of dmidecode's own output, from 1.8 to 3.x:

- since 2.7 a line ``Handle 0x0011, DMI type 17, 40 bytes``, a title, fields one level deeper, and the items
  of a field that is a list two levels deeper;
- before that ``Handle 0x0011`` alone, ``DMI type 17, 27 bytes.`` and the title one level deeper, fields two
  levels, items three; structures that the tool could not decode are a bare hex dump;
- levels are tabs, or whatever spaces a tool in between made of them.

Header, handle and type are those of the SMBIOS structure header (DSP0134, section 6.1.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_END_OF_TABLE = 127  # DSP0134: the last structure of every table since SMBIOS 2.2
_BIOS_AND_SYSTEM = (0, 1)  # DSP0134 section 6.2: every table has them

_HANDLE = re.compile(r"Handle 0x([0-9A-Fa-f]{1,8})(?:,\s?(DMI type .*))?\s*$")
_TYPE = re.compile(r"DMI type (\d{1,3}), (\d{1,5}) bytes?\.?(.*)$")
_VERSION = re.compile(r"(?:SMBIOS|Legacy DMI) (\d{1,3}\.\d{1,3})(?:\.\d{1,3})? present")
_ANNOUNCED = re.compile(r"(\d{1,5}) structures occupying ")
# The tool's last word where firmware counted wrong; 3.3 and newer write it to standard error.
_MISCOUNTED = re.compile(r"Wrong DMI structures count: \d{1,5} announced, only (\d{1,5}) decoded\.$")
_BROKEN = "Invalid entry length ("  # the tool stops there, and the rest of the table is not in the text
_HEX_DUMP = re.compile(r"[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2})*(?:\s|$)")
_UNDECODED_TITLES = frozenset({"OEM-specific Type", "Unknown Type"})
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TAB_WIDTH = 8


@dataclass(slots=True)
class Structure:
    """One SMBIOS structure as dmidecode printed it.

    ``fields`` maps a field's name to its text (the first one where a name is repeated), stripped but
    otherwise as printed; ``lists`` maps a field's name to the lines below it. ``undecoded`` is set where the
    tool printed bytes and not fields. ``truncated`` is set where the text ends inside the structure, or
    where the tool says that the table does.
    """

    handle: int
    type: int
    size: int
    name: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    undecoded: bool = False
    truncated: bool = False


class Table(list[Structure]):
    """The structures in the order of the text, and what the text says of the table as a whole.

    ``version`` is the SMBIOS version (``"3.2"``, None where no line gives one), ``announced`` the number of
    structures that the firmware promised (or, where the tool says that this was wrong, found), ``headless``
    is set where the text begins inside a structure, ``broken`` where the tool gave the table up.
    """

    version: str | None = None
    announced: int | None = None
    headless: bool = False
    broken: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing is missing at either end of the text.

        The beginning shows by the tool's header or the structures that every table has, the end by the end
        marker or by every announced structure being there.
        """
        types = {structure.type for structure in self}
        if self.headless or self.broken or (self.version is None and types.isdisjoint(_BIOS_AND_SYSTEM)):
            return False
        if _END_OF_TABLE in types:
            return True
        return self.announced is not None and len(self) >= self.announced and not self[-1].truncated

    def of_type(self, number: int) -> list[Structure]:
        """The decoded structures of one type."""
        return [structure for structure in self if structure.type == number and not structure.undecoded]


def parse_dmidecode(text: str | bytes) -> Table:
    """Parse the output of ``dmidecode``; never raises, and takes time in proportion to the text.

    Bytes may be UTF-8, latin-1 or, with a byte order mark, UTF-16 (what a Windows console redirects).
    Anything that is not a structure (comments, errors, a shell's noise) is skipped, and text without any
    gives an empty table. A last line without its line end was cut off: it is dropped, because half a
    serial number is a wrong one.
    """
    if isinstance(text, bytes):
        text = _decode(text)
    if "\r" in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    tail = lines.pop().strip()
    cut = bool(tail)
    if tail in {"End Of Table", "End-of-Table"}:
        lines.append(tail)
        cut = False
    table = Table()
    reader = _Reader(table)
    for line in lines:
        reader.feed(line)
    if cut and table:
        table[-1].truncated = True
    return table


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    whole, end, cut = data.rpartition(b"\n")  # a cut inside a character must not spoil the rest
    try:
        return (whole + end).decode("utf-8") + cut.decode("utf-8", errors="replace")
    except UnicodeDecodeError:
        return data.decode("latin-1")


class _Reader:
    """The state between two lines: which structure is open, and how deep its levels are."""

    __slots__ = ("field_depth", "handle", "handle_depth", "key", "structure", "table", "title_depth")

    def __init__(self, table: Table) -> None:
        self.table = table
        self.structure: Structure | None = None
        self.handle: int | None = None  # of a structure whose type is on the next line
        self.handle_depth: int | None = None  # of the first handle: a deeper one is somebody's string
        self.title_depth: int | None = None
        self.field_depth: int | None = None
        self.key: str | None = None

    def feed(self, line: str) -> None:
        body = line.strip()
        if not body:
            return
        indent = line[: line.find(body[0])]
        depth = len(indent) + (_TAB_WIDTH - 1) * indent.count("\t")
        if body.startswith("Handle 0x") and (self.handle_depth is None or depth <= self.handle_depth):
            self._open(body, depth)
            return
        if depth == 0 and body.startswith(("Wrong DMI", _BROKEN)):
            self._remark(body)
            return
        structure = self.structure
        if structure is None:
            self._preamble(body, depth)
        elif self.title_depth is None:
            self._title(structure, body, depth)
        else:
            self._content(structure, body, depth)

    def _open(self, body: str, depth: int) -> None:
        self.structure = self.handle = None
        match = _HANDLE.match(body)
        if match is None:
            return
        self.handle_depth = depth
        self.handle = int(match[1], 16)
        if match[2]:
            self._type(match[2])

    def _type(self, body: str) -> None:
        match = _TYPE.match(body)
        if match is not None and self.handle is not None:
            self.structure = Structure(self.handle, int(match[1]), int(match[2]))
            self.table.append(self.structure)
            self.title_depth = self.field_depth = self.key = None
            title = match[3].strip()
            if title:
                self._title(self.structure, title, self.handle_depth or 0)
        self.handle = None

    def _remark(self, body: str) -> None:
        if body.startswith(_BROKEN):
            self.table.broken = "Stop" in body  # "Fixed up to 11." goes on
        elif miscounted := _MISCOUNTED.match(body):
            self.table.announced = int(miscounted[1])

    def _preamble(self, body: str, depth: int) -> None:
        if self.handle is not None:
            self._type(body)
            return
        table = self.table
        if table:
            return
        if version := _VERSION.match(body):
            table.version = table.version or version[1]
        elif announced := _ANNOUNCED.match(body):
            table.announced = int(announced[1])
        elif depth and body[0].isalpha() and ": " in body:
            table.headless = True

    def _title(self, structure: Structure, body: str, depth: int) -> None:
        self.title_depth = depth
        if _HEX_DUMP.match(body) and len(body) > 2:
            structure.undecoded = True
        elif body.endswith(":") or ": " in body:
            self.title_depth = self.handle_depth or 0
            self._content(structure, body, depth)
        else:
            structure.name = body
            structure.undecoded = body in _UNDECODED_TITLES
            if structure.type == _END_OF_TABLE:
                self.structure = None  # what follows is the tool's remarks

    def _content(self, structure: Structure, body: str, depth: int) -> None:
        if self.field_depth is None:
            self.field_depth = depth
        if depth <= self.field_depth:
            if depth < self.field_depth and depth <= (self.title_depth or 0):
                return
            key, colon, value = body.partition(":")
            if colon:
                self.key = key = key.rstrip()
                structure.fields.setdefault(key, value.strip())
                if key == "Header and Data":
                    structure.undecoded = True
                return
            if body == "<TRUNCATED>":
                structure.truncated = True
                return
            if self.key is None or structure.fields[self.key]:
                return
        if self.key is not None:
            structure.lists.setdefault(self.key, []).append(body)
