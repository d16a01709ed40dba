"""Asks a projector in PJLink, class 1 and 2 (JBMIA, PJLink Specifications 2.10); the MD5 log-in included."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ..i18n import UserError
from .lines import Lines, conversation
from .target import Target

# The order of asking: class first, because a projector of class 1 may hang up at a question of class 2.
CLASS_1 = ("CLSS", "NAME", "INF1", "INF2", "INFO", "POWR", "LAMP", "ERST")
CLASS_2 = ("SNUM", "SVER", "FILT", "RLMP")
_GREETING = re.compile(rb"PJLINK (?:(0)|1 ([0-9A-Za-z]{1,32}))\s*")
_STRAY_LINES = 8
_REFUSED = b"PJLINK ERRA"
_ERRORS = {b"ERR1": "absent", b"ERR2": "absent", b"ERR3": "unreadable", b"ERR4": "unreadable"}


def ask(target: Target) -> dict[str, Any]:
    """The ``answers`` and ``faults`` of evidence, by command (``INF1``).

    Raises ``Unreachable``, and ``UserError`` for a password that is missing or wrong and for what is no projector.
    """
    asked: dict[str, dict[str, Any]] = {"answers": {}, "faults": {}}
    with conversation(target, b"\r") as lines:
        login = _login(lines, target)
        for name in CLASS_1:
            _question(lines, target, f"{login}%1{name} ?", asked)
            login = ""
        if asked["answers"].get("CLSS", "").strip() == "2":
            for name in CLASS_2:
                _question(lines, target, f"%2{name} ?", asked)
    if not asked["answers"]:
        raise _no_projector(target)
    return asked


def _no_projector(target: Target) -> UserError:
    return UserError(
        "devices", "{address} does not speak PJLink; check the address and the port", address=target.shown
    )


def _login(lines: Lines, target: Target) -> str:
    """What goes before the first command: MD5 of the projector's random number and the password, in hex."""
    greeting = _GREETING.fullmatch(lines.line())
    if greeting is None:
        raise _no_projector(target)
    if greeting[1]:
        return ""
    password = target.secrets.get("password")
    if password is None:
        raise UserError(
            "devices",
            "{address} asks for the PJLink password; set lab_pjlink_password in a vaulted file",
            address=target.shown,
        )
    return hashlib.md5(greeting[2] + password.encode(), usedforsecurity=False).hexdigest()


def _question(lines: Lines, target: Target, text: str, asked: dict[str, dict[str, Any]]) -> None:
    """Send ``text`` and put what comes back under the command's name."""
    name = text[-6:-2]
    lines.send(text)
    for _line in range(_STRAY_LINES):
        line = lines.line().strip()
        if line == _REFUSED:
            raise UserError(
                "devices",
                "{address} refused the PJLink password; compare lab_pjlink_password with the projector's own setting",
                address=target.shown,
            )
        head, equals, value = line.partition(b"=")
        if equals and head[2:].upper() == name.encode():
            if error := _ERRORS.get(value.upper()):
                asked["faults"][name] = {"error": error}
            else:
                asked["answers"][name] = value.decode("latin-1")
            return
    asked["faults"][name] = {"error": "unreadable", "detail": "answers to other questions"}
