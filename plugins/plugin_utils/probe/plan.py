"""What the probe reads on a Linux PC, as data: sent beside the payload, so that both stay small.

Every read costs the PC, so only what a fact is made of is here: about 150 small files on a desktop.

- ``files``: paths whose content is returned. ``*`` matches within one path segment and yields only what
  exists; a path without ``*`` that does not exist is recorded as ``{"error": "absent"}``.
- ``globs``: folders (pattern ``<folder>/*``) whose entry names are returned.
- ``links``: patterns whose link target is returned.
- ``logs``: files of which the end is returned (``caps.file_bytes``), among the ``files`` of the evidence.
- ``kernel_logs``: ``/dev/kmsg`` and the word that a record must hold to be returned; read only where none of the
  ``logs`` exists, as it costs a system call for each record of the kernel.
- ``commands``: name in the evidence to argument vector, run with ``LC_ALL=C`` and ``TZ=UTC``.
- ``each``: a command per entry of a glob whose name starts with one of ``only``; named
  ``<command> <last argument>`` in the evidence, for example ``smartctl /dev/sda``.
- ``caps``: bytes and seconds. What a cap leaves out is recorded as ``too_large`` or ``timeout``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# The kernel's drivers/firmware/dmi-id.c names these; *_serial and product_uuid are for root only.
_DMI = (
    "sys_vendor",
    "product_name",
    "product_version",
    "product_serial",
    "product_uuid",
    "product_sku",
    "product_family",
    "bios_vendor",
    "bios_version",
    "bios_date",
    "board_vendor",
    "board_name",
    "board_version",
    "board_serial",
    "board_asset_tag",
    "chassis_vendor",
    "chassis_type",
    "chassis_version",
    "chassis_serial",
    "chassis_asset_tag",
)

_BLOCK = (
    "size",
    "removable",
    "queue/rotational",
    "serial",  # virtio
    "wwid",  # NVMe
    "device/vendor",
    "device/model",
    "device/name",  # MMC
    "device/serial",  # NVMe and MMC
    "device/rev",
    "device/firmware_rev",  # NVMe
    "device/wwid",  # SCSI and SATA
    "device/vpd_pg80",  # SCSI and SATA: unit serial number
)

# What tells of devices that were plugged in: the role usb_lockdown's own log, what its rotation left, USBGuard's.
ATTEMPT_LOGS = ("/var/log/jifang/usb-attempts.jsonl", "/var/log/jifang/usb-attempts.jsonl.1")
USBGUARD_LOG = "/var/log/usbguard/usbguard-audit.log"
KERNEL_LOG = "/dev/kmsg"

LINUX_PLAN: Mapping[str, Any] = {
    "files": [
        "/etc/os-release",
        "/usr/lib/os-release",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/mounts",
        "/proc/stat",
        "/proc/sys/kernel/arch",
        "/proc/sys/kernel/osrelease",
        "/run/systemd/container",
        "/run/.containerenv",
        "/.dockerenv",
        "/sys/hypervisor/type",
        "/sys/firmware/devicetree/base/model",
        "/sys/firmware/devicetree/base/serial-number",
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "/sys/class/tpm/tpm0/tpm_version_major",
        "/sys/class/tpm/tpm0/device/description",
        *(f"/sys/class/dmi/id/{name}" for name in _DMI),
        *(f"/sys/block/*/{name}" for name in _BLOCK),
        # The first four sd disks: udev knows serials of USB bridges and old kernels that sysfs does not.
        "/run/udev/data/b8:0",
        "/run/udev/data/b8:16",
        "/run/udev/data/b8:32",
        "/run/udev/data/b8:48",
        "/sys/class/drm/*/status",
        "/sys/class/drm/*/edid",
        "/sys/class/net/*/address",
        "/sys/class/net/*/addr_assign_type",
        "/sys/class/net/*/device/uevent",
        "/sys/bus/pci/devices/*/uevent",
        # "1-2.3" is a device, "1-2.3:1.0" an interface; root hubs are "usb1" and are left out.
        "/sys/bus/usb/devices/*-*/idVendor",
        "/sys/bus/usb/devices/*-*/idProduct",
        "/sys/bus/usb/devices/*-*/bDeviceClass",
        "/sys/bus/usb/devices/*-*/manufacturer",
        "/sys/bus/usb/devices/*-*/product",
        "/sys/bus/usb/devices/*-*/serial",
        "/sys/bus/usb/devices/*-*:*/bInterfaceClass",
        "/sys/class/power_supply/*/type",
        "/sys/class/power_supply/*/uevent",
    ],
    "globs": [
        "/sys/block/*",
        "/sys/bus/pci/devices/*",
        "/sys/bus/usb/devices/*",
        "/sys/class/drm/*",
        "/sys/class/net/*",
        "/sys/class/power_supply/*",
        "/sys/class/tpm/*",
        "/sys/firmware/*",
    ],
    "links": [
        "/sys/block/*",
        "/sys/class/net/*",
        "/sys/class/net/*/device",
    ],
    "logs": [*ATTEMPT_LOGS, USBGUARD_LOG],
    "kernel_logs": {KERNEL_LOG: "usb"},
    "commands": {
        "dmidecode": ["dmidecode"],
        "who": ["who", "-u"],
    },
    "each": {
        "smartctl": {
            "glob": "/sys/block/*",
            "only": ["sd", "nvme", "hd"],
            "argv": ["smartctl", "--json", "--all", "/dev/{name}"],
        },
    },
    "caps": {
        "file_bytes": 65536,
        "command_bytes": 1048576,
        "total_bytes": 2097152,
        "command_seconds": 5,
        "total_seconds": 15,
    },
}

# Added to "commands" when installed packages are asked for.
PACKAGES_COMMANDS: Mapping[str, list[str]] = {
    "dpkg-query": [
        "dpkg-query",
        "--show",
        "--showformat=${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Abbrev}\\n",
    ],
    "rpm": ["rpm", "--query", "--all", "--queryformat=%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n"],
}


def linux_plan(*, packages: bool) -> Mapping[str, Any]:
    """``LINUX_PLAN``, with the commands that list installed packages where they are asked for."""
    if not packages:
        return LINUX_PLAN
    return {**LINUX_PLAN, "commands": {**LINUX_PLAN["commands"], **PACKAGES_COMMANDS}}
