"""Whether a machine is physical, virtual or a container, from what firmware and kernel say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Part of a DMI vendor or product string -> hypervisor, as systemd-detect-virt(1) names them. Order matters:
# a cloud's own name comes with the hypervisor's.
_MARKS = (
    ("VMware", "vmware"),
    ("VMW", "vmware"),
    ("innotek GmbH", "oracle"),
    ("VirtualBox", "oracle"),
    ("Parallels", "parallels"),
    ("Bochs", "bochs"),
    ("BHYVE", "bhyve"),
    ("Xen", "xen"),
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("oVirt", "kvm"),
    ("RHEV", "kvm"),
    ("AHV", "kvm"),
    ("Amazon EC2", "amazon"),
    ("Google Compute Engine", "google"),
    ("Alibaba Cloud", "kvm"),
    ("Tencent Cloud", "kvm"),
    ("Huawei Cloud", "kvm"),
    ("Apple Virtualization", "apple"),
    ("QEMU", "qemu"),
)


def virtualization(
    inventory: Mapping[str, Any],
    *,
    container: str | None,
    hypervisor_flag: bool | None,
    xen: str | None = None,
) -> dict[str, str | None]:
    """``inventory.virtualization``.

    ``container`` is the manager where there is one, ``hypervisor_flag`` what the processor says (CPUID leaf 1
    ECX bit 31; None where it cannot be read), ``xen`` the text of /sys/hypervisor/type. ``kind`` is None
    where neither firmware nor processor say anything.
    """
    if container is not None:
        return {"kind": "container", "hypervisor": container}
    words = [
        str(inventory[section][field])
        for section, field in (
            ("system", "manufacturer"),
            ("system", "product"),
            ("system", "version"),
            ("board", "manufacturer"),
            ("bios", "vendor"),
        )
        if inventory[section][field]
    ]
    if hypervisor := _by_words(inventory["system"], words):
        if hypervisor == "qemu" and hypervisor_flag:
            hypervisor = "kvm"
        return {"kind": "virtual", "hypervisor": hypervisor}
    if xen:
        return {"kind": "virtual", "hypervisor": xen}
    if hypervisor_flag:
        return {"kind": "virtual", "hypervisor": None}
    return {"kind": "physical" if words or hypervisor_flag is False else None, "hypervisor": None}


def _by_words(system: Mapping[str, Any], words: list[str]) -> str | None:
    product = str(system["product"] or "")
    if system["manufacturer"] == "Microsoft Corporation" and product.startswith("Virtual Machine"):
        return "microsoft"
    if product.endswith(".metal"):  # EC2's bare metal has the same vendor
        return None
    return next((name for mark, name in _MARKS for word in words if word.startswith(mark)), None)
