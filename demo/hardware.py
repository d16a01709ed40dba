"""A PC of the demo school as a tree of files that the probe reads in place of the machine's own ``/``.

Paths, link shapes and contents are those of a Linux system: ``Documentation/ABI`` of the kernel for
sysfs, proc(5), os-release(5), the output of lspci 3.7 (``-Dvmmnnk``), who 8.32 and smartctl 7.2 (``--json``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .edid import edid
from .school import Pc
from .smbios import dmidecode

SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_BOOTED = 1788220800  # 2026-09-01 00:00 UTC, the first day of term
_SECTOR = 512  # /sys/block/*/size counts these, whatever the disk's own sectors are

_SYSTEMS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "uos": (
        "5.10.0-amd64-desktop",
        {"PRETTY_NAME": "UnionTech OS Desktop 20 Pro", "NAME": "uos", "VERSION_ID": "20", "VERSION": "20", "ID": "uos",
         "VERSION_CODENAME": "eagle"},
    ),
    "kylin": (
        "5.10.0-8-generic",
        {"NAME": "Kylin", "VERSION": "银河麒麟桌面操作系统V10 (SP1)", "VERSION_US": "Kylin Linux Desktop V10 (SP1)",
         "ID": "kylin", "ID_LIKE": "debian", "PRETTY_NAME": "Kylin V10 SP1", "VERSION_ID": "v10",
         "VERSION_CODENAME": "kylin"},
    ),
    "debian": (
        "6.1.0-26-amd64",
        {"PRETTY_NAME": "Debian GNU/Linux 12 (bookworm)", "NAME": "Debian GNU/Linux", "VERSION_ID": "12",
         "VERSION": "12 (bookworm)", "VERSION_CODENAME": "bookworm", "ID": "debian"},
    ),
    "openeuler": (
        "5.10.0-182.0.0.95.oe2203sp3.x86_64",
        {"NAME": "openEuler", "VERSION": "22.03 (LTS-SP3)", "ID": "openEuler", "VERSION_ID": "22.03",
         "PRETTY_NAME": "openEuler 22.03 (LTS-SP3)"},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link inside the tree; its target is relative, as in sysfs."""

    target: str


@dataclass(frozen=True, slots=True)
class Folder:
    """An empty folder: the kernel knows the subsystem and the PC has none of its devices."""


Tree = dict[str, bytes | Link | Folder]


def tree(pc: Pc) -> Tree:
    """Every file and link of the PC by its path below the tree's root. Pure: equal PCs give equal trees."""
    files: Tree = {}
    for part in (_system, _dmi, _processor, _disk, _graphics, _network, _usb, _commands):
        files |= part(pc)
    return files


def write_tree(files: Tree, target: Path) -> None:
    """Makes ``target`` hold exactly ``files``. The folder itself stays, because a running machine has it mounted."""
    target.mkdir(parents=True, exist_ok=True)
    for entry in target.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Folder):
            path.mkdir()
        elif isinstance(content, Link):
            path.symlink_to(content.target)
        else:
            path.write_bytes(content)


def _text(value: object) -> bytes:
    return f"{value}\n".encode()


def _system(pc: Pc) -> Tree:
    kernel, release = _SYSTEMS[pc.os]
    # Firmware and kernel keep a few percent for themselves.
    total_kib = pc.memory_bytes // 1024 * 96 // 100
    firmware: Tree = {
        SECURE_BOOT: bytes([6, 0, 0, 0, 1]),
        "sys/class/tpm/tpm0/tpm_version_major": b"2\n",
        "sys/class/tpm/tpm0/device/description": b"TPM 2.0 Device\n",
        "sys/class/power_supply": Folder(),
    }
    return firmware | {
        "etc/os-release": "".join(f'{name}="{value}"\n' for name, value in release.items()).encode(),
        "proc/meminfo": f"MemTotal:       {total_kib:8d} kB\nMemFree:        {total_kib // 2:8d} kB\n".encode(),
        "proc/stat": f"cpu  84216 312 20114 9130440 8122 0 911 0 0 0\nbtime {_BOOTED}\nprocesses 20412\n".encode(),
        "proc/sys/kernel/osrelease": _text(kernel),
        "proc/sys/kernel/arch": b"x86_64\n",
        "proc/mounts": b"/dev/sda2 / ext4 rw,relatime 0 0\n",
        "native.json": json.dumps(
            {
                "permaddr": {pc.model["nic"]["name"]: pc.mac},
                "addresses": {"lo": ["127.0.0.1"], pc.model["nic"]["name"]: [f"10.20.1.{pc.number}"]},
                "hostname": pc.host,
            }
        ).encode(),
    }


def _dmi(pc: Pc) -> Tree:
    """The kernel's own view of SMBIOS types 0 to 3 (``drivers/firmware/dmi-id.c``)."""
    model = pc.model
    bios, board, chassis = model["bios"], model["board"], model["chassis"]
    values = {
        "sys_vendor": model["manufacturer"],
        "product_name": model["product"],
        "product_version": model["version"],
        "product_serial": pc.serial,
        "product_uuid": pc.uuid,
        "product_sku": model["sku"],
        "product_family": model["family"],
        "bios_vendor": bios["vendor"],
        "bios_version": bios["version"],
        "bios_date": bios["date"],
        "board_vendor": board["manufacturer"],
        "board_name": board["product"],
        "board_version": board["version"],
        "board_serial": pc.board_serial,
        "board_asset_tag": "Default string",
        "chassis_vendor": model["manufacturer"],
        "chassis_type": chassis["code"],
        "chassis_version": "Default string",
        "chassis_serial": "To Be Filled By O.E.M.",
        "chassis_asset_tag": "Default string",
    }
    return {f"sys/class/dmi/id/{name}": _text(value) for name, value in values.items()}


def _processor(pc: Pc) -> Tree:
    blocks: list[str] = []
    for package, cpu in enumerate(pc.model["cpus"]):
        vendor = "GenuineIntel"
        for thread in range(cpu["threads"]):
            blocks.append(
                f"processor\t: {len(blocks)}\nvendor_id\t: {vendor}\ncpu family\t: 6\nmodel name\t: {cpu['model']}\n"
                f"cpu MHz\t\t: {cpu['mhz']}.000\nphysical id\t: {package}\nsiblings\t: {cpu['threads']}\n"
                f"core id\t\t: {thread % cpu['cores']}\ncpu cores\t: {cpu['cores']}\n"
                "flags\t\t: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov ht lm nx aes avx avx2\n"
            )
    return {"proc/cpuinfo": "\n".join(blocks).encode()}


def _disk(pc: Pc) -> Tree:
    disk = pc.disk
    name = disk["name"]
    nvme = name.startswith("nvme")
    if nvme:
        device = "sys/devices/pci0000:00/0000:00:1d.0/0000:04:00.0/nvme/nvme0"
        block, up = f"{device}/{name}", ".."
        identity: Tree = {
            f"{device}/model": _text(disk["model"].ljust(40)),
            f"{device}/serial": _text(pc.disk_serial.ljust(20)),
            f"{device}/firmware_rev": _text(disk["firmware"].ljust(8)),
            f"{block}/wwid": _text(f"eui.0025388{pc.code('eui', 9).lower()}"),
        }
    else:
        raid = disk["vendor"] == "AVAGO"
        adapter = "pci0000:17/0000:17:00.0/0000:18:00.0" if raid else "pci0000:00/0000:00:17.0/ata1"
        address = "0:2:0:0" if raid else "0:0:0:0"
        device = f"sys/devices/{adapter}/host0/target{address[:-2]}/{address}"
        block, up = f"{device}/block/{name}", "../.."
        serial = pc.disk_serial.encode()
        identity = {
            f"{device}/vendor": _text(disk["vendor"].ljust(8)),
            # SCSI INQUIRY has room for 16 characters (SPC-4, section 6.4.2): the kernel cuts longer names.
            f"{device}/model": _text(disk["model"][:16].ljust(16)),
            f"{device}/rev": _text(disk["firmware"][:4].ljust(4)),
            f"{device}/wwid": _text(f"naa.{_wwn(pc)}"),
            # Vital product data page 80h: header with the page and the length, then the serial number.
            f"{device}/vpd_pg80": bytes([0, 0x80, 0, len(serial)]) + serial,
        }
        if not raid:
            identity["run/udev/data/b8:0"] = (
                f"S:disk/by-id/ata-{disk['model'].replace(' ', '_')}_{pc.disk_serial}\nE:ID_BUS=ata\nE:ID_TYPE=disk\n"
                f"E:ID_MODEL={disk['model'].replace(' ', '_')}\nE:ID_REVISION={disk['firmware']}\n"
                f"E:ID_SERIAL_SHORT={pc.disk_serial}\nE:ID_WWN=0x{_wwn(pc)}\n"
            ).encode()
    return identity | {
        f"{block}/size": _text(disk["size"] // _SECTOR),
        f"{block}/removable": b"0\n",
        f"{block}/queue/rotational": _text(int(disk["media"] == "hdd")),
        f"{block}/device": Link(up),
        f"sys/block/{name}": Link(f"../{block.removeprefix('sys/')}"),
    }


def _wwn(pc: Pc) -> str:
    """16 hex digits; the first says NAA 5, "IEEE registered" (SPC-4, section 7.8.6.6)."""
    return "50026b7" + pc.code("wwn", 9).lower()


def _pci(slot: str) -> str:
    """The device's folder: directly below its root complex, or behind a port for other buses than 0."""
    return (
        f"sys/devices/pci0000:00/{slot}"
        if slot.startswith("0000:00:")
        else f"sys/devices/pci0000:00/0000:00:1c.0/{slot}"
    )


def _pci_device(pc: Pc, part: Mapping[str, Any], pci_class: str) -> Tree:
    folder = _pci(part["slot"])
    vendor, device = part["vendor_id"].upper(), part["device_id"].upper()
    return {
        f"{folder}/uevent": (
            f"DRIVER={part['driver']}\nPCI_CLASS={pci_class}\nPCI_ID={vendor}:{device}\n"
            f"PCI_SUBSYS_ID={pc.model['subsystem']['id'].upper()}:3140\nPCI_SLOT_NAME={part['slot']}\n"
        ).encode(),
        f"sys/bus/pci/devices/{part['slot']}": Link(f"../../../{folder.removeprefix('sys/')}"),
    }


def _graphics(pc: Pc) -> Tree:
    gpu = pc.model["gpu"]
    files = _pci_device(pc, gpu, "30000")
    used = pc.model.get("connector")
    for connector in filter(None, (used, "card0-VGA-1")):
        folder = f"{_pci(gpu['slot'])}/drm/card0/{connector}"
        connected = pc.monitor if connector == used else None
        files[f"{folder}/status"] = b"connected\n" if connected else b"disconnected\n"
        files[f"{folder}/edid"] = edid(connected) if connected else b""
        files[f"sys/class/drm/{connector}"] = Link(f"../../{folder.removeprefix('sys/')}")
    return files


def _network(pc: Pc) -> Tree:
    nic = pc.model["nic"]
    folder = f"{_pci(nic['slot'])}/net/{nic['name']}"
    return _pci_device(pc, nic, "20000") | {
        f"{folder}/address": _text(pc.mac),
        f"{folder}/addr_assign_type": b"0\n",
        f"{folder}/device": Link("../.."),
        f"sys/class/net/{nic['name']}": Link(f"../../{folder.removeprefix('sys/')}"),
        "sys/devices/virtual/net/lo/address": b"00:00:00:00:00:00\n",
        "sys/devices/virtual/net/lo/addr_assign_type": b"0\n",
        "sys/class/net/lo": Link("../../devices/virtual/net/lo"),
    }


def _usb(pc: Pc) -> Tree:
    if pc.monitor is None:
        return {"sys/bus/usb/devices/usb1/idVendor": b"1d6b\n"}
    files: Tree = {}
    for port, product, product_id in ((3, "USB Keyboard", "c31c"), (4, "USB Optical Mouse", "c077")):
        device = f"sys/bus/usb/devices/1-{port}"
        files |= {
            f"{device}/idVendor": b"046d\n",
            f"{device}/idProduct": _text(product_id),
            f"{device}/bDeviceClass": b"00\n",
            f"{device}/manufacturer": b"Logitech\n",
            f"{device}/product": _text(product),
            f"{device}:1.0/bInterfaceClass": b"03\n",
        }
    return files


def _commands(pc: Pc) -> Tree:
    files: Tree = {"commands/dmidecode": dmidecode(pc).encode(), "commands/lspci": _lspci(pc)}
    files["commands/who"] = (
        b"" if pc.monitor is None else b"student  tty1         2026-09-01 00:05   .          1203 (:0)\n"
    )
    # A locked PC's record of USB attempts, in which nothing happened yet.
    files["var/log/jifang/usb-attempts.jsonl"] = b""
    files[f"commands/smartctl__dev_{pc.disk['name']}"] = json.dumps(_smartctl(pc), indent=2).encode()
    return files


def _lspci(pc: Pc) -> bytes:
    subsystem = pc.model["subsystem"]
    records = []
    for part, title in (
        (pc.model["gpu"], "VGA compatible controller [0300]"),
        (pc.model["nic"], "Ethernet controller [0200]"),
    ):
        records.append(
            f"Slot:\t{part['slot']}\nClass:\t{title}\nVendor:\t{part['vendor']} [{part['vendor_id']}]\n"
            f"Device:\t{part['device']} [{part['device_id']}]\n"
            f"SVendor:\t{subsystem['vendor']} [{subsystem['id']}]\nSDevice:\tDevice [3140]\n"
            f"Rev:\t05\nDriver:\t{part['driver']}\nModule:\t{part['driver']}\n"
        )
    return "\n".join(sorted(records)).encode()


def _smartctl(pc: Pc) -> dict[str, Any]:
    disk = pc.disk
    device = f"/dev/{disk['name']}"
    answer: dict[str, Any] = {
        "json_format_version": [1, 0],
        "smartctl": {"version": [7, 2], "exit_status": 0},
    }
    if disk["vendor"] == "AVAGO":
        # A virtual disk of a RAID adapter: smartctl asks for a physical one and gives up.
        answer["smartctl"] |= {
            "messages": [
                {
                    "string": f"{device}: DELL or MegaRaid controller, please try adding '-d megaraid,N'",
                    "severity": "error",
                }
            ],
            "exit_status": 2,
        }
        return answer
    hours = 4000 + int(pc.code("hours", 3), 16)
    answer |= {
        "device": {"name": device, "type": "nvme" if disk["name"].startswith("nvme") else "sat"},
        "model_name": disk["model"],
        "serial_number": pc.disk_serial,
        "firmware_version": disk["firmware"],
        "user_capacity": {"bytes": disk["size"]},
        "smart_status": {"passed": True},
        "temperature": {"current": 34},
        "power_on_time": {"hours": hours},
    }
    if disk["name"].startswith("nvme"):
        answer["nvme_smart_health_information_log"] = {
            "critical_warning": 0, "temperature": 34, "available_spare": 100, "percentage_used": 4,
            "power_on_hours": hours, "media_errors": 0,
        }  # fmt: skip
        return answer
    wwn = int(_wwn(pc), 16)
    answer["wwn"] = {"naa": wwn >> 60, "oui": wwn >> 36 & 0xFFFFFF, "id": wwn & 0xFFFFFFFFF}
    answer["rotation_rate"] = 7200 if disk["media"] == "hdd" else 0
    attributes = (
        (5, "Reallocated_Sector_Ct", 0),
        (9, "Power_On_Hours", hours),
        (197, "Current_Pending_Sector", 0),
    )
    answer["ata_smart_attributes"] = {
        "table": [
            {
                "id": number,
                "name": name,
                "value": 100,
                "worst": 100,
                "raw": {"value": raw, "string": str(raw)},
            }
            for number, name, raw in attributes
        ]
    }
    return answer
