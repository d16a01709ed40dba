"""From what a probe sent back to the facts of a PC: pure functions, one parser per source.

``build_facts(evidence)`` is the whole way; ``document.validate`` checks a document that comes back from the
spool, ``document.inventory_digest`` is what an observation is known by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .document import inventory_digest, validate
from .evidence import DEVICE_PROBES, Evidence

__all__ = ["Evidence", "build_facts", "inventory_digest", "preload", "validate"]


def build_facts(evidence: Mapping[str, Any] | Evidence) -> dict[str, Any]:
    """The facts document (``schema.json``) of what a probe sent back.

    Always a valid and bounded document, whatever the evidence says; what is missing is in ``unknown``.
    Raises ``UserError`` where a mapping is not evidence at all.
    """
    checked = evidence if isinstance(evidence, Evidence) else Evidence(evidence)
    if checked.probe == "windows":
        from .windows import build_windows  # noqa: PLC0415 - most schools have PCs of one kind

        return build_windows(checked)
    if checked.probe in DEVICE_PROBES:
        from ..devices import build_device  # noqa: PLC0415 - as above: most hosts are PCs

        return build_device(checked)
    from .linux import build_linux  # noqa: PLC0415

    return build_linux(checked)


def preload() -> None:
    """Import and read now what the first document needs (tens of milliseconds), so that the processes that
    Ansible forks per host share it instead of paying for it each."""
    from . import pci_ids, placeholders  # noqa: PLC0415 - as for the parsers: only a run that collects facts pays

    build_facts({"v": 1, "probe": "linux"})
    pci_ids.vendor_name("8086")
    placeholders.is_placeholder("serial", "x")
