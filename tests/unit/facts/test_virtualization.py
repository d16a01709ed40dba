from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.virtualization import virtualization


@pytest.mark.parametrize(
    ("names", "flag", "found"),
    [
        (("LENOVO", "10SQS3JV00", "LENOVO"), False, ("physical", None)),
        (("LENOVO", "10SQS3JV00", "LENOVO"), None, ("physical", None)),
        (("QEMU", "Standard PC (Q35 + ICH9, 2009)", "SeaBIOS"), True, ("virtual", "kvm")),
        (("QEMU", "Standard PC (Q35 + ICH9, 2009)", "SeaBIOS"), False, ("virtual", "qemu")),
        (("Red Hat", "KVM", "SeaBIOS"), True, ("virtual", "kvm")),
        (
            ("VMware, Inc.", "VMware Virtual Platform", "Phoenix Technologies LTD"),
            True,
            ("virtual", "vmware"),
        ),
        (("innotek GmbH", "VirtualBox", "innotek GmbH"), True, ("virtual", "oracle")),
        (
            ("Microsoft Corporation", "Virtual Machine", "Microsoft Corporation"),
            True,
            ("virtual", "microsoft"),
        ),
        (("Microsoft Corporation", "Surface Pro 7", "Microsoft Corporation"), False, ("physical", None)),
        (("Xen", "HVM domU", "Xen"), True, ("virtual", "xen")),
        (
            ("Parallels Software International Inc.", "Parallels Virtual Platform", None),
            True,
            ("virtual", "parallels"),
        ),
        (("Alibaba Cloud", "Alibaba Cloud ECS", "SeaBIOS"), True, ("virtual", "kvm")),
        (("Amazon EC2", "t3.micro", "Amazon EC2"), True, ("virtual", "amazon")),
        (("Amazon EC2", "m5.metal", "Amazon EC2"), False, ("physical", None)),
        ((None, None, None), True, ("virtual", None)),
        ((None, None, None), False, ("physical", None)),
        ((None, None, None), None, (None, None)),
    ],
)
def test_by_firmware_then_processor(
    names: tuple[str | None, ...], flag: bool | None, found: tuple[str | None, str | None]
) -> None:
    manufacturer, product, bios = names
    inventory = {
        "system": {"manufacturer": manufacturer, "product": product, "version": None},
        "board": {"manufacturer": None},
        "bios": {"vendor": bios},
    }
    kind, hypervisor = found
    assert virtualization(inventory, container=None, hypervisor_flag=flag) == {
        "kind": kind,
        "hypervisor": hypervisor,
    }
    assert virtualization(inventory, container="lxc", hypervisor_flag=flag) == {
        "kind": "container",
        "hypervisor": "lxc",
    }
