"""``/proc/cpuinfo`` of the architectures that a school's PCs have."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.cpuinfo import parse_cpuinfo
from hypothesis import given
from hypothesis import strategies as st

KEYS = ("manufacturer", "model", "sockets", "cores", "threads", "hypervisor")


def x86(
    processors: int, *, sockets: int, per_core: int, flags: str = "fpu vme sse2", vendor: str = "GenuineIntel"
) -> str:
    per_socket = processors // sockets
    return "".join(
        f"processor\t: {n}\n"
        f"vendor_id\t: {vendor}\n"
        "cpu family\t: 6\n"
        "model\t\t: 158\n"
        "model name\t: Intel(R) Core(TM) i5-9500 CPU  @ 3.00GHz\n"
        "cpu MHz\t\t: 3000.000\n"
        f"physical id\t: {n // per_socket}\n"
        f"siblings\t: {per_socket}\n"
        f"core id\t\t: {n % per_socket // per_core}\n"
        f"cpu cores\t: {per_socket // per_core}\n"
        "cpuid level\t: 22\n"
        f"flags\t\t: {flags}\n"
        "bugs\t\t: spectre_v1\n"
        "power management:\n\n"
        for n in range(processors)
    )


X86_WITHOUT_TOPOLOGY = """\
processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 15
model\t\t: 2
model name\t: Intel(R) Pentium(R) 4 CPU 2.40GHz
cpuid level\t: 2
flags\t\t: fpu vme de

"""
PHYTIUM = "".join(
    f"processor\t: {n}\nmodel name\t: Phytium,D2000/8 E8C\nBogoMIPS\t: 100.00\nFeatures\t: fp asimd evtstrm\n"
    "CPU implementer\t: 0x70\nCPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: 0x663\nCPU revision\t: 3\n\n"
    for n in range(8)
)
KUNPENG = "".join(
    f"processor\t: {n}\nBogoMIPS\t: 200.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x48\n"
    "CPU architecture: 8\nCPU variant\t: 0x1\nCPU part\t: 0xd01\nCPU revision\t: 0\n\n"
    for n in range(4)
)
ARM32 = """\
Processor\t: ARMv7 Processor rev 4 (v7l)
processor\t: 0
BogoMIPS\t: 38.40

processor\t: 1
BogoMIPS\t: 38.40

Features\t: swp half thumb
CPU implementer\t: 0x41
CPU part\t: 0xd03

Hardware\t: BCM2835
Serial\t\t: 00000000abcdef01
"""
LOONGARCH = "system type\t\t: generic-loongson-machine\n\n" + "".join(
    f"processor\t\t: {n}\npackage\t\t\t: {n // 4}\ncore\t\t\t: {n % 4}\nglobal_id\t\t: {n}\n"
    "CPU Family\t\t: Loongson-64bit\nModel Name\t\t: Loongson-3A5000\nCPU MHz\t\t\t: 2500.00\n"
    "ISA\t\t\t: loongarch32r loongarch64\n\n"
    for n in range(8)
)
MIPS = "system type\t\t: generic-loongson-machine\nmachine\t\t\t: Loongson-3A4000\n" + "".join(
    f"processor\t\t: {n}\ncpu model\t\t: Loongson-3A R4 (Loongson-3A4000) @ 1800MHz\npackage\t\t\t: 0\n"
    f"core\t\t\t: {n}\nBogoMIPS\t\t: 3594.02\n\n"
    for n in range(4)
)
RISC_V = "".join(
    f"processor\t: {n}\nhart\t\t: {n + 1}\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\nuarch\t\t: sifive,u74-mc\n"
    "mvendorid\t: 0x489\nmarchid\t\t: 0x8000000000000007\nmimpid\t\t: 0x4210427\n\n"
    for n in range(4)
)
SUNWAY = "".join(
    f"processor\t: {n}\nvendor_id\t: sw_64\ncpu family\t: 4\nmodel\t\t: 49\nmodel name\t: SW3231 CPU @ 2.40GHz\n"
    f"cpu variation\t: 3\ncpu revision\t: 3\ncpu MHz\t\t: 2400.00\nphysical id\t: {n // 2}\n"
    "flags\t\t: fpu simd vpn upn cpuid\npage size\t: 8192\n\n"
    for n in range(4)
)
I5 = "Intel(R) Core(TM) i5-9500 CPU @ 3.00GHz"
NOTHING = (None,) * 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(x86(6, sockets=1, per_core=1), ("Intel", I5, 1, 6, 6, False), id="x86"),
        pytest.param(
            x86(16, sockets=2, per_core=2), ("Intel", I5, 2, 8, 16, False), id="x86, two sockets, SMT"
        ),
        pytest.param(
            x86(2, sockets=2, per_core=1, flags="fpu hypervisor", vendor="HygonGenuine"),
            ("Hygon", I5, 2, 2, 2, True),
            id="x86, virtual",
        ),
        pytest.param(
            x86(1, sockets=1, per_core=1, vendor="  Shanghai  "),
            ("Zhaoxin", I5, 1, 1, 1, False),
            id="Zhaoxin",
        ),
        pytest.param(
            x86(1, sockets=1, per_core=1, vendor="CentaurHauls"),
            ("Zhaoxin", I5, 1, 1, 1, False),
            id="Zhaoxin with VIA's vendor string",
        ),
        pytest.param(
            x86(1, sockets=1, per_core=1, vendor="CentaurHauls").replace(
                "Intel(R) Core(TM) i5-9500 CPU  @ 3.00GHz", "VIA Nano L2200 @ 1600MHz"
            ),
            ("VIA", "VIA Nano L2200 @ 1600MHz", 1, 1, 1, False),
            id="VIA",
        ),
        pytest.param(
            X86_WITHOUT_TOPOLOGY,
            ("Intel", "Intel(R) Pentium(R) 4 CPU 2.40GHz", None, None, 1, False),
            id="x86 of 2003",
        ),
        pytest.param(PHYTIUM, ("Phytium", "Phytium,D2000/8 E8C", None, None, 8, None), id="Phytium"),
        pytest.param(KUNPENG, ("HiSilicon", "TaiShan v110", None, None, 4, None), id="Kunpeng"),
        pytest.param(ARM32, ("ARM", "BCM2835", None, None, 2, None), id="32-bit ARM"),
        pytest.param(LOONGARCH, ("Loongson", "Loongson-3A5000", 2, 8, 8, None), id="LoongArch"),
        pytest.param(
            MIPS, ("Loongson", "Loongson-3A R4 (Loongson-3A4000) @ 1800MHz", 1, 4, 4, None), id="MIPS"
        ),
        pytest.param(RISC_V, ("SiFive", "sifive,u74-mc", None, None, 4, None), id="RISC-V"),
        pytest.param(SUNWAY, ("Sunway", "SW3231 CPU @ 2.40GHz", 2, None, 4, None), id="Sunway"),
        pytest.param("", NOTHING, id="empty"),
        pytest.param("processor\nprocessor :\nprocessor: x\n", NOTHING, id="no processor"),
    ],
)
def test_architecture(text: str, expected: tuple[Any, ...]) -> None:
    assert parse_cpuinfo(text) == dict(zip(KEYS, expected, strict=True))


@pytest.mark.parametrize("text", [x86(8, sockets=1, per_core=2), PHYTIUM, LOONGARCH, SUNWAY])
def test_a_file_that_ends_inside_a_processor_counts_nothing(text: str) -> None:
    last = text.rindex("processor")
    for place in range(last + len("processor\t: 0"), len(text.rstrip())):
        found = parse_cpuinfo(text[:place])
        assert (found["sockets"], found["cores"], found["threads"]) == (None, None, None)
        assert found["model"] == parse_cpuinfo(text)["model"]


def test_unknown_arm_part() -> None:
    text = "processor\t: 0\nCPU implementer\t: 0x99\nCPU part\t: 0xfff\n"
    assert parse_cpuinfo(text)["model"] is None
    assert parse_cpuinfo(text.replace("0x99", "zz"))["manufacturer"] is None


@given(st.text())
def test_any_text(text: str) -> None:
    assert tuple(parse_cpuinfo(text)) == KEYS


LINES = st.sampled_from(
    sorted(
        {line for text in (x86(2, sockets=1, per_core=1), PHYTIUM, MIPS) for line in text.splitlines(True)}
    )
)


@given(st.lists(LINES).map("".join))
def test_real_lines_in_any_order(text: str) -> None:
    assert tuple(parse_cpuinfo(text)) == KEYS
