"""The layout of dmidecode's text: every version's, and what other tools and breakage make of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import smbios
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.smbios_table import (
    Structure,
    Table,
    parse_dmidecode,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "dmidecode"
RECORDINGS = sorted(FIXTURES.glob("*.txt"))

MODERN = """\
# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 3.2.1 present.
2 structures occupying 90 bytes.
Table at 0x000E0000.

Handle 0x0000, DMI type 0, 26 bytes
BIOS Information
	Vendor: LENOVO
	Characteristics:
		PCI is supported
		5.25"/360 kB floppy services are supported (int 13h)
	Firmware Revision: 1.20

Handle 0xDA00, DMI type 218, 7 bytes
OEM-specific Type
	Header and Data:
		DA 07 00 DA B2 00 0D
	Strings:
		Handle 0x0011, DMI type 17, 40 bytes
		Revision: A1

Handle 0x007F, DMI type 127, 4 bytes
End Of Table

"""
VENDOR = Structure(
    handle=0,
    type=0,
    size=26,
    name="BIOS Information",
    fields={"Vendor": "LENOVO", "Characteristics": "", "Firmware Revision": "1.20"},
    lists={"Characteristics": ["PCI is supported", '5.25"/360 kB floppy services are supported (int 13h)']},
)
OEM = Structure(
    handle=0xDA00,
    type=218,
    size=7,
    name="OEM-specific Type",
    fields={"Header and Data": "", "Strings": ""},
    lists={
        "Header and Data": ["DA 07 00 DA B2 00 0D"],
        "Strings": ["Handle 0x0011, DMI type 17, 40 bytes", "Revision: A1"],
    },
    undecoded=True,
)
END = Structure(handle=0x7F, type=127, size=4, name="End Of Table")


def old_layout(text: str) -> str:
    """The same output as dmidecode before 2.7 printed it."""
    blocks = text.strip("\n").split("\n\n")
    lines = [blocks[0]]
    for block in blocks[1:]:
        header, *rest = block.split("\n")
        handle, _, kind = header.partition(", ")
        lines += [handle, f"\t{kind}.", *(f"\t{line}" for line in rest)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MODERN, id="as printed"),
        pytest.param(MODERN.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(MODERN.replace("\n", "\r\r\n"), id="CRLF twice"),
        pytest.param(MODERN.replace("\n", "\r"), id="CR"),
        pytest.param(MODERN.replace("\t", "    "), id="four blanks"),
        pytest.param(MODERN.replace("\t", "        "), id="eight blanks"),
        pytest.param(MODERN.replace("\t\t", " " * 16), id="tabs and blanks"),
        pytest.param("\n".join("  " + line for line in MODERN.split("\n")), id="indented as a whole"),
        pytest.param(MODERN.replace("26 bytes\n", "26 bytes.\n"), id="full stop"),
        pytest.param(MODERN.replace("\n\n", "\n"), id="no blank lines"),
        pytest.param(MODERN.replace("\n", "\n\n"), id="only blank lines between"),
        pytest.param(MODERN.replace("\n", "   \n"), id="trailing blanks"),
        pytest.param(MODERN.rstrip(), id="last line end stripped"),
        pytest.param(old_layout(MODERN), id="before 2.7"),
        pytest.param(old_layout(MODERN).replace("\t", "    "), id="before 2.7, blanks"),
        pytest.param("/dev/mem: Permission denied\nC:\\>dmidecode.exe\n" + MODERN, id="noise before"),
        pytest.param(
            MODERN + "Wrong DMI structures length: 90 bytes announced, structures occupy 88 bytes.\n",
            id="noise after",
        ),
        pytest.param(MODERN.replace("\n\nHandle 0xDA", "\n\n# noise\n\nHandle 0xDA"), id="noise between"),
        pytest.param(MODERN.encode(), id="bytes"),
        pytest.param(b"\xef\xbb\xbf" + MODERN.encode(), id="UTF-8 with mark"),
        pytest.param(b"\xff\xfe" + MODERN.encode("utf-16-le"), id="UTF-16 LE"),
        pytest.param(b"\xfe\xff" + MODERN.encode("utf-16-be"), id="UTF-16 BE"),
        pytest.param(b"\xb0\xe6\xb1\xbe\n" + MODERN.encode(), id="neither UTF-8 nor a structure"),
    ],
)
def test_layout(text: str | bytes) -> None:
    table = parse_dmidecode(text)
    assert list(table) == [VENDOR, OEM, END]
    assert (table.version, table.announced, table.headless) == ("3.2", 2, False)
    assert table.complete


WITHOUT_END = MODERN.partition("Handle 0x007F")[0].replace("2 structures", "3 structures")
MISCOUNTED = "Wrong DMI structures count: 3 announced, only {} decoded.\n"


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        pytest.param(WITHOUT_END, False, id="cut"),
        pytest.param(WITHOUT_END + MISCOUNTED.format(2), True, id="firmware counted wrong"),
        pytest.param(old_layout(WITHOUT_END) + MISCOUNTED.format(2), True, id="also before 2.7"),
        pytest.param(WITHOUT_END + MISCOUNTED.format(9), False, id="and the text was cut in its middle"),
        pytest.param(
            WITHOUT_END + "\tWrong DMI structures count: 3 announced, only 2 decoded.\n", False, id="a value"
        ),
        pytest.param(
            WITHOUT_END + "Invalid entry length (0). DMI table is broken! Stop.\n\n" + MISCOUNTED.format(2),
            False,
            id="the table broke off",
        ),
        pytest.param(
            WITHOUT_END + "Invalid entry length (16). Fixed up to 11.\n" + MISCOUNTED.format(2),
            True,
            id="mended",
        ),
    ],
)
def test_a_table_without_end_marker(text: str, complete: bool) -> None:
    table = parse_dmidecode(text)
    assert table[0] == VENDOR
    assert len(table) == 2
    assert table.complete is complete


def test_title_on_the_handle_line() -> None:
    (board,) = parse_dmidecode("Handle 0x0002, DMI type 2, 8 bytes.  Base Board Information\n\tVersion: 7\n")
    assert board == Structure(2, 2, 8, "Base Board Information", {"Version": "7"})


def test_all_indentation_lost() -> None:
    flat = "\n".join(line.strip() for line in MODERN.replace(OEM.lists["Strings"][0], "x").split("\n"))
    table = parse_dmidecode(flat)
    assert table[0] == VENDOR
    assert [structure.type for structure in table] == [0, 218, 127]


@pytest.mark.parametrize(
    ("text", "structure"),
    [
        pytest.param(
            "Handle 0x2200\n\tDMI type 34, 11 bytes.\n01 06 5a 00 00 00 05   \t..Z: ...\n",
            Structure(0x2200, 34, 11, undecoded=True),
            id="hex dump of 1.8",
        ),
        pytest.param(
            "Handle 0x0001, DMI type 1, 27 bytes\n\tHeader and Data:\n\t\t01 1B 01 00\n\tStrings:\n\t\tX\n",
            Structure(
                1,
                1,
                27,
                "",
                {"Header and Data": "", "Strings": ""},
                {"Header and Data": ["01 1B 01 00"], "Strings": ["X"]},
                undecoded=True,
            ),
            id="--dump",
        ),
        pytest.param(
            "Handle 0x0010, DMI type 126, 19 bytes\nInactive\n",
            Structure(0x10, 126, 19, "Inactive"),
            id="inactive",
        ),
        pytest.param(
            "Handle 0x0011, DMI type 17, 40 bytes\nMemory Device\n\tSize: 8 GB\n\t<TRUNCATED>\n",
            Structure(0x11, 17, 40, "Memory Device", {"Size": "8 GB"}, truncated=True),
            id="table too short",
        ),
        pytest.param(
            "Handle 0x0011, DMI type 17, 40 bytes\nMemory Device\n\tSize: 8 GB\n\tSerial Number: 39C1",
            Structure(0x11, 17, 40, "Memory Device", {"Size": "8 GB"}, truncated=True),
            id="cut in a line",
        ),
        pytest.param(
            "Handle 0x0011, DMI type 17, 40 bytes\nMemory Device\n\tSize: 8 GB\n\tSize: 16 GB\n\tA:B: C\n",
            Structure(0x11, 17, 40, "Memory Device", {"Size": "8 GB", "A": "B: C"}),
            id="repeated field, colon in a value",
        ),
    ],
)
def test_structure(text: str, structure: Structure) -> None:
    assert parse_dmidecode(text) == [structure]


def test_undecoded_structures_are_of_no_type() -> None:
    dump = "Handle 0x0001, DMI type 1, 27 bytes\n\tHeader and Data:\n\t\t01 1B 01 00\n"
    table = parse_dmidecode(dump)
    assert table.of_type(1) == []
    assert set(smbios.system(table).values()) == {None}


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("SMBIOS 2.8 present.\n", "2.8"),
        ("SMBIOS 3.3.0 present.\n", "3.3"),
        ("Legacy DMI 2.3 present.\n", "2.3"),
        ("SMBIOS 2.4 present.\nDMI 0.0 present.\n", "2.4"),
        ("# SMBIOS implementations newer than version 2.6 are not\n", None),
        ("", None),
    ],
)
def test_version(text: str, version: str | None) -> None:
    assert parse_dmidecode(text).version == version


@pytest.mark.parametrize(
    "line",
    [
        "Handle 0x",
        "Handle 0xZZZZ, DMI type 17, 40 bytes",
        "Handle 0x0011, DMI type 99999, 40 bytes",
        "Handle 0x0011, DMI type",
        "Handle 0x111111111111, DMI type 17, 40 bytes",
        "Handle 0x0011",
    ],
)
def test_a_broken_handle_opens_nothing(line: str) -> None:
    assert parse_dmidecode(f"{line}\nMemory Device\n\tSize: 8 GB\n") == []


def test_fields_after_a_broken_handle_do_not_join_the_structure_before() -> None:
    text = MODERN.replace("Handle 0xDA00, DMI type 218, 7 bytes", "Handle 0xDA00, DMI ty")
    assert parse_dmidecode(text)[0] == VENDOR


def test_latin_1_and_a_character_cut_in_half() -> None:
    text = "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tVersion: café\n\tFamily: 机房\n"
    utf_8 = text.encode()
    assert parse_dmidecode(utf_8)[0].fields == {"Version": "café", "Family": "机房"}
    assert parse_dmidecode(utf_8[:-2])[0].fields == {"Version": "café"}
    latin_1 = text.replace("机房", "é").encode("latin-1")
    assert parse_dmidecode(latin_1)[0].fields == {"Version": "café", "Family": "é"}


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_tabs_or_blanks_and_line_ends_make_no_difference(recording: Path) -> None:
    text = recording.read_bytes().decode("latin-1").replace("\r\n", "\n")
    table = parse_dmidecode(text)
    for other in (text.replace("\t", "   "), text.replace("    ", "\t"), text.replace("\n", "\r\n")):
        again = parse_dmidecode(other)
        assert [s.fields.keys() for s in again] == [s.fields.keys() for s in table]
        assert smbios.memory(again) == smbios.memory(table)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Handle 0x0011, DMI type 17, 40 bytes\n" * 30_000, id="only handles"),
        pytest.param("Handle 0x0011\n" * 70_000, id="handles without type"),
        pytest.param("Handle 0x0011, DMI type 17, 40 bytes\nX\n" + "\tA:\n\t\tb\n" * 100_000, id="one list"),
        pytest.param("Handle 0x0011, DMI type 17, 40 bytes\nX\n\t" + ":" * 1_000_000 + "\n", id="colons"),
        pytest.param(" " * 1_000_000 + "\n", id="blanks"),
        pytest.param("\t" * 1_000_000 + "x\n", id="tabs"),
        pytest.param("00 " * 300_000, id="hex"),
        pytest.param("Handle 0x0011, DMI type 17, 40 bytes\n" + "00 " * 300_000 + "!\n", id="hex title"),
        pytest.param("SMBIOS " * 150_000 + "\n", id="versions"),
    ],
)
def test_a_megabyte_of_anything_ends(text: str) -> None:
    table = parse_dmidecode(text)
    assert isinstance(table, Table)
    smbios.memory(table)
    smbios.cpus(table)
