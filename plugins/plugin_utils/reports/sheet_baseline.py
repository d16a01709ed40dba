"""基线: which computers are as the school wants them, room by room, and what is not."""

from __future__ import annotations

from collections.abc import Iterable

from ..ledger.records import LookedAt
from ..ledger.vocabulary import room_key
from ..registers.state import State as Registers
from .sheets import Cell, Column, Row, Sheet, Table, Task
from .views import natural
from .words import State, Words

_SHOWN = 8


def baseline_sheet(registers: Registers, words: Words) -> Sheet:
    """The computers of each room that are not as wanted or could not be looked at; how many are."""
    _ = words.translate
    baseline = registers.baseline
    pcs = () if baseline is None else baseline.pcs
    numbers = {asset.id: asset.asset_number for asset in registers.assets.values()}
    assets = {
        machine.host: numbers[machine.asset_id]
        for machine in registers.machines
        if machine.asset_id in numbers
    }
    drifted = sum(bool(pc.drift) for pc in pcs)
    silent = sum(not pc.looked for pc in pcs)
    rooms = _by_room(pcs)
    return Sheet(
        name="baseline",
        title=_("Baseline"),
        lead=_(
            "What a look at each computer found: accounts, services, packages and files as the school wants them."
        )
        if baseline is None
        else _(
            "What a look at each computer found. The result is as it was on {at}, or has not changed since.",
            at=words.moment(baseline.changed_at),
        ),
        empty=_(
            "No computer was looked at yet. The errand check_baseline looks at all of them and changes nothing."
        ),
        figure=_(
            "{n} of {pcs} not as wanted, {silent} not looked at", n=drifted, pcs=len(pcs), silent=silent
        ),
        urgent=bool(drifted),
        tables=tuple(
            Table(
                key=f"room-{number:d}",
                title=_(
                    "{room}: {n} of {pcs} as wanted",
                    room=title or _("No room"),
                    n=sum(pc.looked and not pc.drift for pc in inside),
                    pcs=len(inside),
                ),
                columns=(
                    Column(title=_("Host")),
                    Column(title=_("Seat")),
                    Column(title=_("State")),
                    Column(title=_("Not as wanted")),
                ),
                rows=tuple(
                    _row(pc, assets.get(pc.host), words) for pc in inside if pc.drift or not pc.looked
                ),
                empty=_("All of them are as wanted."),
            )
            for number, (title, inside) in enumerate(rooms, start=1)
        ),
        tasks=tuple(
            _task(title, bad, words) for title, inside in rooms if (bad := [pc for pc in inside if pc.drift])
        ),
    )


def _by_room(pcs: Iterable[LookedAt]) -> list[tuple[str | None, list[LookedAt]]]:
    rooms: dict[str | None, tuple[str | None, list[LookedAt]]] = {}
    for pc in sorted(pcs, key=lambda pc: (natural(pc.seat), pc.host)):
        rooms.setdefault(room_key(pc.room), (pc.room, []))[1].append(pc)
    return sorted(rooms.values(), key=lambda room: natural(room[0]))


def _row(pc: LookedAt, asset: str | None, words: Words) -> Row:
    _ = words.translate
    more = len(pc.drift) - _SHOWN
    texts = [*pc.drift[:_SHOWN], *((_("and {n} more", n=more),) if more > 0 else ())]
    state = (
        Cell(text=_("Not as wanted"), badge=State.FINDING)
        if pc.looked
        else Cell(text=_("Not looked at"), badge=State.SILENT)
    )
    return Row(
        subject=f"baseline:{pc.host}",
        cells=(
            Cell(text=pc.host, subject=None if asset is None else f"asset:{asset}"),
            Cell(text=pc.seat or "—"),
            state,
            Cell(text=_("; ").join(texts) or "—", note=_("; ").join(pc.notes[:_SHOWN]) or None),
        ),
        assets=() if asset is None else (asset,),
        rooms=(pc.room,) if pc.room else (),
    )


def _task(room: str | None, drifted: list[LookedAt], words: Words) -> Task:
    return Task(
        subject=f"baseline:{drifted[0].host}",
        badge=State.FINDING,
        kind=words.translate("Baseline"),
        text=room or words.translate("No room"),
        note=words.translate.plural(
            "{n} computer is not as wanted", "{n} computers are not as wanted", len(drifted)
        ),
    )
