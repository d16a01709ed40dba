"""From the configuration that runs to the intended one, by the fewest commands (``trees``), and back."""

from __future__ import annotations

from dataclasses import dataclass

from ..i18n import Message, UserError
from .claims import Claims, Part, align, read_claims
from .grammars import GRAMMARS
from .linux import commands as shell_commands
from .normal import normalised
from .platforms import LINUX_BRIDGE, PLATFORMS
from .trees import Comparison
from .wording import words_of

_PORTS_TOLD = 10


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
    """``running``: the answer to ``show_running`` as it came; of Linux bridges what ``linux`` made of it.

    Raises ``UserError`` where ``intended`` has ports that are not there.
    """
    traits, grammar = PLATFORMS[platform], GRAMMARS[platform]
    before = read_claims(grammar, normalised(platform, running))
    after = read_claims(grammar, intended)
    _check_ports(before, after)
    used, members = align(grammar, before, after)
    notes = [
        Message(
            "switches",
            "VLAN {vlan} is not described, but the switch still uses it, and it is kept. Describe it, or remove what "
            "uses it.",
            {"vlan": number},
        )
        for number in used
    ]
    notes += [
        Message(
            "switches",
            "Port {port} belongs to an aggregation. It is left as it is.",
            {"port": port},
        )
        for port in members
    ]
    for number, part in before.vlans.items():
        if number not in after.vlans:
            _keep_whole(part)
    commands = Comparison(traits, grammar, before, after).commands()
    rollback = Comparison(traits, grammar, after, before).commands()
    if traits is LINUX_BRIDGE:
        commands, rollback = list(shell_commands(commands)), list(shell_commands(rollback))
    return ChangePlan(
        commands=tuple(commands),
        rollback=tuple(rollback),
        words=tuple(words_of(grammar, before, after)),
        notes=tuple(notes),
    )


def _keep_whole(part: Part) -> None:
    """So that the rollback writes again all that goes with the section."""
    for index, text in enumerate(part.others):
        if not text.startswith(" "):
            part.lines[f"other {index}"] = text


def _check_ports(running: Claims, intended: Claims) -> None:
    missing = [
        part.header.removeprefix("interface ")
        for key, part in intended.ports.items()
        if key not in running.ports
    ]
    if missing:
        raise UserError(
            "switches",
            "The switch has no port {ports}. Write its ports' own names in lab_network.switches: interfaces.",
            ports=tuple(missing[:_PORTS_TOLD]),
        )
