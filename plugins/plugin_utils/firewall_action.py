"""What the actions share that speak to the program on the firewall (``roles/firewall/files/jifang_firewall.py``)."""

from __future__ import annotations

import shlex
from typing import Any

from .facts.shape import clean_text
from .i18n import UserError
from .network_action import NetworkAction

PROGRAM = "/usr/local/sbin/jifang-firewall"
_NOT_THERE = 127  # the shell's word for a command that is not found: POSIX, 2.8.2
_SHOWN = 600


class FirewallAction(NetworkAction):
    def call(self, *words: str) -> tuple[int, str]:
        """Exit code and words of the program, over a connection of its own where none is kept open."""
        command = " ".join(shlex.quote(word) for word in (PROGRAM, *words))
        done: dict[str, Any] = self._low_level_execute_command(command)
        said = clean_text(f"{done.get('stdout', '')} {done.get('stderr', '')}")[:_SHOWN]
        return int(done.get("rc", 1)), said

    def called(self, *words: str) -> bool:
        """Whether it changed something. Raises ``UserError`` where it refused."""
        code, said = self.call(*words)
        if code == _NOT_THERE:
            raise UserError(
                "network", "The firewall was not set up yet. Run configure_firewall first, without --check."
            )
        if code:
            raise UserError("network", "The firewall refused and changed nothing: {said}", said=said)
        return said.startswith("changed")
