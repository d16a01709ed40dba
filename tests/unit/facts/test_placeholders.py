"""Filler texts are known, real serial numbers are not taken for filler."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import placeholders
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.placeholders import classify, is_placeholder
from hypothesis import given
from hypothesis import strategies as st

DATA = json.loads(Path(placeholders.__file__).with_suffix(".json").read_text(encoding="utf-8"))
KINDS = ("serial", "asset_tag", "part_number", "name", "uuid", "mac")
TEXT_KINDS = KINDS[:4]

EVERYWHERE = [
    "To be filled by O.E.M.",
    "To Be Filled By O.E.M.",
    "to be filled by oem",
    "To be filled by O.E.M",
    "To Be Filled By O.E.M. by More String",
    "Type1 - TBD by OEM",
    "TBD by ODM",
    "To Be Defined By O.E.M",
    "Fill By OEM",
    "TBD",
    "Default string",
    "DEFAULT STRING",
    "Default  string ",
    "Default_string",
    "OEM Default string000",
    "oem default string inject xxxxxxxxxx",
    "System Serial Number",
    "System manufacturer",
    "System Product Name",
    "System Version",
    "Chassis Manufacture",
    "Chassis Serial Number",
    "Base Board Serial Number",
    "Type2 - Board Serial Number",
    "Type2 - Board Vendor Name1",
    "No Asset Tag",
    "Not Specified",
    "Not Applicable",
    "Not Available",
    "Not Supported",
    "System SKUNumber",
    "Asset Tag:",
    "Base Board Asset Tag#",
    "N/A",
    "NA",
    "None",
    "Unknown",
    "INVALID",
    "empty",
    "[Empty]",
    "(null)",
    "NO DIMM",
    "SerNum0",
    "SerNum01",
    "A1_SerNum0",
    "PartNum0",
    "A1_PartNum0",
    "ModulePartNumber01",
    "Manufacturer01",
    "AssetTagNum1",
    "........",
    ".",
    "-----",
    "***",
    "",
    "   ",
]
NUMBERS = [
    "0",
    "00000000",
    "0000000000000000",
    "00-00-00-00",
    "1111111",
    "XXXXXXXX",
    "xxxxxxxxxxx",
    "FFFFFFFF",
    "0123456789",
    "1234567890",
    "123456789",
    "12345678",
    "0123456789ABCDEF",
    "123456789000",
    "12345678901234567890",
    "9876543210",
    "01234567890",
    "123456789012",
    "0123456789000",
    "01234567890ABC",
    "01234567890123456789AB",
    "12345678901234567890123456789012",
    "123456789123456789",
    "NB-0123456789",
    "0x00000000",
    "MB-1234567890",
    "SYS-1234567890",
    "SN-12345",
    "EVAL",
    "Serial number xxxxxx",
    "OEM_Serial",
]


@pytest.mark.parametrize("kind", TEXT_KINDS)
@pytest.mark.parametrize("text", EVERYWHERE)
def test_filler_in_any_field(kind: placeholders.Kind, text: str) -> None:
    assert is_placeholder(kind, text)


@pytest.mark.parametrize("kind", ["serial", "asset_tag", "part_number"])
@pytest.mark.parametrize("text", NUMBERS)
def test_filler_numbers(kind: placeholders.Kind, text: str) -> None:
    assert is_placeholder(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("name", "x.x"),
        ("name", "All Series"),
        ("name", "No Enclosure"),
        ("name", "000000000000"),
        ("name", "XXXXX"),
        ("serial", "1.0"),
        ("serial", "SystemSerialNumb"),
        ("asset_tag", "Asset-1234567890"),
        ("asset_tag", "CPU0_C0D0_AssetTag"),
        ("asset_tag", "P1-DIMMA1_AssetTag (date:19/20)"),
        ("asset_tag", "Base Board Asset Tag"),
        ("asset_tag", "No Asset Information"),
        ("asset_tag", "OEM_Define3"),
        ("serial", "<cut out>"),
        ("name", "01234567890123456789AB"),
        ("uuid", "00000000-0000-0000-0000-000000000000"),
        ("uuid", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"),
        ("uuid", "11111111-1111-1111-1111-111111111111"),
        ("uuid", "03000200-0400-0500-0006-000700080009"),
        ("uuid", "00020003-0004-0005-0006-000700080009"),
        ("uuid", "12345678-1234-5678-90AB-CDDEEFAABBCC"),
        ("uuid", "4c4c4544-0000-2010-8020-80c04f202020"),
        ("uuid", "56F49712-FFFF-FFFF-FFFF-FFFFFFFFFFFF"),
        ("mac", "00:00:00:00:00:00"),
        ("mac", "FF-FF-FF-FF-FF-FF"),
        ("mac", "20:41:53:59:4e:ff"),
        ("mac", "00:50:56:C0:00:08"),
    ],
)
def test_filler_of_one_kind(kind: placeholders.Kind, text: str) -> None:
    assert is_placeholder(kind, text)


REAL = {
    "serial": [
        "PC1K7X4R",
        "PF0X0000",
        "C83T54J",
        "7JX2K3J",
        "CNF01207X6",
        "CZC8204LQX",
        "219841730",
        "MS1C93BB0H00980",
        "MT7025K28000000",
        "..CN701638BM00EW.",
        ".HLG964J.CN129618C52450.",
        "/7JX2K3J/CN7220065D01A9/",
        "VMware-56 4d 3a 10 7e 22 51 9c-0f 6b 44 8e 91 a3 5d 02",
        "0417-6620-9315-7748-2093-5516-08",
        "1A1541FC",
        "0000065D",
        "00000001",
        "39C1F04A",
        "S4EWNX0M123456",
        "WD-WCC3F1234567",
        "5CD1234567",
        "NONE0417",
        "OEM5512A",
        "1234567891",
        "12345678X",
        "01234568",
        "20231101",
        "1.02.3.44",
        "机房一01",
        "SerNum017X",
    ],
    "asset_tag": [
        "JF-2021-0417",
        "200840",
        "0015490000F0",
        "2021-0001",
        "资产-0417",
        "CZC8204LQX",
        "00000417",
    ],
    "part_number": [
        "M378A1K43CB2-CTD",
        "HMA81GU6CJR8N-VK",
        "99U5316-025.A01LF",
        "P48808GSHCRN-VK",
        "K1N64T8G",
    ],
    "name": [
        "LENOVO",
        "OptiPlex 7090",
        "1.0",
        "1",
        "A01",
        "00001",
        "V1.0",
        "0AACh",
        "312D",
        "Rev 1.xx",
        "Standard PC (Q35 + ICH9, 2009)",
        "Virtual Machine",
        "Not Your Average PC",
        "清华同方",
        "To be or not to be",
        "7F98000000000000",
        "DIMM0",
        "BANK 0",
        "ChannelA-DIMM1",
        "System x3650 M4",
        "ProLiant",
        "X11SSL-F",
    ],
    "uuid": [
        "44454C4C-3800-1033-8054-C3C04F35344A",
        "40EB001E-8C00-01CE-8E2C-00248C590A84",
        "00000000-0000-0000-0000-001999a4b2c1",
        "76006b9c-c49c-0000-0000-000000000000",
        "31343434-3531-4e43-4738-343153304b44",
    ],
    "mac": ["52:54:00:12:34:56", "f4:a8:d5:e0:c6:11", "00:50:56:9a:11:22", "00:00:5e:00:53:01"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in REAL.items() for text in texts])
def test_a_value_is_not_eaten(kind: placeholders.Kind, text: str) -> None:
    assert classify(kind, text) is None


def test_the_source_is_told() -> None:
    assert classify("serial", "To be filled by O.E.M.") == "cockpit-16280"
    assert classify("uuid", "03000200-0400-0500-0006-000700080009") == "capasystems"
    assert classify("serial", " ") == "blank"


def test_a_kind_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        classify("colour", "red")  # type: ignore[arg-type]


def test_every_entry_has_a_source_and_known_kinds() -> None:
    entries = DATA["exact"] + DATA["patterns"]
    assert {entry["source"] for entry in entries} == DATA["sources"].keys()
    assert all(entry["kinds"] and set(entry["kinds"]) <= set(KINDS) for entry in entries)
    assert all(entry["note"] for entry in DATA["patterns"])


def test_exact_texts_are_written_as_they_are_compared() -> None:
    texts = [entry["text"] for entry in DATA["exact"]]
    assert texts == [" ".join(text.split()).casefold() for text in texts]
    pairs = [(entry["text"], kind) for entry in DATA["exact"] for kind in entry["kinds"]]
    assert len(pairs) == len(set(pairs))


def test_patterns_cannot_run_away() -> None:
    """No quantifier that has no end stands inside another one, and the text has an end."""
    for entry in DATA["patterns"]:
        assert not re.search(r"[+*}][^()]*\)[+*]", entry["pattern"]), entry["pattern"]
    for kind in KINDS:
        for text in (
            "0" * 255 + "x",
            "to be filled" * 100,
            "a_" * 128,
            "(" * 5000,
            "." * 100_000,
            "x" * 100_000,
        ):
            classify(kind, text)  # type: ignore[arg-type]


def test_longer_than_a_string_of_the_facts_is_a_value() -> None:
    assert classify("serial", "0" * 256) is not None
    assert classify("serial", "0" * 257) is None


@given(st.sampled_from(KINDS), st.text(max_size=300))
def test_any_text(kind: placeholders.Kind, text: str) -> None:
    assert classify(kind, text) == classify(kind, f" {text}\t") or len(text) > 250


@given(st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=7, max_size=20))
def test_almost_no_random_serial_is_filler(text: str) -> None:
    if classify("serial", text) is not None:
        assert len(set(text)) == 1 or text.lower() in {entry["text"] for entry in DATA["exact"]}
