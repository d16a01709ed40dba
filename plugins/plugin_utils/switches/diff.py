"""From the configuration that runs to the intended one, by the fewest commands."""

from __future__ import annotations

from dataclasses import dataclass

from ..i18n import Message


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """``commands`` in the order in which they are typed while configuring, each section entered and left again.

    ``rollback``: commands that lead back from there. ``words``: what is done, a sentence each. ``notes``: what was left
    as it is, and why.
    """

    commands: tuple[str, ...] = ()
    rollback: tuple[str, ...] = ()
    words: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.commands


def changes(platform: str, running: str, intended: str) -> ChangePlan:
    """``running``: the answer to ``show_running`` as it came; for Linux bridges what ``linux.running_config`` made of it.

    Raises ``UserError`` where ``intended`` has ports that are not there.
    """
    raise NotImplementedError
