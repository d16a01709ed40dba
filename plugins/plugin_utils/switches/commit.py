"""A change that takes itself back: whatever fails, the switch ends as it was or says how it will.

====  =======================================  ==================================================================
step  what is done                             where it fails
====  =======================================  ==================================================================
1     the running configuration is read        nothing was touched
2     what runs unsaved is saved, for a        nothing was changed
      restart must bring back what runs now
3     the switch's own timer is started        the timer is stopped, nothing was changed
4     the commands are typed                   the commands of the way back are typed, and proven; else the timer
5     a *new* session sees the change          the same over a new session; else the timer
6     the timer is stopped                     once more over a new session; else the timer
7     it is saved                              it runs, unsaved; said
====  =======================================  ==================================================================

From 3 to 6 the switch finds back by itself, also where the control node dies. Everything that takes time or speaks to
a switch is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from ..i18n import Message
from .diff import ChangePlan
from .session import Refused, SessionError, UnknownKey, WrongPassword


class Switch(Protocol):
    """One session. Every method raises ``SessionError`` where it ended and ``Refused`` where the switch says no.

    ``restarts``: whether its timer starts it again, so that what was not saved is lost. ``apply`` that raises
    ``Untouched`` changed nothing.
    """

    restarts: bool

    def running(self) -> str: ...
    def saved(self) -> str: ...
    def save(self) -> None: ...
    def arm(self, minutes: int, undo: tuple[str, ...]) -> None: ...
    def apply(self, commands: tuple[str, ...]) -> None: ...
    def disarm(self) -> None: ...
    def take_back(self, undo: tuple[str, ...]) -> None: ...
    def ask(self, command: str) -> str: ...
    def close(self) -> None: ...


class Untouched(Refused):
    """It was refused before anything counted."""


class Result(StrEnum):
    SAME = "same"  # nothing was to be done
    DONE = "done"
    UNTOUCHED = "untouched"
    TAKEN_BACK = "taken_back"  # proven
    RETURNED = "returned"  # the switch did it by itself; proven
    LOST = "lost"  # it should come back by itself and has not yet answered
    UNSAVED = "unsaved"  # the change holds, but only until the next start


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``before`` is the running configuration as it was read first, ``after`` as the proof saw it; None where not."""

    result: Result
    message: Message
    plan: ChangePlan = field(default_factory=ChangePlan)
    before: str | None = None
    after: str | None = None

    @property
    def changed(self) -> bool:
        return self.result in (Result.DONE, Result.UNSAVED)

    @property
    def failed(self) -> bool:
        return self.result not in (Result.SAME, Result.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """``connect`` opens a new session. ``plan`` makes of a running configuration what is to be done. ``alike`` says
    whether two configurations are the same. ``minutes``: how long the switch waits, each of ``minute`` seconds;
    ``back``: how many seconds longer its restart takes; ``pause``: seconds between two attempts to reach it.
    """

    connect: Callable[[], Switch]
    plan: Callable[[str], ChangePlan]
    alike: Callable[[str, str], bool]
    now: Callable[[], float]
    sleep: Callable[[float], None]
    minutes: int = 5
    minute: float = 60.0
    back: float = 600.0
    pause: float = 2.0
    save_unsaved: bool = False


def said(text: str, **fields: object) -> Message:
    return Message("switching", text, fields)


def reason(error: Exception) -> Message:
    """A ``Refused`` or ``SessionError`` as part of a sentence."""
    if isinstance(error, Refused):
        return said("the switch refused “{command}”: {said}", command=error.command, said=error.said)
    if isinstance(error, UnknownKey):
        return said("its SSH host key is not the known one, or none is known")
    if isinstance(error, WrongPassword):
        return said("it refuses the user, the password or the key")
    return said("the session failed: {said}", said=str(error))


_FAULTS = (Refused, SessionError)


def commit(means: Means) -> Outcome:
    """Brings a switch to what ``means.plan`` wants; never raises for what a switch does."""
    try:
        switch = means.connect()
    except _FAULTS as error:
        return _untouched(error)
    try:
        before = switch.running()
        plan = means.plan(before)
        unsaved = not means.alike(before, switch.saved())
        if plan.empty:
            return _same(means, switch, before, plan, unsaved)
        if unsaved and switch.restarts:
            switch.save()
        switch.arm(means.minutes, plan.rollback)
    except _FAULTS as error:
        _quietly(switch.disarm)
        _quietly(switch.close)
        return _untouched(error)
    except BaseException:
        _quietly(switch.close)
        raise
    return _Armed(means, before, plan).go_on(switch)


def _untouched(error: Exception) -> Outcome:
    return Outcome(result=Result.UNTOUCHED, message=said("Nothing was changed: {why}.", why=reason(error)))


def _same(means: Means, switch: Switch, before: str, plan: ChangePlan, unsaved: bool) -> Outcome:
    result, message = Result.SAME, said("It is as it should be.")
    if unsaved and means.save_unsaved:
        switch.save()
        result, message = Result.DONE, said("It is as it should be; what ran unsaved was saved.")
    elif unsaved:
        message = said(
            "It is as it should be, but not saved: a restart would lose it. Save it with -e switches_save=true."
        )
    _quietly(switch.close)
    return Outcome(result=result, message=message, plan=plan, before=before)


@dataclass(frozen=True, slots=True)
class _Armed:
    """The switch's timer runs; ``before`` is what it goes back to."""

    means: Means
    before: str
    plan: ChangePlan

    def go_on(self, switch: Switch) -> Outcome:
        deadline = self.means.now() + self.means.minutes * self.means.minute * 2 / 3
        try:
            switch.apply(self.plan.commands)
        except Untouched as error:
            _quietly(switch.disarm)
            _quietly(switch.close)
            return self._outcome(Result.TAKEN_BACK, said("Nothing was changed: {why}.", why=reason(error)))
        except Refused as error:
            return self._take_back(switch, reason(error))
        except SessionError:
            pass  # a change may cut the session that made it: whether it holds, a new one says
        _quietly(switch.close)
        return self._prove(deadline)

    def _prove(self, deadline: float) -> Outcome:
        fresh = self._answering(deadline)
        if fresh is None:
            return self._await(said("the switch did not answer a new session after the change"))
        try:
            after = fresh.running()
            left = self.means.plan(after)
        except _FAULTS as error:
            return self._take_back(fresh, reason(error))
        if not left.empty:
            return self._take_back(
                fresh,
                said(
                    "the switch said nothing and did not do it: {what}",
                    what=left.commands[:3],
                ),
            )
        return replace(self._keep(fresh), after=after)

    def _keep(self, switch: Switch) -> Outcome:
        try:
            switch.disarm()
        except _FAULTS as error:
            _quietly(switch.close)
            again = self._answering(self.means.now() + self.means.minute / 2)
            if again is None or not _quietly(again.disarm):
                if again is not None:
                    _quietly(again.close)
                return self._await(said("the switch's timer could not be stopped ({why})", why=reason(error)))
            switch = again
        try:
            switch.save()
        except _FAULTS as error:
            return self._outcome(
                Result.UNSAVED,
                said(
                    "The change works, but was not saved: {why}. A restart would lose it. Run again with "
                    "-e switches_save=true.",
                    why=reason(error),
                ),
            )
        finally:
            _quietly(switch.close)
        return self._outcome(Result.DONE, said("Changed, seen over a new session, and saved."))

    def _take_back(self, switch: Switch, why: Message) -> Outcome:
        """By the commands that lead back; where that cannot be proven, by waiting for the switch's own timer."""
        proven = False
        for attempt in range(2):
            try:
                if attempt:
                    fresh = self._answering(self.means.now() + self.means.minute / 2)
                    if fresh is None:
                        break
                    switch = fresh
                switch.take_back(self.plan.rollback)
                proven = self.means.alike(switch.running(), self.before)
                if proven:
                    switch.disarm()
                    break
            except _FAULTS:
                proven = False
            finally:
                _quietly(switch.close)
        if proven:
            return self._outcome(
                Result.TAKEN_BACK,
                said("The change was taken back at once, because {why}. It is as before.", why=why),
            )
        return self._await(why)

    def _await(self, why: Message) -> Outcome:
        """The switch is on its own now: see that it comes back as it was."""
        wait = self.means.minutes * self.means.minute
        end = self.means.now() + wait + self.means.back
        while (switch := self._answering(end)) is not None:
            try:
                if self.means.alike(switch.running(), self.before):
                    return self._outcome(
                        Result.RETURNED,
                        said(
                            "The switch went back to its former configuration by itself, because {why}.",
                            why=why,
                        ),
                    )
            except _FAULTS:
                pass
            finally:
                _quietly(switch.close)
            self.means.sleep(self.means.pause)
        return self._outcome(
            Result.LOST,
            said(
                "The switch was to go back by itself within {minutes} minutes, because {why}, but it has not been "
                "seen as before. Go to it.",
                why=why,
                minutes=self.means.minutes,
            ),
        )

    def _answering(self, deadline: float) -> Switch | None:
        """A new session, as soon as there is one; None where none came about in time."""
        while True:
            try:
                return self.means.connect()
            except _FAULTS:
                if self.means.now() + self.means.pause >= deadline:
                    return None
                self.means.sleep(self.means.pause)

    def _outcome(self, result: Result, message: Message) -> Outcome:
        return Outcome(result=result, message=message, plan=self.plan, before=self.before)


def _quietly(act: Callable[[], None]) -> bool:
    """Whether it could be done; what is done here is a courtesy, or looked at afterwards."""
    try:
        act()
    except _FAULTS:
        return False
    return True
