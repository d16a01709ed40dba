"""PCI devices, as ``lspci`` of pciutils prints them in any of its layouts.

- ``lspci -Dvmmnnk`` (what the probe runs), also ``-vmm`` and the older ``-vm``: a record per device, one
  ``Key:<tab>value`` a line (blanks where a terminal's text was copied), records parted by an empty line;
  ``-nn`` adds ``[8086]`` to each name.
- ``lspci -mm``: a line per device, names in quotes, ``-r05`` revision, ``-p00`` programming interface.
- plain ``lspci``: ``00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics [8086:9bc5]
  (rev 05)`` and, with ``-k``, indented lines below it. Vendor and device are one text there: they are only
  parted where the vendor's name ends like a company's.

Class codes: PCI Code and ID Assignment Specification, section 1.4 (display controllers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_GPU_CLASSES = frozenset({"0300", "0302", "0380"})
_GPU_CLASS_NAMES = frozenset({"VGA compatible controller", "3D controller", "Display controller"})

_SLOT = re.compile(r"(?:([0-9a-fA-F]{1,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\.([0-7])")
_KEYED = re.compile(r"([A-Za-z]+):\s+(.*)")
_NUMBERED = re.compile(r"\[([0-9a-fA-F]{4})\]$")
_ID = re.compile(r"[0-9a-fA-F]{4}")
# What stands for a name that the PCI database does not have.
_NAMELESS = re.compile(r"(?:Class|Vendor|Device|Unknown vendor|Unknown device)(?: ([0-9a-fA-F]{4}))?")
_PAIR = re.compile(r"\[([0-9a-fA-F]{4}):([0-9a-fA-F]{4})\]$")
_TAIL = re.compile(r"\((rev|prog-if) ([0-9a-fA-F]{2})(?: \[[^\][()]*\])?\)$")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
# "Dell Device [1028:0617]" of an ordinary listing: the database has the vendor and not the device.
_VENDOR_ALONE = re.compile(r"(.*\S) (?:Device|Unknown device)(?: [0-9a-fA-F]{4})?")
_COMPANY = re.compile(
    r"(?:Corporation|Corp\.?|Inc\.?|Incorporated|Ltd\.?|Limited|LLC|GmbH|\[AMD(?:/ATI)?\])(?= |$)"
)


@dataclass(slots=True)
class Device:
    """One PCI device. Ids are four lower-case hex digits, names as the PCI database has them; what the layout
    does not tell is None. ``slot`` is ``domain:bus:device.function`` in hex, ``0000:00:02.0``."""

    slot: str
    class_name: str | None = None
    class_id: str | None = None
    vendor: str | None = None
    vendor_id: str | None = None
    device: str | None = None
    device_id: str | None = None
    subsystem_vendor: str | None = None
    subsystem_vendor_id: str | None = None
    subsystem: str | None = None
    subsystem_id: str | None = None
    revision: str | None = None
    programming_interface: str | None = None
    driver: str | None = None
    modules: list[str] = field(default_factory=list)
    numa_node: str | None = None
    iommu_group: str | None = None


# Key of a record -> the name and the id that its value holds, or the one field that takes it whole.
_PARTED = {
    "Class": ("class_name", "class_id"),
    "Vendor": ("vendor", "vendor_id"),
    "Device": ("device", "device_id"),
    "SVendor": ("subsystem_vendor", "subsystem_vendor_id"),
    "SDevice": ("subsystem", "subsystem_id"),
}
_WHOLE = {
    "Rev": "revision",
    "ProgIf": "programming_interface",
    "Driver": "driver",
    "NUMANode": "numa_node",
    "IOMMUGroup": "iommu_group",
}
_QUOTED = ("Class", "Vendor", "Device", "SVendor", "SDevice")


def normal_slot(text: str) -> str | None:
    """``00:02.0`` or ``0000:00:02.0`` with the domain and in lower case; None for what is no slot."""
    match = _SLOT.fullmatch(text.strip())
    return _slot(match) if match else None


def parse_lspci(text: str) -> list[Device]:
    """The devices in the order of the text, the first of each slot; never raises.

    Lines that belong to no device are passed over: the tool's own complaints, a line cut in half.
    """
    devices: dict[str, Device] = {}
    current: Device | None = None
    for line in text.splitlines():
        if not line.strip():
            current = None
            continue
        if keyed := _KEYED.match(line):
            key, value = keyed.groups()
            slot = normal_slot(value) if key == "Slot" or (key == "Device" and current is None) else None
            if slot is not None:
                current = _add(devices, Device(slot))
            elif current is not None:
                _field(current, key, value.strip())
        elif line[0].isspace():
            if current is not None:
                _detail(current, line.strip())
        else:
            match = _SLOT.match(line)
            current = _add(devices, _line(match, line)) if match else None
    return list(devices.values())


def by_slot(devices: Iterable[Device]) -> dict[str, Device]:
    """The devices by slot with domain, as sysfs names them: ``by_slot(devices).get("0000:02:00.0")``."""
    return {device.slot: device for device in devices}


def gpus(devices: Iterable[Device]) -> list[dict[str, Any]]:
    """Display controllers (classes 0300, 0302, 0380) as entries of ``inventory.gpus``."""
    return [
        {
            "slot": device.slot,
            "vendor": device.vendor,
            "model": device.device,
            "vendor_id": device.vendor_id,
            "device_id": device.device_id,
            "subsystem_vendor": device.subsystem_vendor,
            "subsystem": device.subsystem,
            "driver": device.driver,
        }
        for device in devices
        if device.class_id in _GPU_CLASSES
        or (device.class_id is None and device.class_name in _GPU_CLASS_NAMES)
    ]


def _add(devices: dict[str, Device], device: Device) -> Device:
    """Keep the first device of a slot; what follows belongs to this one all the same."""
    devices.setdefault(device.slot, device)
    return device


def _slot(match: re.Match[str]) -> str:
    domain, bus, device, function = match.groups()
    return f"{int(domain or '0', 16):04x}:{bus}:{device}.{function}".lower()


def _field(device: Device, key: str, value: str) -> None:
    if key in _PARTED:
        name, number = _PARTED[key]
        label, code = _numbered(value)
        setattr(device, name, label)
        setattr(device, number, code)
    elif key in _WHOLE:
        setattr(device, _WHOLE[key], value or None)
    elif key == "Module" and value:
        device.modules.append(value)


def _numbered(value: str) -> tuple[str | None, str | None]:
    """``Intel Corporation [8086]`` -> name and id; ``8086``, as ``-n`` prints, is an id alone."""
    if _ID.fullmatch(value):
        return None, value.lower()
    match = _NUMBERED.search(value)
    name, code = (value[: match.start()].rstrip(), match[1]) if match else (value, None)
    if nameless := _NAMELESS.fullmatch(name):
        name, code = "", code or nameless[1]
    return name or None, code.lower() if code else None


def _line(match: re.Match[str], line: str) -> Device:
    device = Device(_slot(match))
    rest = line[match.end() :].strip()
    if rest.startswith('"'):
        _quoted(device, rest)
        return device
    for _ in range(2):
        tail = _TAIL.search(rest)
        if tail is None:
            break
        setattr(device, "revision" if tail[1] == "rev" else "programming_interface", tail[2].lower())
        rest = rest[: tail.start()].rstrip()
    # "[0300]: " ends a class that has its number; a class name itself never holds a colon.
    class_text, _, names = rest.partition(": ")
    device.class_name, device.class_id = _numbered(class_text.strip())
    names, device.vendor_id, device.device_id = _pair(names.strip())
    device.vendor, device.device = _parted_names(names)
    return device


def _quoted(device: Device, rest: str) -> None:
    position = 0
    for word in _WORD.finditer(rest):
        quoted, bare = word.groups()
        if bare is None:
            if position < len(_QUOTED):
                _field(device, _QUOTED[position], re.sub(r"\\(.)", r"\1", quoted))
            position += 1
        elif bare.startswith("-r"):
            device.revision = bare[2:] or None
        elif bare.startswith("-p"):
            device.programming_interface = bare[2:] or None


def _pair(text: str) -> tuple[str, str | None, str | None]:
    if re.fullmatch(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", text):
        return "", text[:4].lower(), text[5:].lower()
    match = _PAIR.search(text)
    if match is None:
        return text, None, None
    return text[: match.start()].rstrip(), match[1].lower(), match[2].lower()


def _parted_names(text: str) -> tuple[str | None, str | None]:
    ends = [match.end() for match in _COMPANY.finditer(text)]
    if not ends and (alone := _VENDOR_ALONE.fullmatch(text)):
        return alone[1], None
    # "Advanced Micro Devices, Inc. [AMD/ATI] Navi 23": what follows the company in brackets is its brand.
    cut = next((end for end in reversed(ends) if text[end - 1] == "]"), ends[0] if ends else 0)
    device = text[cut:].strip()
    return text[:cut].strip() or None, None if _NAMELESS.fullmatch(device) else device or None


def _detail(device: Device, line: str) -> None:
    key, _, value = line.partition(": ")
    if key == "Subsystem":
        names, device.subsystem_vendor_id, device.subsystem_id = _pair(value)
        device.subsystem_vendor, device.subsystem = _parted_names(names)
    elif key == "Kernel driver in use":
        device.driver = value or None
    elif key == "Kernel modules":
        device.modules = [name for name in value.split(", ") if name]
