"""Asks a NUT server (upsd) for the variables of one UPS: ``LIST UPS`` and ``LIST VAR`` (NUT network protocol).

Reading needs no log-in, so that no password is sent: the protocol would send it in the clear.
"""

from __future__ import annotations

import re
from typing import Any

from ..i18n import UserError
from .lines import Lines, conversation
from .target import Target

MAX_LINES = 1024
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LISTED = re.compile(r'UPS ([A-Za-z0-9_.-]{1,64}) "')


def ask(target: Target) -> dict[str, Any]:
    """The ``answers`` and ``faults`` of evidence: ``LIST VAR`` has the server's own lines.

    Raises ``Unreachable``, and ``UserError`` where the server refuses or it is not clear which UPS is meant.
    """
    with conversation(target, b"\n") as lines:
        name = target.ups or _only(lines, target)
        if not _NAME.fullmatch(name):
            raise UserError(
                "devices",
                "the variable lab_nut_ups is {value}, which is no name of a UPS in NUT; take the one from ups.conf",
                value=name[:64],
            )
        text = "\n".join(_list(lines, target, f"VAR {name}"))
    return {"answers": {"LIST VAR": text}, "faults": {}}


def _only(lines: Lines, target: Target) -> str:
    names = [found[1] for line in _list(lines, target, "UPS") if (found := _LISTED.match(line))]
    if len(names) == 1:
        return names[0]
    if names:
        raise UserError(
            "devices",
            "{address} serves several UPS: {names}; make each a host of the inventory with its lab_nut_ups",
            address=target.shown,
            names=tuple(names[:10]),
        )
    raise UserError(
        "devices",
        "{address} serves no UPS; enter it in ups.conf of that server",
        address=target.shown,
    )


def _list(lines: Lines, target: Target, what: str) -> list[str]:
    """The lines between ``BEGIN LIST`` and ``END LIST``, bytes as latin-1."""
    lines.send(f"LIST {what}")
    first = lines.line().decode("latin-1").strip()
    if first.startswith("ERR "):
        raise UserError(
            "devices",
            "the NUT server {address} answered {error}; check lab_nut_ups, the UPS driver and the server's access "
            "rules",
            address=target.shown,
            error=first[4:60],
        )
    if first != f"BEGIN LIST {what}":
        raise UserError(
            "devices", "{address} is no NUT server; check the address and the port", address=target.shown
        )
    found: list[str] = []
    while len(found) < MAX_LINES:
        line = lines.line().decode("latin-1")
        if line.strip() == f"END LIST {what}":
            return found
        found.append(line)
    raise UserError(
        "devices",
        "{address} sent more than such a device does; check that the address and port are those of "
        "the device, and look at it",
        address=target.shown,
    )
