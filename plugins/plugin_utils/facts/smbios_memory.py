"""Memory arrays, modules and empty slots from an SMBIOS table.

Sections are those of DSP0134 (SMBIOS Reference Specification 3.x): 7.7 Memory Module Information (type 6,
obsolete since 2.1 and all there is on machines of that age), 7.17 Physical Memory Array (type 16), 7.18
Memory Device (type 17).
"""

from __future__ import annotations

import re
from typing import Any

from .smbios_table import Structure, Table
from .smbios_values import enumerated, number, text

_SIZE = re.compile(r"(\d{1,9}) ?([kKMGTP])(?:i?B|bytes?)?(?: \(.*\))?", re.IGNORECASE | re.ASCII)
_SPEED = re.compile(r"(\d{1,6}) (?:MT/s|MHz)(?: \(.*\))?", re.ASCII)
_UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}
_LARGEST = 1 << 53  # what JSON carries exactly; no machine comes near it
_EMPTY = ("no module installed", "not installed")
_MAIN_MEMORY = "System Memory"

# DSP0134 7.18.2: devices of these types hold firmware or files, whatever array they hang on.
_NOT_MAIN_TYPES = frozenset({"ROM", "Flash", "EEPROM", "FEPROM", "EPROM", "Logical non-volatile device"})
_MEMORY_TYPES = frozenset({5, 6, 16, 17})  # what `dmidecode --type memory` prints
_MODULE = (
    "slot",
    "bank",
    "populated",
    "size_bytes",
    "form_factor",
    "type",
    "speed_mts",
    "configured_mts",
    "manufacturer",
    "part_number",
    "serial",
    "asset_tag",
    "rank",
    "array",
)
_TYPE_6_FORM_FACTORS = ("DIMM", "SIMM")
_TYPE_6_TECHNOLOGIES = ("SDRAM", "Burst EDO", "EDO", "FPM", "Fast Page Mode")


def memory_size(value: str | None) -> int | None:
    """Bytes of ``8192 MB``, ``16 GB``, ``2048 MB (Single-bank Connection)`` or ``256Mbyte``.

    None for anything else: ``Unknown``, a number without its unit, more than any machine holds.
    """
    match = _SIZE.fullmatch(value or "")
    if match is None:
        return None
    size = int(match[1]) * _UNITS[match[2].lower()]
    return size if size <= _LARGEST else None


def memory_speed(value: str | None) -> int | None:
    """MT/s of ``2667 MT/s`` or ``667 MHz (1.5 ns)``; None for ``Unknown`` and for a time alone.

    dmidecode called the same field MHz until 3.0; DSP0134 7.18.4 counts transfers.
    """
    match = _SPEED.fullmatch(value or "")
    return int(match[1]) or None if match else None


def memory(table: Table) -> dict[str, Any]:
    """``inventory.memory`` without ``os_total_bytes`` (the kernel's word, not the firmware's).

    ``arrays`` lists every physical memory array with its use. ``modules`` lists each device of main memory
    and each empty slot; a slot that is empty has a place and a form factor and nothing else. Devices that
    are not main memory (on an array for flash or video, or of a ROM or flash type) are left out.
    ``module["array"]`` is an index into ``arrays``. ``populated`` is None where the text ends before it says
    so. Machines that describe their modules in type 6 only are read from there.

    ``total_bytes`` is the sum of the populated modules. It is None where that sum would be a guess: a
    populated module of unknown size, a text that ends before its table does, or no module at all.
    """
    arrays = [array for array in table.of_type(16) if array.fields]
    devices = [device for device in table.of_type(17) if device.fields]
    all_seen = _all_seen(table, arrays, devices)
    if devices or not all_seen:
        modules = _devices(devices, arrays)
    else:
        modules = [_module_of_type_6(module) for module in table.of_type(6) if module.fields]
    return {
        "total_bytes": _total(modules) if all_seen else None,
        "arrays": [_array(array) for array in arrays],
        "modules": modules,
    }


def _array(array: Structure) -> dict[str, Any]:
    """7.17; "Error Correction Type: None" says that there is none, so ``ecc`` is None."""
    return {
        "location": enumerated(array, "Location"),
        "use": enumerated(array, "Use"),
        "ecc": enumerated(array, "Error Correction Type"),
        "max_capacity_bytes": memory_size(text(array, "Maximum Capacity")),
        "slots": number(array, "Number Of Devices"),
    }


def _devices(devices: list[Structure], arrays: list[Structure]) -> list[dict[str, Any]]:
    index: dict[int | None, int] = {}
    for place, array in enumerate(arrays):
        index.setdefault(array.handle, place)
    modules = []
    for device in devices:
        place_of_array = index.get(_handle(text(device, "Array Handle")))
        use = None if place_of_array is None else enumerated(arrays[place_of_array], "Use")
        if use in {None, _MAIN_MEMORY} and not _holds_firmware(device):
            modules.append(_module(device, place_of_array))
    return modules


def _holds_firmware(device: Structure) -> bool:
    locator = (text(device, "Locator") or "").casefold()
    return text(device, "Type") in _NOT_MAIN_TYPES or locator in {"system rom", "bios rom", "flash rom"}


def _module(device: Structure, array: int | None) -> dict[str, Any]:
    """7.18. Size 0 means that no device is installed in the socket."""
    populated, size = _installed(text(device, "Size"))
    module: dict[str, Any] = dict.fromkeys(_MODULE)
    module |= {
        "slot": text(device, "Locator"),
        "bank": text(device, "Bank Locator"),
        "populated": populated,
        "form_factor": enumerated(device, "Form Factor"),
        "array": array,
    }
    if populated:
        configured = text(device, "Configured Memory Speed", "Configured Clock Speed")
        module |= {
            "size_bytes": size,
            "type": enumerated(device, "Type"),
            "speed_mts": memory_speed(text(device, "Speed")),
            "configured_mts": memory_speed(configured),
            "manufacturer": text(device, "Manufacturer"),
            "part_number": text(device, "Part Number"),
            "serial": text(device, "Serial Number"),
            "asset_tag": text(device, "Asset Tag"),
            "rank": number(device, "Rank"),
        }
    return module


def _module_of_type_6(module: Structure) -> dict[str, Any]:
    """7.7: one line of words for the kind, and a size with the bank connection behind it (7.7.2)."""
    populated, size = _installed(text(module, "Installed Size"))
    words = text(module, "Type") or ""
    result: dict[str, Any] = dict.fromkeys(_MODULE)
    result |= {
        "slot": text(module, "Socket Designation", "Socket"),
        "bank": text(module, "Bank Connections", "Banks"),
        "populated": populated,
        "form_factor": next((kind for kind in _TYPE_6_FORM_FACTORS if kind in words.split()), None),
    }
    if populated:
        result["size_bytes"] = size
        result["type"] = next((kind for kind in _TYPE_6_TECHNOLOGIES if kind in words), None)
    return result


def _installed(value: str | None) -> tuple[bool | None, int | None]:
    if value is None:
        return None, None
    if value.casefold().startswith(_EMPTY):
        return False, None
    size = memory_size(value)
    return (False, None) if size == 0 else (True, size)


def _total(modules: list[dict[str, Any]]) -> int | None:
    sizes = [module["size_bytes"] for module in modules if module["populated"] is not False]
    return sum(sizes) if sizes and None not in sizes else None


def _all_seen(table: Table, arrays: list[Structure], devices: list[Structure]) -> bool:
    """Whether the text holds every memory device, so that a sum of them is a total.

    Besides a whole table that is the output of ``--type 17`` or ``--type memory``, which has no end marker:
    there, as many devices as each array announces.
    """
    if table.complete:
        return True
    if table.headless or not table or table[-1].truncated or not {s.type for s in table} <= _MEMORY_TYPES:
        return False
    seen = [_handle(text(device, "Array Handle")) for device in devices]
    return all(seen.count(array.handle) >= (number(array, "Number Of Devices") or 0) for array in arrays)


def _handle(value: str | None) -> int | None:
    if value is None or not re.fullmatch(r"0x[0-9A-Fa-f]{1,8}", value):
        return None
    return int(value, 16)
