"""What ``dmidecode`` prints on the demo's PCs: the output format of dmidecode 3.3 for SMBIOS 3.2 (DMTF DSP0134)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .school import Pc

Field = tuple[str, str | int | Sequence[str]]


class _Table:
    """Collects structures under rising handles and prints them as dmidecode does."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.next = 0

    def add(self, kind: int, size: int, title: str, *fields: Field) -> str:
        handle = f"0x{self.next:04X}"
        self.next += 1
        lines = [f"Handle {handle}, DMI type {kind}, {size} bytes", title]
        for name, value in fields:
            if isinstance(value, (str, int)):
                lines.append(f"\t{name}: {value}")
            else:
                lines += [f"\t{name}:", *(f"\t\t{item}" for item in value)]
        self.parts.append("\n".join(lines))
        return handle

    def __str__(self) -> str:
        head = (
            "# dmidecode 3.3\nGetting SMBIOS data from sysfs.\nSMBIOS 3.2.0 present.\nTable at 0x8C0F3000.\n"
        )
        return (
            "\n\n".join([head, *self.parts, f"Handle 0x{self.next:04X}, DMI type 127, 4 bytes\nEnd Of Table"])
            + "\n\n"
        )


def dmidecode(pc: Pc) -> str:
    """Types 0, 1, 2, 3, 4, 16, 17 (a populated or an empty slot each) and 127."""
    table = _Table()
    model = pc.model
    bios, board, chassis = model["bios"], model["board"], model["chassis"]
    table.add(
        0, 26, "BIOS Information",
        ("Vendor", bios["vendor"]),
        ("Version", bios["version"]),
        ("Release Date", bios["date"]),
        ("Address", "0xF0000"),
        ("Runtime Size", "64 kB"),
        ("ROM Size", bios["rom"]),
        ("Characteristics", ("PCI is supported", "BIOS is upgradeable", "ACPI is supported",
                             "USB legacy is supported", "UEFI is supported")),
        ("BIOS Revision", "5.17"),
    )  # fmt: skip
    table.add(
        1, 27, "System Information",
        ("Manufacturer", model["manufacturer"]),
        ("Product Name", model["product"]),
        ("Version", model["version"]),
        ("Serial Number", pc.serial),
        ("UUID", pc.uuid),
        ("Wake-up Type", "Power Switch"),
        ("SKU Number", model["sku"]),
        ("Family", model["family"]),
    )  # fmt: skip
    table.add(
        2, 15, "Base Board Information",
        ("Manufacturer", board["manufacturer"]),
        ("Product Name", board["product"]),
        ("Version", board["version"]),
        ("Serial Number", pc.board_serial),
        ("Asset Tag", "Default string"),
        ("Features", ("Board is a hosting board", "Board is replaceable")),
        ("Location In Chassis", "Default string"),
        ("Chassis Handle", "0x0003"),
        ("Type", "Motherboard"),
        ("Contained Object Handles", "0"),
    )  # fmt: skip
    table.add(
        3, 22, "Chassis Information",
        ("Manufacturer", model["manufacturer"]),
        ("Type", chassis["type"]),
        ("Lock", "Not Present"),
        ("Version", "Default string"),
        ("Serial Number", "To Be Filled By O.E.M."),
        ("Asset Tag", "Default string"),
        ("Boot-up State", "Safe"),
        ("Power Supply State", "Safe"),
        ("Thermal State", "Safe"),
        ("Security Status", "None"),
        ("Height", "Unspecified"),
        ("Number Of Power Cords", "1"),
        ("Contained Elements", "0"),
    )  # fmt: skip
    for cpu in model["cpus"]:
        table.add(
            4, 48, "Processor Information",
            ("Socket Designation", cpu["socket"]),
            ("Type", "Central Processor"),
            ("Family", "Xeon" if "Xeon" in cpu["model"] else "Core i5" if "i5" in cpu["model"] else "Core i7"),
            ("Manufacturer", cpu["manufacturer"]),
            ("ID", "53 06 0A 00 FF FB EB BF"),
            ("Signature", cpu["signature"]),
            ("Flags", ("FPU (Floating-point unit on-chip)", "HTT (Multi-threading)")),
            ("Version", cpu["model"]),
            ("Voltage", "1.1 V"),
            ("External Clock", "100 MHz"),
            ("Max Speed", f"{cpu['max_mhz']} MHz"),
            ("Current Speed", f"{cpu['mhz']} MHz"),
            ("Status", "Populated, Enabled"),
            ("Upgrade", "Other"),
            ("Serial Number", "To Be Filled By O.E.M."),
            ("Asset Tag", "To Be Filled By O.E.M."),
            ("Part Number", "To Be Filled By O.E.M."),
            ("Core Count", cpu["cores"]),
            ("Core Enabled", cpu["cores"]),
            ("Thread Count", cpu["threads"]),
            ("Characteristics", ("64-bit capable", "Multi-Core", "Hardware Thread", "Execute Protection")),
        )  # fmt: skip
    memory = model["memory"]
    array = table.add(
        16, 23, "Physical Memory Array",
        ("Location", "System Board Or Motherboard"),
        ("Use", "System Memory"),
        ("Error Correction Type", "Multi-bit ECC" if memory["ecc"] else "None"),
        ("Maximum Capacity", f"{memory['max_gib']} GB"),
        ("Error Information Handle", "Not Provided"),
        ("Number Of Devices", len(memory["slots"])),
    )  # fmt: skip
    for index, (slot, size) in enumerate(zip(memory["slots"], pc.memory, strict=True)):
        table.add(17, 84, "Memory Device", ("Array Handle", array), *_memory_device(pc, index, slot, size))
    return str(table)


def _memory_device(pc: Pc, index: int, slot: str, size: int) -> Iterator[Field]:
    memory = pc.model["memory"]
    ecc = 72 if memory["ecc"] else 64
    yield "Error Information Handle", "Not Provided"
    yield "Total Width", f"{ecc} bits" if size else "Unknown"
    yield "Data Width", "64 bits" if size else "Unknown"
    yield "Size", f"{size} GB" if size else "No Module Installed"
    yield "Form Factor", "DIMM" if size else "Unknown"
    yield "Set", "None"
    yield "Locator", slot
    yield "Bank Locator", f"BANK {index}"
    yield "Type", memory["type"] if size else "Unknown"
    yield (
        "Type Detail",
        ("Synchronous Registered (Buffered)" if memory["ecc"] else "Synchronous") if size else "None",
    )
    if not size:
        return
    module = pc.modules[size]
    yield "Speed", f"{memory['speed']} MT/s"
    yield "Manufacturer", module["manufacturer"]
    yield "Serial Number", pc.code(f"memory {index}", 8)
    yield "Asset Tag", f"{slot}_AssetTag"
    yield "Part Number", module["part_number"]
    yield "Rank", "2" if size > 8 else "1"
    yield "Configured Memory Speed", f"{memory['speed']} MT/s"
    yield "Minimum Voltage", "1.2 V"
    yield "Maximum Voltage", "1.2 V"
    yield "Configured Voltage", "1.2 V"
