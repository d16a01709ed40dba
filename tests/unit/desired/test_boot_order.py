"""Boot variables as firmware writes them."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import boot_order
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

END = b"\x7f\xff\x04\x00"
PCI = b"\x02\x01\x0c\x00\xd0\x41\x03\x0a\x00\x00\x00\x00" + b"\x01\x01\x06\x00\x00\x1f"
DISK = PCI + b"\x03\x12\x0a\x00\x00\x00\xff\xff\x00\x00"
USB = PCI + b"\x03\x05\x06\x00\x01\x00"
CD = DISK + b"\x04\x02\x18\x00" + bytes(20)
MAC = PCI + b"\x03\x0b\x25\x00" + bytes(33)


def entry(description: str, path: bytes) -> str:
    path += END
    data = struct.pack("<IH", 1, len(path)) + description.encode("utf-16-le") + b"\0\0" + path
    return (b"\x07\0\0\0" + data).hex()


def order(*numbers: int) -> str:
    return (b"\x07\0\0\0" + b"".join(struct.pack("<H", one) for one in numbers)).hex()


VARIABLES = {
    "BootOrder": order(3, 1, 0, 2, 4, 9),
    "BootCurrent": order(1),
    "Boot0000": entry("UEFI QEMU DVD-ROM QM00003 ", DISK),
    "Boot0001": entry("debian", DISK),
    "Boot0002": entry("UEFI PXEv4", MAC),
    "Boot0003": entry("UEFI SanDisk", USB),
    "Boot0004": entry("Windows Boot Manager", CD),
}


def test_each_entry_is_of_a_class() -> None:
    found = {number: one.starts for number, one in boot_order.entries(VARIABLES).items()}
    assert found == {"0000": "optical", "0001": "disk", "0002": "network", "0003": "usb", "0004": "optical"}


def test_what_is_barred_leaves_the_order_and_the_rest_stays() -> None:
    assert boot_order.order(VARIABLES) == ["0003", "0001", "0000", "0002", "0004", "0009"]
    # An entry that nobody knows stays: it is not ours to judge.
    assert boot_order.internal_only(VARIABLES, ("usb", "optical", "floppy")) == ["0001", "0002", "0009"]


@pytest.mark.parametrize(
    "variables", [{}, {"BootOrder": "07000000"}, {"BootOrder": "zz" * 6}, {"BootOrder": None}]
)
def test_without_an_order_nothing_is_wanted(variables: dict[str, object]) -> None:
    assert boot_order.internal_only(variables, ("usb",)) is None


def test_an_order_of_barred_entries_alone_is_left() -> None:
    assert boot_order.internal_only({**VARIABLES, "BootOrder": order(3)}, ("usb",)) is None


def test_a_bios_entry_says_its_device() -> None:
    bbs = b"\x05\x01\x0a\x00" + struct.pack("<HH", 5, 0) + b"x\0"
    assert boot_order.entries({"Boot0007": entry("Legacy", bbs)})["0007"].starts == "usb"


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["BootOrder", "Boot0001", "Boot0002"]), st.binary(max_size=80).map(bytes.hex)
    )
)
def test_damaged_variables_raise_nothing(variables: dict[str, str]) -> None:
    boot_order.entries(variables)
    boot_order.internal_only(variables, boot_order.CLASSES)
