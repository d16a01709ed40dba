"""Monitors of a Linux machine."""

from __future__ import annotations

import re
from typing import Any

from .document import Document
from .edid import parse_edid
from .evidence import Evidence

_CONNECTOR = re.compile(r"card\d{1,3}-(.+)")
# Outputs that no monitor can be plugged into (drivers/gpu/drm/drm_connector.c names them).
_NO_OUTPUT = ("Virtual-", "Writeback-", "Unknown-")


def monitors(evidence: Evidence, document: Document) -> None:
    """Set ``monitors``: one per connected connector, so a monitor with two cables is there twice.

    Without a graphics driver there are no connectors, and nothing can be said of monitors: unknown, unless
    the machine is known to have no display controller.
    """
    names = evidence.names("/sys/class/drm/*")
    document.unknown_unless_absent("inventory.monitors", names)
    connectors = [(name, match[1]) for name in names.value or [] if (match := _CONNECTOR.fullmatch(name))]
    if not connectors and (document.inventory["gpus"] or document.is_unknown("inventory.gpus")):
        document.unknown("inventory.monitors", "not_supported", "no graphics driver")
    found: list[dict[str, Any]] = []
    for name, connector in sorted(connectors):
        edid = evidence.data(f"/sys/class/drm/{name}/edid")
        status = evidence.word(f"/sys/class/drm/{name}/status")
        if status == "disconnected" or (status != "connected" and not edid.value):
            continue
        monitor = parse_edid(edid.value or b"")
        if monitor is None:
            if connector.startswith(_NO_OUTPUT):
                continue
            monitor = {}
            document.unknown(f"inventory.monitors[{len(found)}]", edid.reason or "unreadable", "no EDID")
        found.append({"connector": connector, **monitor})
    document.inventory["monitors"] = found
