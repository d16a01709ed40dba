"""Asks a device in its protocol and gives evidence (``docs/architecture.md``), without its secrets."""

from __future__ import annotations

from typing import Any

from .target import Target, blotted


def ask(target: Target) -> dict[str, Any]:
    """The evidence of one device. Raises ``Unreachable`` where it is silent and ``UserError`` where it refuses."""
    # Each client costs its library to import; a school has few devices of each kind and many PCs.
    match target.protocol:
        case "snmp":
            from .snmp_client import ask as client  # noqa: PLC0415
        case "ipp":
            from .ipp_client import ask as client  # noqa: PLC0415
        case "pjlink":
            from .pjlink_client import ask as client  # noqa: PLC0415
        case _:
            from .nut_client import ask as client  # noqa: PLC0415
    asked = client(target)
    return {"v": 1, "probe": target.protocol, "kind": target.kind, **blotted(asked, target.secrets)}
