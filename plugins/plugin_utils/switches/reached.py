"""The switches that are reached by a session: how each platform saves, waits and goes back, as ``commit.Switch``."""

from __future__ import annotations

from .commit import Untouched
from .platforms import Platform
from .session import Login, Refused, Session

_TRIAL = "configure session jifang"


class ReachedSwitch:
    def __init__(self, platform: Platform, login: Login) -> None:
        self.platform = platform
        self.restarts = platform.rollback.means == "reload"
        self._minutes = 0
        self._aborted = False
        self._session = Session(platform, login)

    def ask(self, command: str) -> str:
        return self._session.ask(command)

    def running(self) -> str:
        return self._session.running()

    def saved(self) -> str:
        return self._session.ask(self.platform.facts["unsaved"])

    def save(self) -> None:
        self._session.save()

    def arm(self, minutes: int, undo: tuple[str, ...]) -> None:  # noqa: ARG002 - it goes back by what it saved
        self._minutes = minutes
        if self.restarts:
            for command in self.platform.rollback.start:
                self._session.ask(command.format(minutes=minutes), self.platform.rollback.answers)
        else:
            # What a run that died has left in the session of configuration must not be committed with this.
            self._session.configure((), stay=True)
            self._session.leave()

    def apply(self, commands: tuple[str, ...]) -> None:
        if self.restarts:
            self._session.configure(commands)
            return
        # A session of configuration: nothing counts before it is committed, on trial.
        try:
            self._session.configure(commands, stay=True)
        except Refused as refused:
            raise Untouched(refused.command, refused.said) from refused
        for command in self.platform.rollback.start:
            self._session.ask(command.format(minutes=self._minutes))

    def disarm(self) -> None:
        if self._aborted:
            return
        for command in self.platform.rollback.confirm:
            self._session.ask(command)

    def take_back(self, undo: tuple[str, ...]) -> None:
        if not self.restarts:
            self._session.ask(f"{_TRIAL} abort")
            self._aborted = True
            return
        # Some of it may never have been done, and the switch then says so: what counts is what runs afterwards.
        self._session.try_to_configure(undo)

    def close(self) -> None:
        self._session.close()
