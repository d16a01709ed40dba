"""The facts document: putting one together, its digest, and the check of one that comes back.

Format: "Facts" in ``docs/architecture.md``; every field with unit and source in ``schema.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..i18n import UserError
from .evidence import Reading
from .shape import Misfit, Notes, document_shape

SCHEMA = "jifang.facts/1"


class Document:
    """Collects what the parsers found. Sections set ``inventory`` and ``state`` to plain values with the
    schema's keys (missing ones become null) and say with :meth:`unknown` why something is missing."""

    def __init__(self, platform: str, *, simulated: bool) -> None:
        self.platform = platform
        self.simulated = simulated
        self.inventory: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self._notes = Notes()

    def unknown(self, path: str, reason: str, detail: str | None = None) -> None:
        """The value at ``path`` (``inventory.memory.modules[2].serial``) could not be known. The first
        reason that is given for a path stays."""
        self._notes.mark(path, reason, detail)

    def unknown_unless_absent(self, path: str, *readings: Reading[Any]) -> None:
        """Note the first of these readings that says why the value at ``path`` is not known."""
        for reading in readings:
            if reading.reason is not None:
                self.unknown(path, reading.reason, reading.detail)
                return

    def is_unknown(self, path: str) -> bool:
        return path in self._notes.unknown

    def finish(self) -> dict[str, Any]:
        """The document, valid by the schema: strings clean and bounded, placeholders null with their text in
        ``raw``, lists cut, what does not fit null and noted. Never raises."""
        notes = self._notes
        shape = document_shape().fields
        # State first: a machine with a flood of packages must not cost its sessions.
        state = shape["state"].fit(self.state, "state", notes)
        inventory = shape["inventory"].fit(self.inventory, "inventory", notes)
        return {
            "schema": SCHEMA,
            "platform": self.platform,
            "simulated": self.simulated,
            "inventory": inventory,
            "state": state,
            "unknown": notes.unknown,
            "raw": notes.raw,
        }


def inventory_digest(facts: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the document's ``inventory`` as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(
        facts["inventory"], sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def validate(document: object) -> dict[str, Any]:
    """The same document, once it is known to be valid by ``schema.json``.

    Raises ``UserError`` at the first thing that is not. Takes time in proportion to the document, which the
    caller has bounded by reading it.
    """
    try:
        document_shape().check(document, "")
    except Misfit as misfit:
        raise UserError(
            "facts",
            "the facts are not in the format {schema} (at {path}); collect facts again",
            schema=SCHEMA,
            path=misfit.path[:160] or "$",
        ) from misfit
    assert isinstance(document, dict)  # noqa: S101 - what check has made sure of, for the type checker
    return document
