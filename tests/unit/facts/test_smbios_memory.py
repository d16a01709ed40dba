"""Memory arrays, modules and empty slots, each rule alone; whole recordings are in test_smbios.py."""

from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.smbios import memory, parse_dmidecode
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.smbios_memory import memory_size, memory_speed

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8192 MB", 8 * GIB),
        ("16 GB", 16 * GIB),
        ("16384 kB", 16 * MIB),
        ("16384 KB", 16 * MIB),
        ("1 TB", 1024 * GIB),
        ("2048 MB (Single-bank Connection)", 2 * GIB),
        ("256Mbyte", 256 * MIB),
        ("256Mbyte (Double sided)", 256 * MIB),
        ("448K", 448 * KIB),
        ("4 GiB", 4 * GIB),
        ("0 MB", 0),
        ("512", None),
        ("819", None),
        ("8192 bytes", None),
        ("Unknown", None),
        ("Not Determinable", None),
        ("-1 MB", None),
        ("9" * 40 + " MB", None),
        ("999999999 TB", None),
        ("8192 MB; rm -rf /", None),
        ("", None),
        (None, None),
    ],
)
def test_size(text: str | None, size: int | None) -> None:
    assert memory_size(text) == size


@pytest.mark.parametrize(
    ("text", "speed"),
    [
        ("2667 MT/s", 2667),
        ("667 MHz (1.5 ns)", 667),
        ("800 MHz", 800),
        ("0 MT/s", None),
        ("1.5 ns", None),
        ("Unknown", None),
        (None, None),
    ],
)
def test_speed(text: str | None, speed: int | None) -> None:
    assert memory_speed(text) == speed


def structure(handle: int, number: int, title: str, *fields: str) -> str:
    return "\n".join(
        (f"Handle 0x{handle:04X}, DMI type {number}, 40 bytes", title, *(f"\t{f}" for f in fields), "", "")
    )


def array(handle: int, use: str = "System Memory", devices: int = 1) -> str:
    return structure(handle, 16, "Physical Memory Array", f"Use: {use}", f"Number Of Devices: {devices}")


def device(handle: int, of: int, size: str, *fields: str) -> str:
    return structure(handle, 17, "Memory Device", f"Array Handle: 0x{of:04X}", f"Size: {size}", *fields)


def total(text: str) -> int | None:
    value: int | None = memory(parse_dmidecode(text))["total_bytes"]
    return value


HEADER = "# dmidecode 3.4\nSMBIOS 3.2 present.\n\n"
SYSTEM = structure(0, 1, "System Information", "Manufacturer: X")
END = structure(0x7F, 127, "End Of Table")


def test_several_arrays_and_handles_out_of_order() -> None:
    text = device(3, 2, "8 GB") + device(1, 9, "4096 MB") + array(9) + array(2)
    found = memory(parse_dmidecode(HEADER + text + END))
    assert found["total_bytes"] == 12 * GIB
    assert [module["array"] for module in found["modules"]] == [1, 0]


@pytest.mark.parametrize("use", ["Flash Memory", "Video Memory", "Non-volatile RAM", "Cache Memory", "Other"])
def test_an_array_for_something_else_is_listed_and_not_counted(use: str) -> None:
    text = array(1) + device(2, 1, "8 GB") + array(3, use) + device(4, 3, "16 MB")
    found = memory(parse_dmidecode(HEADER + text + END))
    assert found["total_bytes"] == 8 * GIB
    assert [entry["use"] for entry in found["arrays"]] == ["System Memory", use]
    assert [module["size_bytes"] for module in found["modules"]] == [8 * GIB]


def test_of_two_arrays_with_one_handle_the_first_counts() -> None:
    found = memory(parse_dmidecode(HEADER + array(1) + device(2, 1, "8 GB") + array(1, "Flash Memory") + END))
    assert found["total_bytes"] == 8 * GIB
    assert found["modules"][0]["array"] == 0


@pytest.mark.parametrize(
    "field",
    ["Type: Flash", "Type: ROM", "Type: EEPROM", "Type: Logical non-volatile device", "Locator: System ROM"],
)
def test_firmware_on_the_memory_array_is_not_counted(field: str) -> None:
    text = array(1, devices=2) + device(2, 1, "8 GB", "Type: DDR4") + device(3, 1, "16384 kB", field)
    found = memory(parse_dmidecode(HEADER + text + END))
    assert found["total_bytes"] == 8 * GIB
    assert len(found["modules"]) == 1


@pytest.mark.parametrize("kind", ["DDR", "DDR2", "DDR2 FB-DIMM", "DDR3", "DDR4", "DDR5", "LPDDR4", "LPDDR5"])
def test_type_is_in_dmidecodes_words(kind: str) -> None:
    (module,) = memory(parse_dmidecode(device(2, 1, "8 GB", f"Type: {kind}")))["modules"]
    assert module["type"] == kind


@pytest.mark.parametrize("value", ["Unknown", "None", "<OUT OF SPEC>", ""])
def test_codes_that_say_nothing_are_null(value: str) -> None:
    fields = (f"{name}: {value}" for name in ("Form Factor", "Type", "Speed", "Rank"))
    (module,) = memory(parse_dmidecode(device(2, 1, "8 GB", *fields)))["modules"]
    assert [module[key] for key in ("form_factor", "type", "speed_mts", "rank")] == [None] * 4


@pytest.mark.parametrize("size", ["No Module Installed", "Not Installed", "0 MB", "No module installed"])
def test_an_empty_slot_has_a_place_and_nothing_else(size: str) -> None:
    text = device(2, 1, size, "Locator: A2", "Serial Number: SerNum01", "Type: DDR4", "Speed: 2400 MT/s")
    (module,) = memory(parse_dmidecode(text))["modules"]
    assert {key for key, value in module.items() if value is not None} == {"slot", "populated"}
    assert (module["slot"], module["populated"]) == ("A2", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(array(1) + device(2, 1, "Unknown"), None, id="populated, size unknown"),
        pytest.param(array(1) + device(2, 1, "No Module Installed"), None, id="nothing populated"),
        pytest.param(array(1, devices=2) + device(2, 1, "8 GB"), 8 * GIB, id="whole table, array too large"),
        pytest.param(device(2, 1, "8 GB"), 8 * GIB, id="whole table, no array"),
    ],
)
def test_total_of_a_whole_table(text: str, expected: int | None) -> None:
    assert total(HEADER + SYSTEM + text + END) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(array(1) + device(2, 1, "8 GB"), 8 * GIB, id="--type memory"),
        pytest.param(device(2, 1, "8 GB") + device(3, 1, "8 GB"), 16 * GIB, id="--type 17"),
        pytest.param(array(1, devices=2) + device(2, 1, "8 GB"), None, id="a device is missing"),
        pytest.param(SYSTEM + array(1) + device(2, 1, "8 GB"), None, id="cut after the first array"),
        pytest.param(HEADER + SYSTEM + array(1) + device(2, 1, "8 GB"), None, id="cut, with header"),
        pytest.param("\tSize: 4 GB\n" + device(2, 1, "8 GB") + END, None, id="head is missing"),
        pytest.param(array(1) + device(2, 1, "8 GB") + END, None, id="head is missing before a structure"),
        pytest.param(array(1) + device(2, 1, "8 GB").rstrip(), None, id="cut in the last line"),
    ],
)
def test_total_of_a_part(text: str, expected: int | None) -> None:
    assert total(text) == expected


def test_announced_structures_stand_for_the_end_marker() -> None:
    text = SYSTEM + array(1) + device(2, 1, "8 GB")
    head = "SMBIOS 2.4 present.\n{} structures occupying 200 bytes.\n\n"
    assert total(head.format(3) + text) == 8 * GIB
    assert total(head.format(4) + text) is None


def test_range_size_is_no_module() -> None:
    mapped = structure(5, 19, "Memory Array Mapped Address", "Range Size: 512", "Range Size: 64 GB")
    assert total(HEADER + array(1) + device(2, 1, "8 GB") + mapped + END) == 8 * GIB


def test_type_6_only_where_there_is_no_type_17() -> None:
    old = structure(6, 6, "Memory Module Information", "Socket Designation: A", "Installed Size: 512 MB")
    assert total(HEADER + old + END) == 512 * MIB
    assert total(HEADER + old + array(1) + device(2, 1, "8 GB") + END) == 8 * GIB
    assert memory(parse_dmidecode(HEADER + SYSTEM + old))["modules"] == []


@pytest.mark.parametrize(
    ("kind", "form_factor", "technology"),
    [
        ("ECC DIMM SDRAM", "DIMM", "SDRAM"),
        ("EDO DIMM", "DIMM", "EDO"),
        ("FPM Parity SIMM", "SIMM", "FPM"),
        ("Burst EDO SIMM", "SIMM", "Burst EDO"),
        ("Other Unknown", None, None),
    ],
)
def test_type_6_words(kind: str, form_factor: str | None, technology: str | None) -> None:
    text = structure(6, 6, "Memory Bank", "Socket: A", f"Type: {kind}", "Installed Size: 64Mbyte")
    (module,) = memory(parse_dmidecode(text))["modules"]
    assert (module["form_factor"], module["type"]) == (form_factor, technology)


def test_size_that_is_not_said() -> None:
    (module,) = memory(parse_dmidecode(structure(2, 17, "Memory Device", "Total Width: 64 bits")))["modules"]
    assert module["populated"] is None
    assert module["size_bytes"] is None
