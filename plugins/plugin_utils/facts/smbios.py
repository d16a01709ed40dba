"""From ``dmidecode`` text to the hardware part of the facts schema.

``parse_dmidecode`` reads the text, the functions below map its structures. They give exactly the keys of
the schema, None where the machine does not say, and strings as the firmware has them: placeholders
(``Default string``) are still in place, ``placeholders.py`` tells them apart.

Sections are those of DSP0134, the DMTF's SMBIOS Reference Specification 3.x.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from .smbios_memory import memory
from .smbios_table import Structure, Table, parse_dmidecode
from .smbios_values import enumerated, number, text

__all__ = [
    "Structure",
    "Table",
    "batteries",
    "bios",
    "board",
    "chassis",
    "cpus",
    "memory",
    "parse_dmidecode",
    "system",
    "tpm",
]

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE_MONTH_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", re.ASCII)
_DATE_YEAR_FIRST = re.compile(r"(\d{4})[/.-]?(\d{2})[/.-]?(\d{2})", re.ASCII)
_FIRST_BIOS_YEAR = 80  # of the two-digit years: the IBM PC is of 1981


def system(table: Table) -> dict[str, Any]:
    """System Information, 7.2 (type 1). ``uuid`` is in lower case, None where it is not a UUID."""
    structure = _first(table, 1)
    uuid = (text(structure, "UUID") or "").lower()
    return {
        "manufacturer": text(structure, "Manufacturer", "Vendor"),
        "product": text(structure, "Product Name", "Product"),
        "version": text(structure, "Version"),
        "serial": text(structure, "Serial Number"),
        "uuid": uuid if _UUID.fullmatch(uuid) else None,
        "sku": text(structure, "SKU Number"),
        "family": text(structure, "Family"),
    }


def bios(table: Table) -> dict[str, Any]:
    """BIOS Information, 7.1 (type 0).

    ``firmware_type`` is always None here: "UEFI is supported" says what the firmware can do, not how this
    system was started.
    """
    structure = _first(table, 0)
    return {
        "vendor": text(structure, "Vendor"),
        "version": text(structure, "Version"),
        "release_date": release_date(text(structure, "Release Date", "Release")),
        "firmware_type": None,
        "smbios_version": table.version,
    }


def release_date(value: str | None) -> str | None:
    """``YYYY-MM-DD`` of a BIOS release date; None where it is not a date.

    7.1 has ``mm/dd/yyyy`` or ``mm/dd/yy`` and takes a two-digit year for 19yy; firmware of the 2000s wrote
    two digits as well, so only 80 to 99 are. A day in the month's place (``31/12/2009``) and
    ``YYYYMMDD`` are seen in the field and are not ambiguous.
    """
    if match := _DATE_MONTH_FIRST.fullmatch(value or ""):
        month, day, year = int(match[1]), int(match[2]), int(match[3])
        if len(match[3]) == 2:
            year += 1900 if year >= _FIRST_BIOS_YEAR else 2000
        if month > 12:
            month, day = day, month
    elif match := _DATE_YEAR_FIRST.fullmatch(value or ""):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    if year < 1900 + _FIRST_BIOS_YEAR:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def board(table: Table) -> dict[str, Any]:
    """Baseboard Information, 7.3 (type 2): the motherboard where a machine lists several boards.

    Where the text ends before a motherboard came, a riser card is not taken for one.
    """
    boards = table.of_type(2)
    others = [b for b in boards if table.complete or enumerated(b, "Type") is None]
    main = next((b for b in boards if text(b, "Type") == "Motherboard"), others[0] if others else None)
    return {
        "manufacturer": text(main, "Manufacturer", "Vendor"),
        "product": text(main, "Product Name", "Product"),
        "version": text(main, "Version"),
        "serial": text(main, "Serial Number"),
        "asset_tag": text(main, "Asset Tag"),
    }


def chassis(table: Table) -> dict[str, Any]:
    """System Enclosure or Chassis, 7.4 (type 3): the first one, which holds the system."""
    structure = _first(table, 3)
    return {
        "manufacturer": text(structure, "Manufacturer", "Vendor"),
        "type": enumerated(structure, "Type", "Chassis Type"),
        "version": text(structure, "Version"),
        "serial": text(structure, "Serial Number"),
        "asset_tag": text(structure, "Asset Tag"),
    }


def cpus(table: Table) -> list[dict[str, Any]]:
    """Processor Information, 7.5 (type 4): one entry per socket of a central processor, empty ones too.

    ``populated`` is None where the text ends before the socket's status; what is in the socket is only said
    where it is True.
    """
    return [_cpu(s) for s in table.of_type(4) if _is_central(s)]


def _is_central(structure: Structure) -> bool:
    kind = enumerated(structure, "Type", "Processor Type")
    return bool(structure.fields) and kind in {None, "Central Processor", "Other"}


def _cpu(structure: Structure) -> dict[str, Any]:
    populated = _socket_populated(structure)
    inside = structure if populated else None
    return {
        "socket": text(structure, "Socket Designation"),
        "populated": populated,
        "manufacturer": text(inside, "Manufacturer", "Processor Manufacturer"),
        "model": " ".join((text(inside, "Version", "Processor Version") or "").split()) or None,
        "cores": _count(inside, "Core Count"),
        "threads": _count(inside, "Thread Count"),
        "max_mhz": number(inside, "Max Speed", unit=" MHz"),
    }


def _count(structure: Structure | None, name: str) -> int | None:
    """7.5.6 and 7.5.8: FFh stands for "256 or more, see the second field".

    dmidecode shows the second field under the first one's name, other tools print both.
    """
    count = number(structure, f"{name} 2", name)
    return None if count == 0xFF else count


def _socket_populated(structure: Structure) -> bool | None:
    """Bit 6 of the status (7.5, offset 18h). dmidecode 1.x does not print it: there a processor has a name."""
    status = text(structure, "Status")
    if status is not None:
        return {"Populated": True, "Unpopulated": False}.get(status.partition(",")[0])
    name = text(structure, "Processor Manufacturer")
    return None if name is None else set(name) != {"0"}


def batteries(table: Table) -> list[dict[str, Any]]:
    """Portable Battery, 7.23 (type 22): a bay without maker, model and capacity holds no battery.

    Smart batteries have chemistry and serial number in fields of their own (offsets 10h and 14h).
    """
    found = []
    for structure in table.of_type(22):
        battery = {
            "name": text(structure, "Location"),
            "manufacturer": text(structure, "Manufacturer"),
            "model": text(structure, "Name"),
            "serial": text(structure, "Serial Number", "SBDS Serial Number"),
            "technology": enumerated(structure, "Chemistry") or enumerated(structure, "SBDS Chemistry"),
            "design_capacity_mwh": number(structure, "Design Capacity", unit=" mWh"),
        }
        if battery["manufacturer"] or battery["model"] or battery["design_capacity_mwh"]:
            found.append(battery)
    return found


def tpm(table: Table) -> dict[str, Any] | None:
    """TPM Device, 7.44 (type 43); None where the firmware lists none."""
    structure = _first(table, 43)
    if structure is None:
        return None
    return {"version": text(structure, "Specification Version"), "manufacturer": text(structure, "Vendor ID")}


def _first(table: Table, number_of_type: int) -> Structure | None:
    return next(iter(table.of_type(number_of_type)), None)
