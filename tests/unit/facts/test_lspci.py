"""Output of lspci in each of its layouts."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.lspci import (
    Device,
    by_slot,
    gpus,
    normal_slot,
    parse_lspci,
)
from hypothesis import given
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "lspci"
THINKCENTRE = (FIXTURES / "thinkcentre_vmmnnk.txt").read_text(encoding="utf-8")
GLENFLY = (FIXTURES / "phytium_glenfly_vmmnnk.txt").read_text(encoding="utf-8")
PLAIN = (FIXTURES / "plain_nnk.txt").read_text(encoding="utf-8")


def test_a_record_of_the_layout_that_the_probe_asks_for() -> None:
    assert asdict(by_slot(parse_lspci(THINKCENTRE))["0000:01:00.0"]) == {
        "slot": "0000:01:00.0",
        "class_name": "VGA compatible controller",
        "class_id": "0300",
        "vendor": "Advanced Micro Devices, Inc. [AMD/ATI]",
        "vendor_id": "1002",
        "device": "Lexa PRO [Radeon 540/540X/550/550X / RX 540X/550/550X]",
        "device_id": "699f",
        "subsystem_vendor": "XFX Limited",
        "subsystem_vendor_id": "1682",
        "subsystem": None,
        "subsystem_id": "9550",
        "revision": "c7",
        "programming_interface": "00",
        "driver": "amdgpu",
        "modules": ["radeon", "amdgpu"],
        "numa_node": "0",
        "iommu_group": "2",
    }


def test_all_records_in_order() -> None:
    assert [device.slot for device in parse_lspci(THINKCENTRE)] == [
        *("0000:00:00.0", "0000:00:02.0", "0000:00:1f.6", "0000:01:00.0"),
    ]


def test_gpus_have_the_keys_of_the_schema() -> None:
    assert gpus(parse_lspci(THINKCENTRE))[0] == {
        "slot": "0000:00:02.0",
        "vendor": "Intel Corporation",
        "model": "CoffeeLake-S GT2 [UHD Graphics 630]",
        "vendor_id": "8086",
        "device_id": "3e91",
        "subsystem_vendor": "Lenovo",
        "subsystem": None,
        "driver": "i915",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            THINKCENTRE,
            ["CoffeeLake-S GT2 [UHD Graphics 630]", "Lexa PRO [Radeon 540/540X/550/550X / RX 540X/550/550X]"],
        ),
        (GLENFLY, ["Arise1020"]),
        (PLAIN, ["GK107 [GeForce GT 640]", "Cezanne [Radeon Vega Series / Radeon Vega Mobile Series]"]),
        ("Slot:\t00:02.0\nClass:\t3D controller [0302]\nDevice:\tGP108 [1d01]\n", ["GP108"]),
        ("Slot:\t00:02.0\nClass:\t3D controller\nDevice:\tGP108\n", ["GP108"]),
        ("Slot:\t00:03.0\nClass:\tMultimedia video controller [0400]\nDevice:\tX [0001]\n", []),
        ("", []),
    ],
)
def test_which_devices_are_gpus(text: str, expected: list[str]) -> None:
    assert [gpu["model"] for gpu in gpus(parse_lspci(text))] == expected


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("0000:05:00.0", ("Glenfly Tech Co., Ltd.", "6766", "Arise1020", "3d02", "arise")),
        ("0001:01:00.0", ("Beijing Wangxun Technology Co., Ltd.", "8088", None, "0100", "ngbe")),
        ("10000:e1:00.0", (None, "1e95", None, "1007", "nvme")),  # a name that the database does not have
    ],
)
def test_names_and_domains(slot: str, expected: tuple[str | None, ...]) -> None:
    device = by_slot(parse_lspci(GLENFLY))[slot]
    assert (device.vendor, device.vendor_id, device.device, device.device_id, device.driver) == expected


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (
            "0000:00:14.0",
            {
                "class_name": "USB controller",
                "class_id": "0c03",
                "vendor": "Intel Corporation",
                "device": "8 Series/C220 Series Chipset Family USB xHCI",
                "device_id": "8c31",
                "revision": "05",
                "programming_interface": "30",
                "subsystem_vendor": "ASUSTeK Computer Inc.",
                "subsystem_vendor_id": "1043",
                "subsystem": None,
                "subsystem_id": "8534",
                "driver": "xhci_hcd",
                "modules": ["xhci_pci"],
            },
        ),
        (
            "0000:01:00.0",
            {
                "vendor": "NVIDIA Corporation",
                "device": "GK107 [GeForce GT 640]",
                "modules": ["nvidiafb", "nouveau"],
            },
        ),
        (
            "0000:01:00.0",
            {"subsystem_vendor": "Gigabyte Technology Co., Ltd", "driver": "nouveau", "revision": "a1"},
        ),
        (
            "0000:03:00.0",
            {
                "vendor": "Realtek Semiconductor Co., Ltd.",
                "device": "RTL8111/8168/8411 PCI Express Gigabit Ethernet Controller",
                "subsystem": None,
            },
        ),
        (
            "0000:04:00.0",
            {
                "vendor": "Advanced Micro Devices, Inc. [AMD/ATI]",
                "device": "Cezanne [Radeon Vega Series / Radeon Vega Mobile Series]",
            },
        ),
    ],
)
def test_ordinary_output(slot: str, expected: dict[str, object]) -> None:
    device = asdict(by_slot(parse_lspci(PLAIN))[slot])
    assert {key: device[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:02.0 VGA compatible controller: Intel Corporation HD (rev 06)", (None, "Intel Corporation", None)),
        ("00:02.0 0300: 8086:0412 (rev 06)", ("0300", None, "0412")),
        ("0000:00:02.0 VGA compatible controller [0300]: Device [1e95:00A0]", ("0300", None, "00a0")),
        ("00:02.0 VGA compatible controller [0300]: Jingjia JM7201 [0731:7200]", ("0300", None, "7200")),
        ('00:02.0 "VGA compatible controller" "Intel Corporation" "HD Graphics" -r06 -p00 "Dell" "Device 0617"',
         (None, "Intel Corporation", None)),
        ('00:02.0 "VGA compatible controller [0300]" "Intel Corporation [8086]" "HD Graphics [0412]" "" ""',
         ("0300", "Intel Corporation", "0412")),
        ('00:02.0 "0300" "8086" "0412" -r06 "1028" "0617"', ("0300", None, "0412")),
        ("Slot:\t00:02.0\nClass:\t0300\nVendor:\t8086\nDevice:\t0412\n", ("0300", None, "0412")),
        # lspci -vm of pciutils before 2.2: the slot is called Device as well.
        ("Device:\t00:02.0\nClass:\tVGA compatible controller\nVendor:\tIntel Corporation\nDevice:\tHD Graphics\n",
         (None, "Intel Corporation", None)),
    ],
)  # fmt: skip
def test_other_layouts(text: str, expected: tuple[str | None, str | None, str | None]) -> None:
    (device,) = parse_lspci(text)
    assert device.slot == "0000:00:02.0"
    assert (device.class_id, device.vendor, device.device_id) == expected


def test_quoted_line_with_escapes_and_empty_subsystem() -> None:
    line = '00:1b.0 "Audio device" "Maker \\"X\\"" "C:\\\\D" -r04 -p00 "" ""'
    (device,) = parse_lspci(line)
    assert (device.vendor, device.device, device.revision) == ('Maker "X"', "C:\\D", "04")
    assert (device.programming_interface, device.subsystem_vendor, device.subsystem) == ("00", None, None)


def test_unknown_devices_have_an_id_and_no_name() -> None:
    (device,) = parse_lspci('00:00.0 "Class 0880" "Vendor 1e95" "Device 0d57" "" ""')
    assert (device.class_name, device.class_id) == (None, "0880")
    assert (device.vendor, device.vendor_id, device.device, device.device_id) == (None, "1e95", None, "0d57")


@pytest.mark.parametrize("cut", range(0, len(THINKCENTRE), 37))
def test_a_text_that_is_cut_off_gives_what_came_before(cut: int) -> None:
    whole = [device.slot for device in parse_lspci(THINKCENTRE)]
    slots = [device.slot for device in parse_lspci(THINKCENTRE[:cut])]
    assert slots == whole[: len(slots)]


def test_tabs_or_blanks_make_no_difference() -> None:
    for text in (THINKCENTRE, GLENFLY):
        assert parse_lspci(text.expandtabs()) == parse_lspci(text)


def test_a_complaint_in_the_middle_of_a_device_does_not_end_it() -> None:
    text = (
        "00:02.0 VGA compatible controller: Intel Corporation HD Graphics\n{}\tKernel driver in use: i915\n"
    )
    (device,) = parse_lspci(text.format("pcilib: sysfs_read_vpd: read failed: Input/output error\n"))
    assert device.driver == "i915"


@pytest.mark.parametrize(
    ("subsystem", "vendor", "device"),
    [
        ("Dell Device [1028:0617]", "Dell", None),
        ("Lenovo Device 3136", "Lenovo", None),
        ("Dell Unknown device 0617", "Dell", None),
        ("Lenovo ThinkPad X240", None, "Lenovo ThinkPad X240"),
        ("Device [1b4b:9230]", None, None),
    ],
)
def test_a_subsystem_of_which_the_database_has_the_vendor_alone(
    subsystem: str, vendor: str | None, device: str | None
) -> None:
    (found,) = parse_lspci(
        f"00:02.0 VGA compatible controller: NVIDIA Corporation G1\n\tSubsystem: {subsystem}\n"
    )
    assert (found.subsystem_vendor, found.subsystem) == (vendor, device)


def test_windows_line_ends_and_complaints_of_the_tool() -> None:
    noise = "lspci: Unable to load libkmod resources: error -2\n"
    assert parse_lspci(noise + THINKCENTRE.replace("\n", "\r\n")) == parse_lspci(THINKCENTRE)


def test_the_first_of_two_devices_in_a_slot_counts() -> None:
    (device,) = parse_lspci("Slot:\t00:02.0\nDriver:\ta\n\nSlot:\t00:02.0\nDriver:\tb\n")
    assert device.driver == "a"


def test_lines_outside_of_a_device_are_passed_over() -> None:
    assert parse_lspci("Driver:\ti915\n\tKernel driver in use: i915\n\nVendor:\tX\n") == []
    assert parse_lspci("Device:\tHD Graphics\nSlot:\tnone\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:1F.6", "0000:00:1f.6"),
        ("0000:00:1f.6", "0000:00:1f.6"),
        ("10000:E1:00.0", "10000:e1:00.0"),
        (" 00:02.0\n", "0000:00:02.0"),
        ("00:02.8", None),
        ("eth0", None),
        ("", None),
    ],
)
def test_normal_slot(text: str, expected: str | None) -> None:
    assert normal_slot(text) == expected


PIECES = st.sampled_from(
    [
        *(
            "Slot:\t",
            "Class:\t",
            "Device:\t",
            "Module:\t",
            "Subsystem: ",
            "Kernel modules: ",
            ": ",
            "00:02.0",
        ),
        *("\n", "\t", " ", '"', "\\", "[8086]", "[8086:0412]", "(rev 05)", "(prog-if 00 [", "])", "-r05"),
        *("Intel Corporation", "[AMD]"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text(text: str) -> None:
    for device in parse_lspci(text):
        assert normal_slot(device.slot) == device.slot
        for field in fields(Device):
            value = getattr(device, field.name)
            assert value is None or isinstance(value, (str, list))
        for code in (device.class_id, device.vendor_id, device.device_id, device.subsystem_id):
            assert code is None or (len(code) == 4 and code == code.lower() and int(code, 16) >= 0)


@pytest.mark.parametrize(
    "line",
    [
        "00:02.0 VGA: X " + "(rev 05)" * 50_000,
        "00:02.0 VGA: X " + "[8086:0412" * 50_000,
        "00:02.0 VGA: " + "Inc. [AMD] " * 50_000,
        "00:02.0 " + '"\\' * 50_000,
        "00:02.0 VGA: X " + "(prog-if 00 [" * 50_000,
        "Slot:\t00:02.0\n" + "Module:\tx\n" * 50_000,
    ],
)
def test_long_lines_take_time_in_proportion(line: str) -> None:
    assert len(parse_lspci(line)) == 1
