"""A Linux bridge that filters VLANs, as ``commit.Switch``: reached by whatever runs a command there."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from ..facts.shape import clean_text
from .linux import running_config
from .platforms import LINUX_BRIDGE
from .session import Refused

Run = Callable[[str], tuple[int, str]]

_UNDO = "/run/jifang-switch-undo.sh"
_WAITING = "/run/jifang-switch-undo.pid"
_SHOWN = 300
_MARK = "jifang-refused:"


class BridgeSwitch:
    """``run`` gives exit code and output of a shell's command, and raises ``SessionError`` where none came about."""

    restarts = False

    def __init__(self, run: Run) -> None:
        self._run = run
        self._said("true")

    def ask(self, command: str) -> str:
        return self._said(command)

    def running(self) -> str:
        links, vlans = LINUX_BRIDGE.show_running
        return running_config(self._said(links), self._said(vlans))

    def saved(self) -> str:
        """What the bridge is at its start, the system's own configuration says; nothing here is saved."""
        return self.running()

    def save(self) -> None:
        pass

    def arm(self, minutes: int, undo: tuple[str, ...]) -> None:
        """The way back lies on the machine, and its own systemd goes it; without systemd a process of its own does."""
        script = "".join(f"{command}\n" for command in undo)
        (systemd,) = LINUX_BRIDGE.rollback.start
        alone = f"setsid sh -c 'echo $$ > {_WAITING}; sleep {minutes * 60}; sh {_UNDO}' </dev/null >/dev/null 2>&1 &"
        self._said(
            f"umask 077; printf %s {shlex.quote(script)} > {_UNDO} && if [ -d /run/systemd/system ]; then "
            f"{systemd.format(minutes=minutes, undo=_UNDO)}; else {alone} fi"
        )

    def apply(self, commands: tuple[str, ...]) -> None:
        """All in one go, up to the first that is refused."""
        lines = [
            f"{command} || {{ echo {_MARK}{number}; exit 1; }}" for number, command in enumerate(commands)
        ]
        code, said = self._run("\n".join(lines))
        if code:
            _, mark, number = said.rpartition(_MARK)
            digits = number.split(maxsplit=1)[0] if mark and number.split() else ""
            at = int(digits) if digits.isdigit() and int(digits) < len(commands) else 0
            raise Refused(commands[at], clean_text(said.partition(_MARK)[0])[:_SHOWN])

    def disarm(self) -> None:
        (systemd,) = LINUX_BRIDGE.rollback.confirm
        self._said(
            f"if [ -d /run/systemd/system ]; then {systemd}; else kill -- -$(cat {_WAITING}); fi; "
            f"rm -f {_UNDO} {_WAITING}"
        )

    def take_back(self, undo: tuple[str, ...]) -> None:
        """Some of it may never have been done: what counts is what runs afterwards."""
        self._run("\n".join(undo))

    def close(self) -> None:
        pass

    def _said(self, command: str) -> str:
        code, said = self._run(command)
        if code:
            raise Refused(command[:_SHOWN], clean_text(said)[:_SHOWN])
        return said
