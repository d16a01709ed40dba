"""The facts of a Windows PC, from what ``probe/windows.ps1`` dumped of CIM and the registry.

The same schema as Linux, in the same words: enumerations are turned to dmidecode's, monitors are decoded
from the same EDID bytes. Classes and properties are those of Microsoft's WMI documentation. It was
written and tested on CIM output composed from that documentation and has not been run against a real
Windows PC.
"""

from __future__ import annotations

from typing import Any

from . import cim
from .codes import (
    ARRAY_CORRECTIONS,
    ARRAY_LOCATIONS,
    ARRAY_USES,
    CHASSIS_TYPES,
    MEMORY_TYPES,
    NOT_MAIN_MEMORY,
)
from .document import Document
from .evidence import Evidence
from .virtualization import virtualization
from .windows_devices import batteries, display_controllers, network, optical, usb
from .windows_monitors import monitors
from .windows_storage import disks

_MAIN_MEMORY = 3  # Win32_PhysicalMemoryArray.Use: System memory
_MOST_SLOTS = 128
_CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
_CURRENT_VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_CONSOLE_LOGONS = {2: "console", 10: "rdp", 11: "console"}  # Win32_LogonSession.LogonType
# Accounts that Windows itself logs on for every desktop.
_SYSTEM_DOMAINS = frozenset({"Window Manager", "Font Driver Host", "NT AUTHORITY", "NT SERVICE"})
_ARCHITECTURES = {0: "i686", 5: "armv7l", 9: "x86_64", 12: "aarch64"}  # Win32_Processor.Architecture

# Win32_PhysicalMemory.FormFactor has CIM's codes, not those of SMBIOS.
_FORM_FACTORS = {
    1: "Other",
    2: "SIP",
    3: "DIP",
    4: "ZIP",
    6: "Proprietary Card",
    7: "SIMM",
    8: "DIMM",
    9: "TSOP",
    11: "RIMM",
    12: "SODIMM",
    13: "SRIMM",
}


def build_windows(evidence: Evidence) -> dict[str, Any]:
    """The facts document of checked Windows evidence. Never raises: what is missing is noted."""
    document = Document("windows", simulated=evidence.simulated)
    _identity(evidence, document)
    _processors(evidence, document)
    _main_memory(evidence, document)
    disks(evidence, document)
    optical(evidence, document)
    display_controllers(evidence, document)
    network(evidence, document)
    monitors(evidence, document)
    usb(evidence, document)
    batteries(evidence, document)
    _security(evidence, document)
    # Win32_ComputerSystem.HypervisorPresent is true on real machines with Hyper-V or memory integrity.
    document.inventory["virtualization"] = virtualization(
        document.inventory, container=None, hypervisor_flag=None
    )
    _operating_system(evidence, document)
    _packages(evidence, document)
    _state(evidence, document)
    return document.finish()


def _first(evidence: Evidence, document: Document, name: str, *paths: str) -> cim.Row:
    """The only instance of a class, empty where there is none; why is noted at ``paths``."""
    reading = evidence.rows(name)
    if reading.value:
        return reading.value[0]
    for path in paths:
        document.unknown(path, reading.reason or "not_supported", name)
    return {}


def _identity(evidence: Evidence, document: Document) -> None:
    computer = _first(
        evidence, document, "Win32_ComputerSystem", "inventory.system", "inventory.memory.os_total_bytes"
    )
    product = _first(
        evidence,
        document,
        "Win32_ComputerSystemProduct",
        *(f"inventory.system.{field}" for field in ("version", "serial", "uuid")),
    )
    bios = _first(evidence, document, "Win32_BIOS", "inventory.bios")
    board = _first(evidence, document, "Win32_BaseBoard", "inventory.board")
    chassis = _first(evidence, document, "Win32_SystemEnclosure", "inventory.chassis")
    document.unknown("inventory.board.asset_tag", "not_supported")
    major, minor = cim.number(bios, "SMBIOSMajorVersion"), cim.number(bios, "SMBIOSMinorVersion")
    uuid = cim.text(product, "UUID")
    document.inventory["system"] = {
        "manufacturer": cim.text(computer, "Manufacturer") or cim.text(product, "Vendor"),
        "product": cim.text(computer, "Model") or cim.text(product, "Name"),
        "version": cim.text(product, "Version"),
        "serial": cim.text(product, "IdentifyingNumber") or cim.text(bios, "SerialNumber"),
        "uuid": uuid.lower() if uuid else None,
        "sku": cim.text(computer, "SystemSKUNumber"),
        "family": cim.text(computer, "SystemFamily"),
    }
    document.inventory["bios"] = {
        "vendor": cim.text(bios, "Manufacturer"),
        "version": cim.text(bios, "SMBIOSBIOSVersion"),
        "release_date": cim.iso_date(bios.get("ReleaseDate")),
        "firmware_type": _firmware_type(evidence, document),
        "smbios_version": f"{major}.{minor}" if major is not None and minor is not None else None,
    }
    document.inventory["board"] = {
        "manufacturer": cim.text(board, "Manufacturer"),
        "product": cim.text(board, "Product"),
        "version": cim.text(board, "Version"),
        "serial": cim.text(board, "SerialNumber"),
    }
    types = chassis.get("ChassisTypes")
    code = types[0] if isinstance(types, list) and types else types
    document.inventory["chassis"] = {
        "manufacturer": cim.text(chassis, "Manufacturer"),
        "type": CHASSIS_TYPES.get(code & 0x7F) if type(code) is int else None,
        "version": cim.text(chassis, "Version"),
        "serial": cim.text(chassis, "SerialNumber"),
        "asset_tag": cim.text(chassis, "SMBIOSAssetTag"),
    }


def _firmware_type(evidence: Evidence, document: Document) -> str | None:
    kind = evidence.registry(_CONTROL, "PEFirmwareType")
    if kind in (1, 2):
        return "bios" if kind == 1 else "uefi"
    document.unknown("inventory.bios.firmware_type", "not_supported", "PEFirmwareType")
    return None


def _processors(evidence: Evidence, document: Document) -> None:
    reading = evidence.rows("Win32_Processor")
    document.unknown_unless_absent("inventory.cpus", reading)
    document.inventory["cpus"] = [
        {
            "socket": cim.text(row, "SocketDesignation"),
            "populated": True,
            "manufacturer": cim.text(row, "Manufacturer"),
            "model": " ".join((cim.text(row, "Name") or "").split()) or None,
            "cores": cim.number(row, "NumberOfCores"),
            "threads": cim.number(row, "NumberOfLogicalProcessors"),
            "max_mhz": cim.number(row, "MaxClockSpeed"),
        }
        for row in reading.value or []
    ]


def _main_memory(evidence: Evidence, document: Document) -> None:
    modules, arrays = evidence.rows("Win32_PhysicalMemory"), evidence.rows("Win32_PhysicalMemoryArray")
    for path, reading in (("modules", modules), ("total_bytes", modules), ("arrays", arrays)):
        document.unknown_unless_absent(f"inventory.memory.{path}", reading)
    main = [place for place, row in enumerate(arrays.value or []) if row.get("Use") == _MAIN_MEMORY]
    installed = [
        module
        for row in modules.value or []
        if (module := _module(row, main[0] if len(main) == 1 else None))["type"] not in NOT_MAIN_MEMORY
    ]
    slots = sum(cim.number((arrays.value or [])[place], "MemoryDevices") or 0 for place in main)
    # Win32_PhysicalMemory has installed modules only: the slots that are left are empty, and have no names.
    empty = min(slots - len(installed), _MOST_SLOTS) if modules.value is not None else 0
    sizes = [module["size_bytes"] for module in installed]
    if not installed or None in sizes:
        document.unknown("inventory.memory.total_bytes", modules.reason or "unreadable")
    for place in range(len(installed), len(installed) + empty):
        document.unknown(f"inventory.memory.modules[{place}].slot", "not_supported")
    vacant = {"populated": False, "array": main[0] if len(main) == 1 else None}
    system = evidence.rows("Win32_ComputerSystem").value or [{}]
    document.inventory["memory"] = {
        "total_bytes": sum(sizes) if sizes and None not in sizes else None,
        "os_total_bytes": cim.number(system[0], "TotalPhysicalMemory"),
        "arrays": [_array(row) for row in arrays.value or []],
        "modules": [*installed, *(dict(vacant) for _ in range(empty))],
    }


def _module(row: cim.Row, array: int | None) -> dict[str, Any]:
    form_factor, kind = cim.number(row, "FormFactor"), cim.number(row, "SMBIOSMemoryType")
    return {
        "slot": cim.text(row, "DeviceLocator"),
        "bank": cim.text(row, "BankLabel"),
        "populated": True,
        "size_bytes": cim.number(row, "Capacity") or None,
        "form_factor": _FORM_FACTORS.get(form_factor or 0),
        "type": MEMORY_TYPES.get(kind or 0),
        "speed_mts": cim.number(row, "Speed") or None,
        "configured_mts": cim.number(row, "ConfiguredClockSpeed") or None,
        "manufacturer": cim.text(row, "Manufacturer"),
        "part_number": cim.text(row, "PartNumber"),
        "serial": cim.text(row, "SerialNumber"),
        "rank": cim.number(row, "Attributes") or None,
        "array": array,
    }


def _array(row: cim.Row) -> dict[str, Any]:
    capacity = cim.number(row, "MaxCapacityEx") or cim.number(row, "MaxCapacity")  # KiB both
    return {
        "location": ARRAY_LOCATIONS.get(cim.number(row, "Location") or 0),
        "use": ARRAY_USES.get(cim.number(row, "Use") or 0),
        "ecc": ARRAY_CORRECTIONS.get(cim.number(row, "MemoryErrorCorrection") or 0),
        "max_capacity_bytes": capacity * 1024 if capacity else None,
        "slots": cim.number(row, "MemoryDevices"),
    }


def _security(evidence: Evidence, document: Document) -> None:
    enabled = evidence.registry(f"{_CONTROL}\\SecureBoot\\State", "UEFISecureBootEnabled")
    document.inventory["secure_boot"] = enabled == 1 if enabled in (0, 1) else None
    if enabled not in (0, 1) and document.inventory["bios"]["firmware_type"] != "bios":
        document.unknown("inventory.secure_boot", "not_supported", "UEFISecureBootEnabled")
    reading = evidence.rows("Win32_Tpm")
    document.unknown_unless_absent("inventory.tpm", reading)
    row = reading.value[0] if reading.value else None
    version = (cim.text(row, "SpecVersion") or "").partition(",")[0] if row else ""
    document.inventory["tpm"] = (
        {"version": version or None, "manufacturer": cim.text(row, "ManufacturerIdTxt")} if row else None
    )


def _operating_system(evidence: Evidence, document: Document) -> None:
    system = _first(evidence, document, "Win32_OperatingSystem", "inventory.os")
    processor = (evidence.rows("Win32_Processor").value or [{}])[0]
    architecture = _ARCHITECTURES.get(cim.number(processor, "Architecture") or 0) if processor else None
    if architecture == "x86_64" and processor.get("AddressWidth") == 32:
        architecture = "i686"
    caption, version = cim.text(system, "Caption"), cim.text(system, "Version")
    release = evidence.registry(_CURRENT_VERSION, "DisplayVersion") or evidence.registry(
        _CURRENT_VERSION, "ReleaseId"
    )
    revision = evidence.registry(_CURRENT_VERSION, "UBR")
    document.inventory["os"] = {
        "family": "windows",
        "id": "windows",
        "name": caption,
        "version": version,
        "pretty_name": f"{caption} {release}" if caption and isinstance(release, str) else caption,
        "architecture": architecture,
        "kernel": f"{version}.{revision}" if version and type(revision) is int else version,
    }


def _packages(evidence: Evidence, document: Document) -> None:
    reading = evidence.rows("Uninstall")
    document.unknown_unless_absent("inventory.packages", reading)
    rows = {
        (cim.text(row, "DisplayName") or "", cim.text(row, "DisplayVersion"), cim.text(row, "Architecture"))
        for row in reading.value or []
    }
    document.inventory["packages"] = [
        {"name": name, "version": version, "architecture": architecture}
        for name, version, architecture in sorted(rows, key=lambda row: tuple(word or "" for word in row))
        if name
    ]


def _state(evidence: Evidence, document: Document) -> None:
    system = (evidence.rows("Win32_OperatingSystem").value or [{}])[0]
    computer = (evidence.rows("Win32_ComputerSystem").value or [{}])[0]
    document.state["hostname"] = cim.text(computer, "DNSHostName") or cim.text(system, "CSName")
    document.state["boot_time"] = cim.iso_time(system.get("LastBootUpTime"))
    for field in ("hostname", "boot_time"):
        if document.state[field] is None:
            document.unknown(
                f"state.{field}", evidence.rows("Win32_OperatingSystem").reason or "not_supported"
            )
    document.state["frozen"] = _frozen(evidence, document)
    document.state["sessions"] = _sessions(evidence, document)
    # Windows keeps what was plugged in in event logs that the probe does not ask for.
    document.state["usb_attempts"] = []
    document.unknown("state.usb_attempts", "not_requested")


def _frozen(evidence: Evidence, document: Document) -> bool | None:
    """The Unified Write Filter as it is now. A Windows without the class has no such filter; other makers' freezing
    programs and cards are not seen."""
    reading = evidence.rows("UWF_Filter")
    if reading.error == "absent":
        return False
    enabled = reading.value[0].get("CurrentEnabled") if reading.value else None
    if isinstance(enabled, bool):
        return enabled
    document.unknown("state.frozen", reading.reason or "not_supported", "UWF_Filter")
    return None


def _sessions(evidence: Evidence, document: Document) -> list[dict[str, Any]]:
    """An elevated account has two log-on sessions of the same second: they are one."""
    sessions, accounts = evidence.rows("Win32_LogonSession"), evidence.rows("Win32_LoggedOnUser")
    document.unknown_unless_absent("state.sessions", sessions, accounts)
    users = {
        cim.text(row, "LogonId"): cim.text(row, "Name")
        for row in accounts.value or []
        if cim.text(row, "Domain") not in _SYSTEM_DOMAINS and not (cim.text(row, "Domain") or "").isspace()
    }
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sessions.value or []:
        user = users.get(cim.text(row, "LogonId"))
        terminal = _CONSOLE_LOGONS.get(cim.number(row, "LogonType") or 0)
        since = cim.iso_time(row.get("StartTime"))
        if user and terminal:
            key = (since or "", user, terminal)
            found[key] = {"user": user, "terminal": terminal, "since": since, "from": None}
    return [found[key] for key in sorted(found)]
