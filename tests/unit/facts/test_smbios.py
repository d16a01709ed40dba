"""The mapping of whole recordings, from 1.8 to 3.4, of desktops, a laptop, servers and virtual machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import smbios

FIXTURES = Path(__file__).parents[2] / "fixtures" / "dmidecode"
BATTERY = ("name", "manufacturer", "model", "serial", "technology", "design_capacity_mwh")

RECORDINGS = sorted(FIXTURES.glob("*.txt"))


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_recording(recording: Path) -> None:
    table = smbios.parse_dmidecode(recording.read_bytes())
    assert table.complete
    assert {
        "system": smbios.system(table),
        "bios": smbios.bios(table),
        "board": smbios.board(table),
        "chassis": smbios.chassis(table),
        "tpm": smbios.tpm(table),
        "cpus": smbios.cpus(table),
        "batteries": smbios.batteries(table),
        "memory": smbios.memory(table),
    } == json.loads(recording.with_suffix(".json").read_text(encoding="utf-8"))


def test_recordings_are_there() -> None:
    assert len(RECORDINGS) >= 12


def table(number: int, title: str, *fields: str) -> smbios.Table:
    lines = [
        f"Handle 0x0001, DMI type {number}, 26 bytes",
        title,
        *(f"\t{field}" for field in fields),
        "",
        "",
    ]
    return smbios.parse_dmidecode("\n".join(lines))


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("07/15/2021", "2021-07-15"),
        ("7/5/2021", "2021-07-05"),
        ("11/08/04", "2004-11-08"),
        ("06/30/97", "1997-06-30"),
        ("01/01/80", "1980-01-01"),
        ("31/12/2009", "2009-12-31"),
        ("20070921", "2007-09-21"),
        ("2022.08.11", "2022-08-11"),
        ("2022-08-11", "2022-08-11"),
        ("02/30/2020", None),
        ("13/13/2020", None),
        ("00/00/0000", None),
        ("00000000", None),
        ("01/01/1900", None),
        ("12/2020", None),
        ("To be filled by O.E.M.", None),
        ("", None),
        (None, None),
        ("٠٧/١٥/٢٠٢١", None),
    ],
)
def test_release_date(raw: str | None, iso: str | None) -> None:
    assert smbios.release_date(raw) == iso


@pytest.mark.parametrize(
    ("raw", "uuid"),
    [
        ("4C4C4544-004A-5810-8032-B7C04F4B334A", "4c4c4544-004a-5810-8032-b7c04f4b334a"),
        ("Not Present", None),
        ("Not Settable", None),
        ("<BAD INDEX>", None),
        ("4C4C4544-004A-5810-8032-B7C04F4B33", None),
        ("../../etc/passwd", None),
    ],
)
def test_uuid(raw: str, uuid: str | None) -> None:
    assert smbios.system(table(1, "System Information", f"UUID: {raw}"))["uuid"] == uuid


@pytest.mark.parametrize(
    ("fields", "cores", "threads"),
    [
        (["Core Count: 6", "Thread Count: 12"], 6, 12),
        (["Core Count: 192", "Thread Count: 384"], 192, 384),
        (["Core Count: 255", "Core Count 2: 288", "Thread Count: 255", "Thread Count 2: 576"], 288, 576),
        (["Core Count: 255", "Thread Count: 255"], None, None),
        (["Core Count: 0", "Thread Count: Unknown"], None, None),
        (["Core Count: 99999999999999999999", "Thread Count: -1"], None, None),
        ([], None, None),
    ],
)
def test_core_and_thread_counts(fields: list[str], cores: int | None, threads: int | None) -> None:
    (cpu,) = smbios.cpus(table(4, "Processor Information", "Status: Populated, Enabled", *fields))
    assert (cpu["cores"], cpu["threads"]) == (cores, threads)


@pytest.mark.parametrize(
    ("fields", "populated"),
    [
        (["Status: Populated, Enabled"], True),
        (["Status: Populated, Disabled By User"], True),
        (["Status: Populated, Idle"], True),
        (["Status: Unpopulated"], False),
        (["Status: <OUT OF SPEC>", "Version: Xeon"], None),
        (["Version: Xeon"], None),
        (["Processor Manufacturer: Intel"], True),
        (["Processor Manufacturer: 000000000000"], False),
    ],
)
def test_a_socket_is_populated_empty_or_unsaid(fields: list[str], populated: bool | None) -> None:
    (cpu,) = smbios.cpus(table(4, "Processor Information", "Socket Designation: CPU1", *fields))
    assert cpu["populated"] is populated
    assert cpu["socket"] == "CPU1"
    assert populated or cpu["model"] is None


def test_a_processor_that_is_not_central_is_no_cpu() -> None:
    assert smbios.cpus(table(4, "Processor Information", "Type: Math Processor", "Status: Populated")) == []


BOARDS = """\
Handle 0x0002, DMI type 2, 15 bytes
Base Board Information
	Product Name: Riser 3
	Type: Interconnect Board

Handle 0x0003, DMI type 2, 15 bytes
Base Board Information
	Product Name: NF5280
	Type: Motherboard

"""


def test_the_motherboard_is_the_board_wherever_it_comes() -> None:
    assert smbios.board(smbios.parse_dmidecode(BOARDS))["product"] == "NF5280"
    riser_only = BOARDS[: BOARDS.index("Handle 0x0003")]
    assert smbios.board(smbios.parse_dmidecode(riser_only))["product"] is None


@pytest.mark.parametrize(
    "output",
    [
        "",
        b"",
        "/dev/mem: Permission denied\n",
        "# dmidecode 3.4\n/sys/firmware/dmi/tables/smbios_entry_point: Permission denied\n",
        "# dmidecode 2.12\n# No SMBIOS nor DMI entry point found, sorry.\n",
        "'dmidecode' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    ],
)
def test_no_table_at_all(output: str | bytes) -> None:
    table = smbios.parse_dmidecode(output)
    assert list(table) == []
    assert not table.complete
    assert set(smbios.system(table).values()) == {None}
    assert smbios.cpus(table) == smbios.batteries(table) == []
    assert smbios.tpm(table) is None
    assert smbios.memory(table) == {"total_bytes": None, "arrays": [], "modules": []}


def test_strings_stay_raw_for_the_placeholders() -> None:
    system = smbios.system(
        table(1, "System Information", "Manufacturer: To be filled by O.E.M.", "Version: None")
    )
    assert system["manufacturer"] == "To be filled by O.E.M."
    assert system["version"] == "None"


@pytest.mark.parametrize(
    ("fields", "battery"),
    [
        (["Location: Bay 2", "SBDS Serial Number: 0000", "SBDS Chemistry: LION"], None),
        (
            ["Name: DELL 7X", "SBDS Serial Number: 02C7", "SBDS Chemistry: LION", "Design Capacity: Unknown"],
            (None, None, "DELL 7X", "02C7", "LION", None),
        ),
        (
            [
                "Name: X",
                "Serial Number: 7",
                "Chemistry: Unknown",
                "SBDS Chemistry: LiP",
                "Design Capacity: 84000 mWh",
            ],
            (None, None, "X", "7", "LiP", 84000),
        ),
    ],
)
def test_battery(fields: list[str], battery: tuple[Any, ...] | None) -> None:
    expected = [] if battery is None else [dict(zip(BATTERY, battery, strict=True))]
    assert smbios.batteries(table(22, "Portable Battery", *fields)) == expected
