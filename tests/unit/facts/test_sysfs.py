"""Network interfaces, monitors, display controllers, USB devices and batteries of Linux."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, pci_ids
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.sysfs_text import (
    key_values,
    pci_address,
    usb_port,
)

from tests.unit.facts.evidence_samples import linux, recording

PCI = "../../devices/pci0000:00"


def reason(facts: dict[str, Any], path: str) -> str | None:
    return facts["unknown"].get(path, {}).get("reason")


@pytest.mark.parametrize(
    ("text", "prefix", "values"),
    [
        ("A=1\nB=x=y\nA=2\n", "", {"A": "1", "B": "x=y"}),
        ("S:disk\nE:ID_BUS=ata\n", "E:", {"ID_BUS": "ata"}),
        ("no separator\n", "", {}),
        (None, "", {}),
    ],
)
def test_key_values(text: str | None, prefix: str, values: dict[str, str]) -> None:
    assert key_values(text, prefix) == values


@pytest.mark.parametrize(
    ("path", "address", "port"),
    [
        ("../../../0000:00:1f.6", "0000:00:1f.6", None),
        ("../devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0", "0000:02:00.0", None),
        ("../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.2/2-1.2:1.0/net/eth0", "0000:00:14.0", "2-1.2"),
        ("../devices/platform/soc/fe300000.mmc", None, None),
        (None, None, None),
    ],
)
def test_device_paths(path: str | None, address: str | None, port: str | None) -> None:
    assert (pci_address(path), usb_port(path)) == (address, port)


def nic_facts(
    link: str | None, uevent: str | None, permaddr: dict[str, str] | None = None, **files: str
) -> dict[str, Any]:
    base = "/sys/class/net/eth0"
    every = {f"{base}/{name}": text for name, text in files.items()}
    if uevent is not None:
        every[f"{base}/device/uevent"] = uevent
    return build_facts(
        linux(
            files=every,
            globs={"/sys/class/net/*": ["lo", "eth0"]},
            links={base: link} if link else {},
            native={"permaddr": permaddr or {}, "addresses": {"eth0": ["10.0.0.5"], "lo": ["127.0.0.1"]}},
        )
    )


@pytest.mark.parametrize(
    ("link", "uevent", "bus", "slot", "driver"),
    [
        (
            f"{PCI}/0000:00:1f.6/net/eth0",
            "DRIVER=e1000e\nPCI_SLOT_NAME=0000:00:1f.6\n",
            "pci",
            "0000:00:1f.6",
            "e1000e",
        ),
        (
            f"{PCI}/0000:00:02.0/virtio2/net/eth0",
            "DRIVER=virtio_net\n",
            "virtio",
            "0000:00:02.0",
            "virtio_net",
        ),
        (
            f"{PCI}/0000:00:14.0/usb2/2-1/2-1:1.0/net/eth0",
            "DEVTYPE=usb_interface\nDRIVER=r8152\n",
            "usb",
            "2-1",
            "r8152",
        ),
        (None, "DRIVER=dwmac\nMODALIAS=platform:dwmac\n", "platform", None, "dwmac"),
        (None, "", None, None, None),
    ],
)
def test_nic(link: str | None, uevent: str, bus: str | None, slot: str | None, driver: str | None) -> None:
    nic = nic_facts(link, uevent)["inventory"]["nics"][0]
    assert (nic["name"], nic["bus"], nic["slot"], nic["driver"]) == ("eth0", bus, slot, driver)


def test_what_has_no_device_is_no_nic_but_may_have_an_address() -> None:
    facts = nic_facts("../../devices/virtual/net/eth0", None, address="52:54:00:aa:bb:cc\n")
    assert facts["inventory"]["nics"] == []
    assert facts["state"]["addresses"] == [
        {"interface": "eth0", "mac": "52:54:00:aa:bb:cc", "ipv4": ["10.0.0.5"]}
    ]


@pytest.mark.parametrize(
    ("permaddr", "assign_type", "mac", "why"),
    [
        ({"eth0": "BC-0F-81-F0-AA-00"}, "3\n", "bc:0f:81:f0:aa:00", None),
        ({}, "0\n", "02:00:00:00:00:01", None),
        ({}, "3\n", None, "not_supported"),
        ({"eth0": "00:00:00:00:00:00"}, "1\n", None, "not_supported"),
        ({"eth0": "not a mac"}, "3\n", None, "not_supported"),
    ],
)
def test_permanent_mac(permaddr: dict[str, str], assign_type: str, mac: str | None, why: str | None) -> None:
    facts = nic_facts(
        f"{PCI}/0000:00:1f.6/net/eth0",
        "DRIVER=e1000e\n",
        permaddr,
        address="02:00:00:00:00:01\n",
        addr_assign_type=assign_type,
    )
    assert facts["inventory"]["nics"][0]["permanent_mac"] == mac
    assert reason(facts, "inventory.nics[0].permanent_mac") == why


EDID = recording("evidence/desktop")["files"]["/sys/class/drm/card0-HDMI-A-1/edid"]


def screens(gpu: bool = True, **connectors: tuple[str | None, Any]) -> dict[str, Any]:
    files = {}
    for name, (status, edid) in connectors.items():
        base = f"/sys/class/drm/card0-{name.replace('_', '-')}"
        files[f"{base}/edid"] = edid
        if status is not None:
            files[f"{base}/status"] = f"{status}\n"
    lspci = "Slot:\t00:02.0\nClass:\tVGA compatible controller [0300]\n" if gpu else "Slot:\t00:00.0\n"
    names = ["card0", "version", *(f"card0-{name.replace('_', '-')}" for name in connectors)]
    return build_facts(
        linux(files=files, globs={"/sys/class/drm/*": names}, commands={"lspci": {"rc": 0, "out": lspci}})
    )


def test_monitors_by_connector() -> None:
    facts = screens(HDMI_A_1=("connected", EDID), DP_1=("disconnected", ""), DVI_D_1=("connected", EDID))
    assert [(m["connector"], m["serial"]) for m in facts["inventory"]["monitors"]] == [
        ("DVI-D-1", "AHLK29A008123"),
        ("HDMI-A-1", "AHLK29A008123"),
    ]


@pytest.mark.parametrize(
    ("connectors", "found", "why"),
    [
        ({"VGA_1": ("connected", "")}, ["VGA-1"], "unreadable"),
        ({"VGA_1": ("connected", {"error": "unreadable", "detail": "EIO"})}, ["VGA-1"], "unreadable"),
        ({"VGA_1": ("connected", {"error": "timeout"})}, ["VGA-1"], "timeout"),
        ({"Virtual_1": ("connected", "")}, [], None),
        ({"VGA_1": ("unknown", "")}, [], None),
        ({"VGA_1": (None, EDID)}, ["VGA-1"], None),
        ({"VGA_1": ("disconnected", EDID)}, [], None),
    ],
)
def test_a_connector_that_says_little(connectors: Any, found: list[str], why: str | None) -> None:
    facts = screens(**connectors)
    assert [monitor["connector"] for monitor in facts["inventory"]["monitors"]] == found
    assert reason(facts, "inventory.monitors[0]") == why
    assert "inventory.monitors" not in facts["unknown"]


def test_no_connector_means_no_monitor_only_without_a_display_controller() -> None:
    assert reason(screens(gpu=True), "inventory.monitors") == "not_supported"
    assert reason(screens(gpu=False), "inventory.monitors") is None


def display(pci_class: str, ids: str = "8086:9BC5", subsystem: str = "17AA:3136") -> list[dict[str, Any]]:
    uevent = f"DRIVER=i915\nPCI_CLASS={pci_class}\nPCI_ID={ids}\nPCI_SUBSYS_ID={subsystem}\n"
    facts = build_facts(
        linux(
            files={"/sys/bus/pci/devices/0000:00:02.0/uevent": uevent},
            globs={"/sys/bus/pci/devices/*": ["0000:00:02.0"]},
            commands={"lspci": {"error": "absent"}},
        )
    )
    assert reason(facts, "inventory.gpus") is None
    gpus: list[dict[str, Any]] = facts["inventory"]["gpus"]
    return gpus


@pytest.mark.parametrize(
    ("pci_class", "found"), [("30000", 1), ("30200", 1), ("38000", 1), ("20000", 0), ("130000", 0), ("", 0)]
)
def test_display_controllers_from_sysfs_with_names_of_the_control_node(pci_class: str, found: int) -> None:
    assert (
        display(pci_class)
        == [
            {
                "slot": "0000:00:02.0",
                "vendor": "Intel Corporation",
                "model": "CometLake-S GT2 [UHD Graphics 630]",
                "vendor_id": "8086",
                "device_id": "9bc5",
                "subsystem_vendor": "Lenovo",
                "subsystem": "Desktop board",
                "driver": "i915",
            }
        ]
        * found
    )


@pytest.mark.parametrize(
    ("ids", "subsystem", "names"),
    [
        ("8086:9bc8", "17aa:9999", ("Intel Corporation", "CometLake-S GT2 (other)", "Lenovo", None)),
        ("8086:ffff", "1234:0001", ("Intel Corporation", None, None, None)),
        ("abcd:0001", "", (None, None, None, None)),
    ],
)
def test_a_device_that_the_database_does_not_know_keeps_its_numbers(
    ids: str, subsystem: str, names: tuple[str | None, ...]
) -> None:
    (gpu,) = display("30000", ids, subsystem)
    assert (gpu["vendor"], gpu["model"], gpu["subsystem_vendor"], gpu["subsystem"]) == names
    assert f"{gpu['vendor_id']}:{gpu['device_id']}" == ids


def test_a_control_node_without_a_database_gives_numbers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pci_ids, "DATABASES", (tmp_path / "none",))
    (gpu,) = display("30000")
    assert (gpu["vendor"], gpu["model"], gpu["vendor_id"]) == (None, None, "8086")


def test_usb_devices_by_port_without_root_hubs() -> None:
    base = "/sys/bus/usb/devices"
    facts = build_facts(
        linux(
            files={
                f"{base}/1-10/idVendor": "046d\n",
                f"{base}/1-10/idProduct": "C31C\n",
                f"{base}/1-2/idVendor": "0951\n",
                f"{base}/1-2:1.0/bInterfaceClass": "08\n",
                f"{base}/1-2:1.1/bInterfaceClass": "03\n",
            },
            globs={f"{base}/*": ["1-0:1.0", "1-10", "1-2", "1-2:1.0", "1-2:1.1", "usb1", "x"]},
        )
    )
    usb = facts["inventory"]["usb"]
    assert [(device["path"], device["interface_classes"]) for device in usb] == [
        ("1-2", ["03", "08"]),
        ("1-10", []),
    ]
    assert facts["raw"] == {"inventory.usb[1].product_id": "C31C"}


def battery(**values: str) -> dict[str, Any]:
    uevent = "".join(f"POWER_SUPPLY_{key}={value}\n" for key, value in values.items())
    return build_facts(
        linux(
            files={"/sys/class/power_supply/BAT0/uevent": uevent},
            globs={"/sys/class/power_supply/*": ["BAT0"]},
        )
    )


@pytest.mark.parametrize(
    ("values", "design", "full"),
    [
        ({"ENERGY_FULL_DESIGN": "57000000", "ENERGY_FULL": "50160000"}, 57000, 50160),
        (
            {"CHARGE_FULL_DESIGN": "5000000", "CHARGE_FULL": "4000000", "VOLTAGE_MIN_DESIGN": "11400000"},
            57000,
            45600,
        ),
        ({"CHARGE_FULL_DESIGN": "5000000"}, None, None),
        ({"ENERGY_FULL_DESIGN": "-5"}, None, None),
        ({}, None, None),
    ],
)
def test_battery_capacities(values: dict[str, str], design: int | None, full: int | None) -> None:
    facts = battery(TYPE="Battery", **values)
    assert facts["inventory"]["batteries"][0]["design_capacity_mwh"] == design
    assert facts["state"]["batteries"][0]["full_capacity_mwh"] == full


@pytest.mark.parametrize(
    "values",
    [
        {"TYPE": "Mains"},
        {"TYPE": "UPS"},
        {"TYPE": "Battery", "SCOPE": "Device"},
        {"TYPE": "Battery", "PRESENT": "0"},
    ],
)
def test_what_is_no_battery_of_the_machine(values: dict[str, str]) -> None:
    assert battery(**values)["inventory"]["batteries"] == []
