"""EDID bytes are made here by a builder of its own, and what the parser says is held against edid-decode."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import edid
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.edid import manufacturer_name, parse_edid
from hypothesis import given, settings
from hypothesis import strategies as st

HEADER = bytes.fromhex("00ffffffffffff00")
KEYS = {
    *("manufacturer_id", "manufacturer", "model", "product_code", "serial", "serial_number", "week", "year"),
    *("model_year", "width_mm", "height_mm", "native_width", "native_height", "native_refresh_hz"),
    *("edid_version", "checksum_ok", "strings"),
}


def timing(
    clock_khz: int,
    across: tuple[int, int],
    down: tuple[int, int],
    mm: tuple[int, int],
    interlaced: bool = False,
) -> bytes:
    """A detailed timing: (active, blanking) across and down, image size in millimetres."""
    width, blank_x = across
    height, blank_y = down
    return bytes(
        [
            *(clock_khz // 10).to_bytes(2, "little"),
            *(width % 256, blank_x % 256, width // 256 * 16 + blank_x // 256),
            *(height % 256, blank_y % 256, height // 256 * 16 + blank_y // 256),
            *(48, 32, 0x35, 0x00),
            *(mm[0] % 256, mm[1] % 256, mm[0] // 256 * 16 + mm[1] // 256),
            *(0, 0, 0x1A | (0x80 if interlaced else 0)),
        ]
    )


def text(tag: int, value: bytes) -> bytes:
    padded = value if len(value) == 13 else (value + b"\n").ljust(13)
    assert len(padded) == 13
    return bytes([0, 0, 0, tag, 0]) + padded


LIMITS = bytes([0, 0, 0, 0xFD, 0, 50, 76, 30, 83, 17, 0, 10, *b"      "])
UNUSED = bytes([0, 0, 0, 0x10, *bytes(14)])


def seal(block: bytes) -> bytes:
    assert len(block) == 127
    return block + bytes([-sum(block) % 256])


def build(
    *,
    maker: str = "DEL",
    product: int = 0xA0C7,
    number: int = 0x4C365A31,
    week: int = 12,
    year: int = 2019,
    version: tuple[int, int] = (1, 4),
    cm: tuple[int, int] = (53, 30),
    descriptors: tuple[bytes, ...] = (),
    extensions: int = 0,
) -> bytes:
    letters = 0
    for letter in maker:
        letters = letters << 5 | ord(letter) - 0x40
    parts = [*descriptors, *[UNUSED] * 4][:4]
    return seal(
        HEADER
        + letters.to_bytes(2, "big")
        + product.to_bytes(2, "little")
        + number.to_bytes(4, "little")
        + bytes([week, year - 1990, *version, 0xA5, *cm, 0x78, 0x3A])
        + bytes.fromhex("ee91a3544c99260f5054")
        + bytes.fromhex("a54b00")
        + bytes([1] * 16)
        + b"".join(parts)
        + bytes([extensions])
    )


def cta(descriptors: list[bytes], data_blocks: bytes = b"") -> bytes:
    body = bytes([0x02, 0x03, 4 + len(data_blocks), 0x00]) + data_blocks + b"".join(descriptors)
    return seal(body.ljust(127, b"\0"))


FULL_HD = timing(148_500, (1920, 280), (1080, 45), (527, 296))
DELL = build(descriptors=(FULL_HD, text(0xFF, b"7X2KN93R1Z6L"), text(0xFC, b"DELL P2419H"), LIMITS))
EXPECTED_DELL = {
    "manufacturer_id": "DEL",
    "manufacturer": "Dell",
    "model": "DELL P2419H",
    "product_code": "a0c7",
    "serial": "7X2KN93R1Z6L",
    "serial_number": 0x4C365A31,
    "week": 12,
    "year": 2019,
    "model_year": None,
    "width_mm": 527,
    "height_mm": 296,
    "native_width": 1920,
    "native_height": 1080,
    "native_refresh_hz": 60.0,
    "edid_version": "1.4",
    "checksum_ok": True,
    "strings": [],
}

MONITORS = {
    "dell full hd": DELL,
    "samsung 1280x1024 of 2006, edid 1.3": build(
        maker="SAM",
        product=0x01A5,
        week=41,
        year=2006,
        version=(1, 3),
        cm=(38, 30),
        descriptors=(
            timing(108_000, (1280, 408), (1024, 42), (376, 301)),
            LIMITS,
            text(0xFC, b"SyncMaster"),
            text(0xFF, b"HVBL700123"),
        ),
    ),
    "lenovo 1366x768 laptop panel": build(
        maker="LEN",
        product=0x40B2,
        number=0,
        week=0,
        year=2012,
        version=(1, 3),
        cm=(34, 19),
        descriptors=(
            timing(72_300, (1366, 160), (768, 22), (344, 193)),
            text(0xFE, b"LG Display"),
            text(0xFE, b"LP156WH2-TLQB"),
        ),
    ),
    "aoc 4k at 30 Hz": build(
        maker="AOC", cm=(60, 34), descriptors=(timing(297_000, (3840, 560), (2160, 90), (597, 336)),)
    ),
    "philips 1920x1200": build(
        maker="PHL", cm=(52, 32), descriptors=(timing(193_250, (1920, 672), (1200, 45), (518, 324)),)
    ),
    "interlaced television": build(
        maker="SNY",
        year=2008,
        version=(1, 3),
        cm=(71, 40),
        descriptors=(timing(74_250, (1920, 280), (540, 22), (708, 398), True),),
    ),
}


@pytest.mark.parametrize("name", MONITORS)
def test_every_monitor_has_the_keys_of_the_schema_and_a_good_checksum(name: str) -> None:
    parsed = parse_edid(MONITORS[name])
    assert parsed is not None
    assert set(parsed) == KEYS
    assert parsed["checksum_ok"] is True


def test_a_whole_edid() -> None:
    assert parse_edid(DELL) == EXPECTED_DELL


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"maker": "HKC"}, {"manufacturer_id": "HKC", "manufacturer": "HKC"}),
        ({"maker": "QQQ"}, {"manufacturer_id": "QQQ", "manufacturer": None}),
        ({"product": 0x000A}, {"product_code": "000a"}),
        ({"number": 0}, {"serial_number": None}),
        ({"number": 0xFFFFFFFF}, {"serial_number": 0xFFFFFFFF}),
        ({"week": 0}, {"week": None, "year": 2019, "model_year": None}),
        ({"week": 54}, {"week": 54}),
        ({"week": 55}, {"week": None, "year": 2019}),
        ({"week": 0xFF, "year": 2022}, {"week": None, "year": None, "model_year": 2022}),
        ({"year": 1990}, {"year": None}),
        ({"year": 2245}, {"year": 2245}),
        ({"version": (1, 3)}, {"edid_version": "1.3"}),
    ],
)
def test_fields_of_the_base_block(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    parsed = parse_edid(build(**changes))
    assert parsed is not None
    assert {key: parsed[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("cm", "mm", "expected"),
    [
        ((53, 30), (527, 296), (527, 296)),
        ((53, 30), (531, 299), (531, 299)),
        ((53, 30), (0, 0), (530, 300)),  # no size in the timing
        ((53, 30), (53, 30), (530, 300)),  # centimetres in the timing
        ((53, 30), (16, 9), (530, 300)),  # an aspect ratio in the timing
        ((53, 30), (527, 0), (530, 300)),
        ((160, 90), (708, 398), (1600, 900)),
        ((0, 0), (708, 398), (708, 398)),
        ((0, 0), (0, 0), (None, None)),  # a projector
        ((0, 0), (16, 9), (None, None)),
        ((79, 0), (0, 0), (None, None)),  # EDID 1.4: aspect ratio 16:9, landscape
        ((0, 79), (4, 3), (None, None)),
    ],
)
def test_size(cm: tuple[int, int], mm: tuple[int, int], expected: tuple[int | None, int | None]) -> None:
    parsed = parse_edid(build(cm=cm, descriptors=(timing(148_500, (1920, 280), (1080, 45), mm),)))
    assert parsed is not None
    assert (parsed["width_mm"], parsed["height_mm"]) == expected


def test_size_without_any_timing_is_that_of_the_base_block() -> None:
    parsed = parse_edid(build(cm=(41, 26)))
    assert parsed is not None
    assert (parsed["width_mm"], parsed["height_mm"], parsed["native_width"]) == (410, 260, None)


@pytest.mark.parametrize(
    ("descriptor", "expected"),
    [
        (timing(148_500, (1920, 280), (1080, 45), (0, 0)), (1920, 1080, 60.0)),
        (timing(154_000, (1920, 160), (1200, 35), (0, 0)), (1920, 1200, 59.95)),
        (timing(533_250, (3840, 160), (2160, 62), (0, 0)), (3840, 2160, 59.997)),
        (timing(74_250, (1920, 280), (540, 22), (0, 0), True), (1920, 1080, 60.0)),
        (timing(148_500, (0, 280), (1080, 45), (0, 0)), (None, None, None)),
        (bytes([1] * 18), (None, None, None)),
        (UNUSED, (None, None, None)),
    ],
)
def test_native_mode(descriptor: bytes, expected: tuple[Any, Any, Any]) -> None:
    parsed = parse_edid(build(descriptors=(descriptor,)))
    assert parsed is not None
    assert (parsed["native_width"], parsed["native_height"], parsed["native_refresh_hz"]) == expected


def test_the_first_timing_counts_wherever_it_stands() -> None:
    parsed = parse_edid(build(descriptors=(LIMITS, text(0xFC, b"X"), FULL_HD)))
    assert parsed is not None
    assert parsed["native_width"] == 1920


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"AOC 24B1H", "AOC 24B1H"),
        (b"VX2476 SERIES", "VX2476 SERIES"),  # 13 characters need no end
        (b"  HP E24  ", "HP E24"),
        (b"A\0B", "A"),  # ended by 0
        (b"\x81ber\x01", "über"),  # code page 437, a control character
        (b"{{ 1 }}<b>", "{{ 1 }}<b>"),  # hostile text is text
        (b"", None),
        (b"\n\n", None),
    ],
)
def test_text(value: bytes, expected: str | None) -> None:
    parsed = parse_edid(build(descriptors=(FULL_HD, text(0xFC, value))))
    assert parsed is not None
    assert parsed["model"] == expected


def test_first_name_and_serial_count_and_strings_are_kept_once() -> None:
    parts = (text(0xFE, b"AUO"), text(0xFE, b"B156HAN02.1"), text(0xFE, b"AUO"), text(0xFC, b"one"))
    parsed = parse_edid(build(descriptors=parts, extensions=1) + cta([text(0xFC, b"two"), text(0xFF, b"S1")]))
    assert parsed is not None
    assert (parsed["model"], parsed["serial"], parsed["strings"]) == ("one", "S1", ["AUO", "B156HAN02.1"])


def test_serial_in_a_cta_block() -> None:
    base = build(descriptors=(FULL_HD, FULL_HD, LIMITS, text(0xFC, b"27GL850")), extensions=1)
    block = cta([FULL_HD, text(0xFF, b"008NTKF1A234")], data_blocks=bytes.fromhex("4310040365030c001000"))
    parsed = parse_edid(base + block)
    assert parsed is not None
    assert parsed["serial"] == "008NTKF1A234"


@pytest.mark.parametrize(
    "extension",
    [
        bytes(128),
        bytes([0x70, 0x12, 0x79]) + bytes(125),  # DisplayID
        bytes([0x02, 0x03, 0xFF]) + bytes(125),
        bytes([0x02, 0x03, 0x00]) + bytes(125),
        cta([text(0xFF, b"WRONG")])[:-1] + b"\x00",  # a bad checksum of its own
        cta([text(0xFF, b"WRONG")])[:100],
        b"\xff",
    ],
)
def test_extension_blocks_change_nothing_that_is_read(extension: bytes) -> None:
    assert parse_edid(DELL + extension) == EXPECTED_DELL


@pytest.mark.parametrize("count", [0, 1, 3, 255])
def test_a_wrong_number_of_extensions_changes_nothing_that_is_read(count: int) -> None:
    parts = (FULL_HD, text(0xFF, b"7X2KN93R1Z6L"), text(0xFC, b"DELL P2419H"), LIMITS)
    assert parse_edid(build(descriptors=parts, extensions=count)) == EXPECTED_DELL


def test_nothing_connected() -> None:
    assert parse_edid(b"") is None


@pytest.mark.parametrize("data", [bytes(128), b"\xff" * 128, b"\0", bytes(range(128)), b"not an EDID at all"])
def test_what_is_no_edid_is_a_monitor_of_which_nothing_is_known(data: bytes) -> None:
    parsed = parse_edid(data)
    assert parsed is not None
    assert {key for key, value in parsed.items() if value} == set()
    assert parsed["checksum_ok"] is False


def test_a_bad_checksum_is_said_and_the_rest_is_read() -> None:
    assert parse_edid(DELL[:-1] + bytes([DELL[-1] ^ 1])) == {**EXPECTED_DELL, "checksum_ok": False}


def test_a_damaged_header_is_accepted_and_no_good_checksum() -> None:
    assert parse_edid(b"\x00\xff\xff\x7f" + DELL[4:]) == {**EXPECTED_DELL, "checksum_ok": False}


@pytest.mark.parametrize("junk", [b"\0", b"\x20\x00\x01", bytes(128)])
def test_a_header_that_is_shifted_is_found(junk: bytes) -> None:
    assert parse_edid(junk + DELL) == EXPECTED_DELL


READ_FIRST = {"manufacturer_id", "manufacturer", "product_code", "serial_number", "week", "year"}


@pytest.mark.parametrize(
    ("length", "known"),
    [
        (8, set()),
        (10, {"manufacturer_id", "manufacturer"}),
        (0x12, READ_FIRST),
        (0x36, READ_FIRST | {"edid_version", "width_mm", "height_mm"}),
    ],
)
def test_a_short_block(length: int, known: set[str]) -> None:
    parsed = parse_edid(DELL[:length])
    assert parsed is not None
    assert {key for key, value in parsed.items() if value} == known
    assert parsed["checksum_ok"] is False


@pytest.mark.parametrize("letters", [0x0000, 0x8443, 0x7FFF, 0x6C00 | 0x1B])
def test_letters_that_are_none(letters: int) -> None:
    parsed = parse_edid(DELL[:8] + letters.to_bytes(2, "big") + DELL[10:])
    assert parsed is not None
    assert parsed["manufacturer_id"] is None


def test_table_of_makers() -> None:
    assert (manufacturer_name("AOC"), manufacturer_name("ACI"), manufacturer_name("ZZZ")) == (
        "AOC",
        "ASUS",
        None,
    )
    assert manufacturer_name(None) is None
    assert all(re.fullmatch("[A-Z]{3}", key) and name for key, name in edid._makers().items())


def decode(data: bytes) -> str:
    """What edid-decode of Debian says; the suite's tests install it, so that it is missing is an error."""
    run = subprocess.run(["edid-decode", "-"], input=data, capture_output=True, check=False, timeout=20)
    return run.stdout.decode("utf-8", "replace")


def found(pattern: str, decoded: str) -> tuple[str, ...] | None:
    match = re.search(pattern, decoded)
    return match.groups() if match else None


def agrees(data: bytes) -> None:
    parsed, decoded = parse_edid(data), decode(data)
    assert parsed is not None
    assert found(r"Manufacturer: (\S+)", decoded) == (parsed["manufacturer_id"],)
    assert found(r"Model: (\d+)", decoded) == (str(int(parsed["product_code"], 16)),)
    number = found(r"\n    Serial Number: (\d+)", decoded)
    assert number == ((str(parsed["serial_number"]),) if parsed["serial_number"] else None)
    assert f"Version & Revision: {parsed['edid_version']}\n" in decoded
    made = found(r"Made in: (?:week (\d+) of )?(\d+)", decoded)
    assert made == (str(parsed["week"]) if parsed["week"] else None, str(parsed["year"]))
    mode = found(r"DTD +1: +(\d+)x(\d+)i? +([\d.]+) Hz .*?(?:\((\d+) mm x (\d+) mm\)|\n)", decoded)
    assert mode is not None
    assert mode[:2] == (str(parsed["native_width"]), str(parsed["native_height"]))
    assert float(mode[2]) == pytest.approx(parsed["native_refresh_hz"], abs=0.0006)
    assert mode[3:] == (str(parsed["width_mm"]), str(parsed["height_mm"]))
    name = found(r"Display Product Name: '(.*)'", decoded)
    assert name == ((parsed["model"],) if parsed["model"] else None)
    serial = found(r"Display Product Serial Number: '(.*)'", decoded)
    assert serial == ((parsed["serial"],) if parsed["serial"] else None)
    assert re.findall(r"Alphanumeric Data String: '(.*)'", decoded) == parsed["strings"]


@pytest.mark.parametrize("name", MONITORS)
def test_edid_decode_says_the_same(name: str) -> None:
    agrees(MONITORS[name])


WORDS = st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789-", min_size=1, max_size=13).map(str.encode)


MADE = st.fixed_dictionaries(
    {
        "maker": st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
        "product": st.integers(0, 0xFFFF),
        "number": st.integers(0, 2**32 - 1),
        "week": st.integers(1, 53),
        "year": st.integers(2006, 2026),
        "cm": st.tuples(st.integers(20, 120), st.integers(15, 90)),
    }
)


@settings(max_examples=40)
@given(MADE, WORDS, WORDS, st.integers(640, 3840), st.integers(480, 2160))
def test_edid_decode_says_the_same_of_any_monitor(
    made: dict[str, Any], name: bytes, serial: bytes, width: int, height: int
) -> None:
    size = (made["cm"][0] * 10 - 3, made["cm"][1] * 10 + 2)
    mode = timing(148_500, (width, 280), (height, 45), size)
    agrees(build(**made, descriptors=(mode, text(0xFC, name), text(0xFF, serial), LIMITS)))


def bounded(parsed: dict[str, Any] | None) -> None:
    assert parsed is not None
    assert set(parsed) == KEYS
    assert len(parsed["strings"]) <= 16
    for value in (parsed["model"], parsed["serial"], *parsed["strings"]):
        assert value is None or (0 < len(value) <= 13 and value.isprintable())
    assert parsed["native_refresh_hz"] is None or 0 < parsed["native_refresh_hz"] < 1e9


@given(st.binary(min_size=1, max_size=600))
def test_any_bytes(data: bytes) -> None:
    bounded(parse_edid(data))


@given(
    st.sampled_from(sorted(MONITORS.values())),
    st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255))),
    st.integers(1, 256),
)
def test_any_damage(data: bytes, flips: list[tuple[int, int]], length: int) -> None:
    damaged = bytearray(data + cta([text(0xFE, b"more"), FULL_HD]))
    for position, value in flips:
        damaged[position] ^= value
    bounded(parse_edid(bytes(damaged[:length])))
