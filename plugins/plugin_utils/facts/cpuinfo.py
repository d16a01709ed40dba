"""``/proc/cpuinfo`` of every architecture that a school's PCs have.

There is no standard for the file: each architecture's kernel code prints what it likes. The field names are
those of the Linux kernel's ``show_cpuinfo`` for x86, arm64, loongarch, mips, riscv and sw_64 (Sunway,
out of tree), and of the vendor kernels of Kylin and UOS, which add a model name on arm64.
"""

from __future__ import annotations

from typing import Any

# Main ID register, implementer and part (Arm ARM, MIDR_EL1); names as the makers publish them.
_ARM_IMPLEMENTERS = {
    0x41: "ARM",
    0x43: "Cavium",
    0x46: "Fujitsu",
    0x48: "HiSilicon",
    0x4E: "NVIDIA",
    0x50: "APM",
    0x51: "Qualcomm",
    0x61: "Apple",
    0x70: "Phytium",
    0xC0: "Ampere",
}
_ARM_PARTS = {
    (0x41, 0xD03): "Cortex-A53",
    (0x41, 0xD04): "Cortex-A35",
    (0x41, 0xD05): "Cortex-A55",
    (0x41, 0xD07): "Cortex-A57",
    (0x41, 0xD08): "Cortex-A72",
    (0x41, 0xD09): "Cortex-A73",
    (0x41, 0xD0A): "Cortex-A75",
    (0x41, 0xD0B): "Cortex-A76",
    (0x41, 0xD0C): "Neoverse-N1",
    (0x41, 0xD40): "Neoverse-V1",
    (0x41, 0xD49): "Neoverse-N2",
    (0x48, 0xD01): "TaiShan v110",
    (0x48, 0xD02): "TaiShan v120",
    (0x70, 0x660): "FTC660",
    (0x70, 0x661): "FTC661",
    (0x70, 0x662): "FTC662",
    (0x70, 0x663): "FTC663",
    (0x70, 0x664): "FTC664",
    (0x70, 0x862): "FTC862",
}
_MANUFACTURERS = {
    "genuineintel": "Intel",
    "authenticamd": "AMD",
    "hygongenuine": "Hygon",
    " via ": "VIA",  # Zhaoxin went on with VIA's processors and their vendor string
    "centaurhauls": "Zhaoxin",
    "shanghai": "Zhaoxin",
    "loongson": "Loongson",
    "sw_64": "Sunway",
    "phytium": "Phytium",
    "kunpeng": "HiSilicon",
    "hisilicon": "HiSilicon",
    "sifive": "SiFive",
    "thead": "T-Head",
    "spacemit": "SpacemiT",
}
_RISC_V_VENDORS = {0x489: "SiFive", 0x5B7: "T-Head", 0x710: "SpacemiT"}  # JEP106 codes of mvendorid
_MODEL_KEYS = ("model name", "cpu model", "uarch", "hardware", "cpu")
_SOCKET_KEYS = ("physical id", "package")
_CORE_KEYS = ("core id", "core")


def parse_cpuinfo(text: str) -> dict[str, Any]:
    """``{"manufacturer", "model", "sockets", "cores", "threads", "hypervisor"}``; never raises.

    ``cores`` and ``threads`` are of the whole machine. Each is None where the file does not say: arm64 and
    RISC-V list logical processors and nothing of their topology. All three counts are None where the file
    ends inside a processor, as it does at the probe's cap. ``hypervisor`` is x86's CPU flag, None elsewhere.
    """
    shared, processors = _blocks(text)
    if not processors:
        return dict.fromkeys(("manufacturer", "model", "sockets", "cores", "threads", "hypervisor"))
    first = shared | processors[0]
    whole = text.endswith("\n") and processors[0].keys() <= processors[-1].keys()
    sockets, cores = _topology(processors) if whole else (None, None)
    return {
        "manufacturer": _manufacturer(first),
        "model": _model(first),
        "sockets": sockets,
        "cores": cores,
        "threads": len(processors) if whole else None,
        "hypervisor": _hypervisor(first),
    }


def _blocks(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What is said of the machine, and one dict of lower-case keys per processor.

    A block begins at a line ``processor : <number>``; blank lines only matter for what follows the last
    one (``Hardware : …`` of 32-bit ARM). ``Processor : ARMv7 …`` with a name is the machine's.
    """
    shared: dict[str, str] = {}
    processors: list[dict[str, str]] = []
    block = shared
    for line in text.split("\n"):
        if not line.strip():
            block = shared
            continue
        key, colon, value = line.partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "processor" and value.isascii() and value.isdigit():
            block = {}
            processors.append(block)
        block.setdefault(key, value)
    return shared, processors


def _topology(processors: list[dict[str, str]]) -> tuple[int | None, int | None]:
    sockets = {_first_of(processor, _SOCKET_KEYS) for processor in processors}
    cores = {(_first_of(p, _SOCKET_KEYS), _first_of(p, _CORE_KEYS)) for p in processors}
    if None in sockets:
        return None, None
    return len(sockets), None if any(core is None for _, core in cores) else len(cores)


def _first_of(block: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((block[key] for key in keys if block.get(key)), None)


def _hypervisor(block: dict[str, str]) -> bool | None:
    if "cpuid level" not in block or "flags" not in block:
        return None
    return "hypervisor" in block["flags"].split()


def _model(block: dict[str, str]) -> str | None:
    named = _first_of(block, _MODEL_KEYS)
    if named is not None:
        return " ".join(named.split())
    implementer, part = _hex(block.get("cpu implementer")), _hex(block.get("cpu part"))
    if implementer is None or part is None:
        return None
    return _ARM_PARTS.get((implementer, part))


def _manufacturer(block: dict[str, str]) -> str | None:
    implementer = _hex(block.get("cpu implementer"))
    if implementer is not None and implementer in _ARM_IMPLEMENTERS:
        return _ARM_IMPLEMENTERS[implementer]
    vendor = _hex(block.get("mvendorid"))
    if vendor is not None and vendor in _RISC_V_VENDORS:
        return _RISC_V_VENDORS[vendor]
    words = " ".join(block.get(key, "") for key in ("vendor_id", *_MODEL_KEYS)).lower()
    known = next((name for word, name in _MANUFACTURERS.items() if word in words), None)
    return known or block.get("vendor_id") or None


def _hex(value: str | None) -> int | None:
    try:
        return int(value or "", 16)
    except ValueError:
        return None
