from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.storage_ids import (
    canonical_wwn,
    unit_serial_number,
    windows_serial,
)

from tests.unit.facts.evidence_samples import linux

PCI = "../devices/pci0000:00/0000:00:17.0"


def disk_facts(name: str, link: str | None = None, **files: Any) -> dict[str, Any]:
    files = {key.replace("__", "/"): value for key, value in files.items()}
    return build_facts(
        linux(
            files={f"/sys/block/{name}/{key}": value for key, value in files.items()},
            globs={"/sys/block/*": [name]},
            links={f"/sys/block/{name}": link} if link else {},
            commands={f"smartctl /dev/{name}": {"error": "absent"}},
        )
    )


def disk(name: str, link: str | None = None, **files: Any) -> dict[str, Any]:
    disks: list[dict[str, Any]] = disk_facts(name, link, **files)["inventory"]["disks"]
    assert len(disks) == 1
    return disks[0]


@pytest.mark.parametrize(
    "name",
    [
        "loop0",
        "ram0",
        "zram0",
        "dm-0",
        "md0",
        "md127",
        "sr0",
        "fd0",
        "nbd0",
        "nvme0c0n1",
        "mmcblk0boot0",
        "../x",
    ],
)
def test_what_is_no_disk(name: str) -> None:
    assert disk_facts(name, size="100\n")["inventory"]["disks"] == []


@pytest.mark.parametrize(
    ("name", "link", "vendor", "bus"),
    [
        ("sda", f"{PCI}/ata1/host0/target0:0:0/0:0:0:0/block/sda", "ATA", "sata"),
        ("sda", None, "ATA     ", "sata"),
        (
            "sda",
            "../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host3/3:0:0:0/block/sda",
            "Kingston",
            "usb",
        ),
        ("sda", f"{PCI}/host0/target0:2:0/0:2:0:0/block/sda", "AVAGO", "scsi"),
        ("sda", f"{PCI}/virtio1/host2/target2:0:0/2:0:0:0/block/sda", "QEMU", "scsi"),
        ("vda", f"{PCI}/virtio1/block/vda", None, "virtio"),
        ("nvme0n1", f"{PCI}/nvme/nvme0/nvme0n1", None, "nvme"),
        ("nvme0n1", "../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1", None, "nvme"),
        ("mmcblk0", "../devices/platform/mmc_host/mmc0/mmc0:0001/block/mmcblk0", None, "mmc"),
        ("hda", None, None, "ide"),
        ("xvda", None, None, None),
    ],
)
def test_bus(name: str, link: str | None, vendor: str | None, bus: str | None) -> None:
    files = {"device__vendor": f"{vendor}\n"} if vendor else {}
    assert disk(name, link, **files)["bus"] == bus


@pytest.mark.parametrize(
    ("name", "vendor", "rotational", "media"),
    [
        ("sda", "ATA", "1\n", "hdd"),
        ("sda", "ATA", "0\n", "ssd"),
        ("sda", "SEAGATE", "1\n", "hdd"),
        ("sda", "ATA", None, "unknown"),
        ("vda", "0x1af4", "1\n", "unknown"),
        ("nvme0n1", None, "0\n", "ssd"),
        ("mmcblk0", None, None, "ssd"),
    ],
)
def test_media(name: str, vendor: str | None, rotational: str | None, media: str) -> None:
    files = {"device__vendor": vendor, "queue__rotational": rotational}
    assert disk(name, **{key: value for key, value in files.items() if value})["media"] == media


def test_the_disk_itself_knows_whether_it_turns() -> None:
    report = {
        "smartctl": {"version": [7, 2], "exit_status": 0},
        "device": {"name": "/dev/sda", "protocol": "ATA"},
        "model_name": "ST500DM002-1BD142",
        "serial_number": "Z3T8K1M2",
        "rotation_rate": 7200,
        "smart_status": {"passed": True},
    }
    facts = build_facts(
        linux(
            files={
                "/sys/block/sda/queue/rotational": "1\n",
                "/sys/block/sda/device/model": "ST500DM002-1BD14\n",
                "/sys/block/sda/device/vpd_pg80": "\x00\x80\x00\x08BRIDGE01",
            },
            globs={"/sys/block/*": ["sda"]},
            links={"/sys/block/sda": "../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host3/block/sda"},
            commands={"smartctl /dev/sda": {"rc": 0, "out": json.dumps(report)}},
        )
    )
    found = facts["inventory"]["disks"][0]
    assert (found["model"], found["serial"], found["media"], found["bus"]) == (
        "ST500DM002-1BD142",
        "Z3T8K1M2",
        "hdd",
        "usb",
    )


def test_serial_sources_in_order() -> None:
    udev = "E:ID_BUS=ata\nE:ID_SERIAL_SHORT=FROM-UDEV\nE:ID_WWN=0x5000c500a1b2c3d4\n"
    evidence = linux(
        files={"/run/udev/data/b8:16": udev, "/sys/bus/usb/devices/2-1/serial": "FROM-USB\n"},
        globs={"/sys/block/*": ["sdb"]},
        links={"/sys/block/sdb": "../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host3/block/sdb"},
    )
    found = build_facts(evidence)["inventory"]["disks"][0]
    assert (found["serial"], found["wwn"]) == ("FROM-UDEV", "5000c500a1b2c3d4")
    evidence["files"]["/run/udev/data/b8:16"] = udev + "E:ID_SCSI_SERIAL=SCSI-SERIAL\n"
    assert build_facts(evidence)["inventory"]["disks"][0]["serial"] == "SCSI-SERIAL"
    evidence["files"]["/sys/block/sdb/device/vpd_pg80"] = "\x00\x80\x00\x08PAGE-80X"
    assert build_facts(evidence)["inventory"]["disks"][0]["serial"] == "PAGE-80X"
    evidence["files"] = {"/sys/bus/usb/devices/2-1/serial": "FROM-USB\n"}
    assert build_facts(evidence)["inventory"]["disks"][0]["serial"] == "FROM-USB"


def test_an_empty_card_reader_is_no_disk() -> None:
    assert disk_facts("sdb", size="0\n", removable="1\n")["inventory"]["disks"] == []
    assert disk("sdb", size="0\n", removable="0\n")["size_bytes"] is None


def test_size_is_in_sectors_of_512_bytes() -> None:
    assert disk("sda", size="1953525168\n")["size_bytes"] == 1_000_204_886_016
    assert disk("sda", size="99999999999999999\n")["size_bytes"] is None


@pytest.mark.parametrize(
    ("smartctl", "rows", "unknown"),
    [
        ({"error": "absent"}, 0, {"state.smart": "no_tool"}),
        (None, 0, {"state.smart": "not_requested"}),
        ({"error": "timeout"}, 1, {"state.smart[0]": "timeout"}),
        ({"error": "denied"}, 1, {"state.smart[0]": "no_permission"}),
        ({"rc": 2, "out": "Smartctl open device: /dev/sda failed"}, 1, {"state.smart[0]": "unreadable"}),
        ({"rc": 0, "out": '{"smart_status": {"pas'}, 1, {"state.smart[0]": "truncated"}),
        ({"rc": 0, "out": '{"smart_status": {"passed": false}}'}, 1, {}),
    ],
)
def test_smart_without_an_answer(smartctl: Any, rows: int, unknown: dict[str, str]) -> None:
    facts = build_facts(
        linux(
            globs={"/sys/block/*": ["sda"]},
            commands={"smartctl /dev/sda": smartctl} if smartctl else {},
        )
    )
    assert len(facts["state"]["smart"]) == rows
    assert {
        path: note["reason"] for path, note in facts["unknown"].items() if path.startswith("state.smart")
    } == unknown


@pytest.mark.parametrize(
    ("page", "serial"),
    [
        (b"\x00\x80\x00\x14     WD-WCC6Y3KF2T7P", "WD-WCC6Y3KF2T7P"),
        (b"\x00\x80\x00\x04S123trailing", "S123"),
        (b"\x00\x80\x00\xffshort", "short"),
        (b"\x00\x83\x00\x04S123", None),
        (b"\x00\x80\x00\x04    ", None),
        (b"\x00\x80", None),
        (b"", None),
        (None, None),
    ],
)
def test_unit_serial_number(page: bytes | None, serial: str | None) -> None:
    assert unit_serial_number(page) == serial


@pytest.mark.parametrize(
    ("text", "wwn"),
    [
        ("naa.5002538E40A1B2C3\n", "5002538e40a1b2c3"),
        ("eui.00253871b401f0d8", "00253871b401f0d8"),
        ("0x50014ee3001a2b29", "50014ee3001a2b29"),
        ("eui.36344630528029720025384500000001", "36344630528029720025384500000001"),
        ("t10.ATA     WDC WD10EZEX-08WN4A0", None),
        ("nvme.144d-533637354e58-53414d53554e47-00000001", None),
        ("uuid.1b4e28ba-2fa1-11d2-883f-0016d3cca427", None),
        ("0x0000000000000000", None),
        ("", None),
        (None, None),
    ],
)
def test_canonical_wwn(text: str | None, wwn: str | None) -> None:
    assert canonical_wwn(text) == wwn


@pytest.mark.parametrize(
    ("text", "serial", "wwn"),
    [
        ("           Y8PLZ1ANS", "Y8PLZ1ANS", None),
        ("2020202020202020202020205a3354384b314d32", "3Z8T1K2M", None),
        ("0025_3891_01B4_5A6C.", None, "0025389101b45a6c"),
        ("E823_8FA6_BF53_0001_001B_448B_4A7E_9EC9.", None, "e8238fa6bf530001001b448b4a7e9ec9"),
        ("S4GENX0N654321", "S4GENX0N654321", None),
        ("00" * 20, "00" * 20, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_windows_serial(text: str | None, serial: str | None, wwn: str | None) -> None:
    assert windows_serial(text) == (serial, wwn)
