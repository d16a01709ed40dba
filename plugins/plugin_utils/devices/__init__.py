"""Network devices (switches, printers, projectors, UPS): asked in their own protocol, never logged in to.

Each protocol has a thin client (``*_client``: bounded in time and bytes, gives evidence) and a pure parser
(evidence → facts). ``build_device`` is the parsers' whole way; ``asking.ask`` the clients'.
"""

from __future__ import annotations

from typing import Any

from ..facts.document import Document
from ..facts.evidence import Evidence
from . import ipp, nut, pjlink, snmp

__all__ = ["build_device"]

_PARSERS = {"snmp": snmp.read, "ipp": ipp.read, "pjlink": pjlink.read, "nut": nut.read}

# What only a PC's own firmware or system tells: of a device it was not asked for, which is not "has none".
_NOT_ASKED = (
    *(
        "bios",
        "board",
        "chassis",
        "cpus",
        "memory",
        "disks",
        "optical",
        "gpus",
        "monitors",
        "usb",
        "batteries",
    ),
    *("tpm", "secure_boot", "virtualization", "os", "packages"),
)


def build_device(evidence: Evidence) -> dict[str, Any]:
    """The facts document of checked evidence of a device. Never raises: what is missing is noted."""
    document = Document(evidence.probe, simulated=evidence.simulated)
    for section in _NOT_ASKED:
        document.unknown(f"inventory.{section}", "not_requested")
    for section in ("boot_time", "sessions", "smart", "batteries"):
        document.unknown(f"state.{section}", "not_requested")
    if evidence.probe != "snmp":
        for section in ("inventory.device.modules", "state.device.ports", "state.device.neighbours"):
            document.unknown(section, "not_supported", evidence.probe)
    _PARSERS[evidence.probe](evidence, document)
    return document.finish()
