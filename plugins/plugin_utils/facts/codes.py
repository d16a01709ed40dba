"""SMBIOS enumerations by number, in dmidecode's words, for sources that give numbers: sysfs and CIM.

Tables of DSP0134 (SMBIOS Reference Specification 3.7): 7.4.1 chassis types, 7.17.1 to 7.17.3 memory array
location, use and error correction, 7.18.2 memory types. ``Unknown`` is left out: it is no value.
"""

from __future__ import annotations

from collections.abc import Mapping


def _numbered(words: str) -> Mapping[int, str]:
    table = enumerate(words.split("|"), 1)
    return {code: word for code, word in table if word not in {"Unknown", "None", "-"}}


CHASSIS_TYPES = _numbered(
    "Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|Hand Held"
    "|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|Expansion Chassis"
    "|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount Chassis|Sealed-case PC"
    "|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade Enclosing|Tablet|Convertible|Detachable|IoT Gateway"
    "|Embedded PC|Mini PC|Stick PC"
)

ARRAY_LOCATIONS = _numbered(
    "Other|Unknown|System Board Or Motherboard|ISA Add-on Card|EISA Add-on Card|PCI Add-on Card"
    "|MCA Add-on Card|PCMCIA Add-on Card|Proprietary Add-on Card|NuBus"
)

ARRAY_USES = _numbered("Other|Unknown|System Memory|Video Memory|Flash Memory|Non-volatile RAM|Cache Memory")

ARRAY_CORRECTIONS = _numbered("Other|Unknown|None|Parity|Single-bit ECC|Multi-bit ECC|CRC")

MEMORY_TYPES = _numbered(
    "Other|Unknown|DRAM|EDRAM|VRAM|SRAM|RAM|ROM|Flash|EEPROM|FEPROM|EPROM|CDRAM|3DRAM|SDRAM|SGRAM|RDRAM|DDR"
    "|DDR2|DDR2 FB-DIMM|-|-|-|DDR3|FBD2|DDR4|LPDDR|LPDDR2|LPDDR3|LPDDR4|Logical non-volatile device|HBM|HBM2"
    "|DDR5|LPDDR5|HBM3"
)

NOT_MAIN_MEMORY = frozenset({"ROM", "Flash", "EEPROM", "FEPROM", "EPROM", "Logical non-volatile device"})
"""Memory types that hold firmware or files, whatever array they hang on."""
