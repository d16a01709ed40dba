"""维修: what is broken and waits for what, what was mended, and what it cost in each term."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from ..ledger.records import Asset
from ..registers.repair_reports import Doubt, days_open, parts_to_confirm, totals
from ..registers.repairs import FaultCause, Repair, RepairRoute, RepairStage, open_repairs
from ..registers.state import State as Registers
from ..registers.terms import Term
from .sheets import Bar, Cell, Chart, Column, Row, Sheet, Table, Task, asset_cell, row_of, share_of
from .words import State, Words, money

REPAIR_STAGES = {
    RepairStage.OPEN: "To be diagnosed",
    RepairStage.DIAGNOSED: "To be decided",
    RepairStage.DECIDED: "Being repaired",
    RepairStage.CLOSED: "Closed",
}
FAULT_CAUSES = {
    FaultCause.WEAR: "Wear",
    FaultCause.DAMAGE: "Damage by people",
    FaultCause.UNKNOWN: "Cause unknown",
}
REPAIR_ROUTES = {
    RepairRoute.WARRANTY: "Under warranty, by the vendor",
    RepairRoute.STOCK: "With parts from the store",
    RepairRoute.PURCHASE: "With parts to be bought",
    RepairRoute.NO_PARTS: "Without parts",
    RepairRoute.SCRAP: "Not repaired, to be scrapped",
}
DOUBTS = {
    Doubt.AWAITED: "not seen since the repair",
    Doubt.UNREADABLE: "seen since, but its serial could not be read",
    Doubt.DIFFERENT: "another serial was seen",
}
_TERMS_SHOWN = 8
_TITLE = 100


def repairs_sheet(registers: Registers, words: Words) -> Sheet:
    """Open repairs with the oldest first, then the closed ones, newest first."""
    _ = words.translate
    repairs = registers.all(Repair).values()
    waiting = open_repairs(registers)
    closed = sorted(
        ((repair.closing.closed_on, repair) for repair in repairs if repair.closing is not None),
        key=lambda pair: (pair[0], pair[1].number),
        reverse=True,
    )
    head = (
        Column(title=_("Repair")),
        Column(title=_("Asset"), names_asset=True),
        Column(title=_("Fault")),
        Column(title=_("Place")),
        Column(title=_("Reported on")),
    )
    return Sheet(
        name="repairs",
        title=_("Repairs"),
        lead=_("Each fault from its report to its end: diagnosed, decided, repaired, accepted."),
        empty=_("No fault has been reported yet. The errand open_repair enters one and prints its record."),
        figure=_("{n} open, {closed} closed", n=len(waiting), closed=len(closed)),
        urgent=bool(waiting),
        chart=_cost_per_term(registers, words),
        tables=(
            Table(
                key="open",
                title=_("Open repairs"),
                columns=(*head, Column(title=_("Stage")), Column(title=_("Way"))),
                rows=tuple(_open_row(registers, repair, words) for repair in waiting),
                empty=_("Nothing is waiting for repair."),
            ),
            Table(
                key="closed",
                title=_("Closed repairs"),
                columns=(
                    *head,
                    Column(title=_("Result")),
                    Column(title=_("Closed on")),
                    Column(title=_("Cost (CNY)"), numeric=True),
                ),
                rows=tuple(_closed_row(registers, repair, words) for _day, repair in closed),
            ),
        ),
        tasks=(
            *(_task(registers, repair, words) for repair in waiting),
            *_parts_in_doubt(registers, words),
        ),
    )


def _head(registers: Registers, repair: Repair, words: Words) -> tuple[Cell, ...]:
    return (
        Cell(text=repair.number),
        asset_cell(registers, repair.asset_number),
        Cell(text=repair.fault, note=words.translate("Reported by {name}", name=repair.reported_by)),
        Cell(text=words.place(repair.room, repair.seat)),
    )


def _open_row(registers: Registers, repair: Repair, words: Words) -> Row:
    diagnosis, decision = repair.diagnosis, repair.decision
    way = Cell() if decision is None else Cell(text=words.translate(REPAIR_ROUTES[decision.route]))
    return row_of(
        repair,
        *_head(registers, repair, words),
        Cell(text=repair.opened_on.isoformat(), note=_open_for(registers, repair, words)),
        Cell(
            text=words.translate(REPAIR_STAGES[repair.stage]),
            badge=State.FINDING,
            note=None if diagnosis is None else diagnosis.broken_part,
        ),
        way,
        assets=(repair.asset_number,),
    )


def _closed_row(registers: Registers, repair: Repair, words: Words) -> Row:
    closing, diagnosis = repair.closing, repair.diagnosis
    cause = None if diagnosis is None else words.translate(FAULT_CAUSES[diagnosis.cause])
    return row_of(
        repair,
        *_head(registers, repair, words),
        Cell(text=repair.opened_on.isoformat()),
        Cell(text=closing.result if closing else "", note=cause),
        Cell(
            text=words.value(closing.closed_on if closing else None),
            note=words.translate.plural("down for {n} day", "down for {n} days", repair.downtime_days or 0),
        ),
        Cell(text=money(closing.cost) if closing else ""),
        assets=(repair.asset_number,),
        words=tuple(part.serial for part in closing.new_parts) if closing else (),
    )


def _open_for(registers: Registers, repair: Repair, words: Words) -> str:
    return words.translate.plural("open for {n} day", "open for {n} days", days_open(repair, registers.today))


def _task(registers: Registers, repair: Repair, words: Words) -> Task:
    return Task(
        subject=f"repair:{repair.number}",
        badge=State.FINDING,
        kind=words.translate("Open repair"),
        text=_titled(registers.assets.get(repair.asset_number), repair),
        note=words.translate(
            "{fault}: {stage}, {days}",
            fault=repair.fault[:_TITLE],
            stage=words.translate(REPAIR_STAGES[repair.stage]),
            days=_open_for(registers, repair, words),
        ),
    )


def _titled(asset: Asset | None, repair: Repair) -> str:
    return f"{repair.asset_number} {asset.name}" if asset is not None else repair.asset_number


def _parts_in_doubt(registers: Registers, words: Words) -> list[Task]:
    """New parts that facts deny or cannot tell. One whose machine was not seen since is only waited for."""
    return [
        Task(
            subject=f"repair:{each.repair.number}",
            badge=State.FINDING,
            kind=words.translate("New part not confirmed"),
            text=_titled(registers.assets.get(each.repair.asset_number), each.repair),
            note=words.translate(
                "{part} {serial}: {doubt}",
                part=words.component_kinds[each.part.component],
                serial=each.part.serial,
                doubt=words.translate(DOUBTS[each.doubt]),
            ),
        )
        for each in parts_to_confirm(registers)
        if each.doubt is not Doubt.AWAITED
    ]


def _cost_per_term(registers: Registers, words: Words) -> Chart | None:
    """The newest terms in which a fault was reported, in the order of time; None without any."""
    _ = words.translate
    cost: defaultdict[Term, Decimal] = defaultdict(Decimal)
    number: Counter[Term] = Counter()
    for total in totals(registers.all(Repair).values(), registers.assets):
        cost[total.term] += total.cost
        number[total.term] += total.repairs
    if not cost:
        return None
    terms = sorted(cost)[-_TERMS_SHOWN:]
    highest = max(cost[term] for term in terms)
    return Chart(
        title=_("Cost per term"),
        head=(_("Term"), _("Cost (CNY)"), _("Repairs")),
        bars=tuple(
            Bar(
                label=term.message().render(words.language),
                value=money(cost[term]),
                share=share_of(float(cost[term]), float(highest)),
                note=_.plural("{n} repair", "{n} repairs", number[term]),
            )
            for term in terms
        ),
    )
