"""软件授权: seats owned against computers that have the software."""

from __future__ import annotations

from ..registers.licence_report import LicenceState, LicenceUse, Unlicensed, compare
from ..registers.state import State as Registers
from .sheets import Cell, Column, Row, Sheet, Table, Task, row_of, share_of
from .words import State, Words

LICENCE_STATES = {
    LicenceState.OVER_USED: "Over-used",
    LicenceState.EXPIRED: "Expired",
    LicenceState.ENDED: "Ended",
    LicenceState.FUTURE: "Not valid yet",
    LicenceState.EXPIRING: "Expires soon",
    LicenceState.UNUSED: "Unused",
    LicenceState.UNCERTAIN: "Not all computers known",
    LicenceState.FITS: "Fits",
}
_BADGES = {
    LicenceState.OVER_USED: State.MISSING,
    LicenceState.EXPIRED: State.MISSING,
    LicenceState.EXPIRING: State.FINDING,
    LicenceState.FITS: State.OK,
}
_PRESSING = {LicenceState.OVER_USED, LicenceState.EXPIRING}


def licences_sheet(registers: Registers, words: Words) -> Sheet:
    """The gravest state first."""
    _ = words.translate
    report = compare(registers)
    order = list(LicenceState)
    uses = sorted(report.uses, key=lambda use: (order.index(use.states[0]), use.licence.number))
    tasks = tuple(_task(use, words) for use in uses if use.states[0] in _PRESSING)
    return Sheet(
        name="licences",
        title=_("Licences"),
        lead=_("Seats that the school owns, against the computers on which the software was found."),
        empty=_("No licence is entered yet. The errand enter_licence enters one with its proof."),
        figure=_.plural("{n} licence", "{n} licences", len(uses)),
        urgent=bool(tasks),
        tables=(
            Table(
                key="licences",
                title=_("Licences"),
                columns=(
                    Column(title=_("Licence")),
                    Column(title=_("Software")),
                    Column(title=_("Used")),
                    Column(title=_("Seats"), numeric=True),
                    Column(title=_("Valid until")),
                    Column(title=_("State")),
                    Column(title=_("Proof")),
                ),
                rows=tuple(_row(use, words) for use in uses),
            ),
        ),
        tasks=(*tasks, *(_unlicensed(each, words) for each in report.unlicensed)),
    )


def _row(use: LicenceUse, words: Words) -> Row:
    _ = words.translate
    licence, state = use.licence, use.states[0]
    until = _("for ever") if licence.valid_until is None else licence.valid_until.isoformat()
    more = [_(LICENCE_STATES[each]) for each in use.states[1:]]
    return row_of(
        licence,
        Cell(text=licence.number),
        Cell(text=licence.title, note=licence.publisher),
        Cell(
            text=str(use.used),
            share=share_of(use.used, licence.seats),
            note=_("unknown on {n}", n=use.unknown) if use.unknown else None,
        ),
        Cell(text=str(licence.seats)),
        Cell(text=until),
        Cell(
            text=_(LICENCE_STATES[state]),
            badge=_BADGES.get(state, State.UNCHECKED),
            note=", ".join(more) or None,
        ),
        Cell(text=licence.proof),
        words=(licence.proof,),
    )


def _task(use: LicenceUse, words: Words) -> Task:
    state = use.states[0]
    return Task(
        subject=f"licence:{use.licence.number}",
        badge=_BADGES[state],
        kind=words.translate("Licences"),
        text=use.licence.title,
        note=words.translate(
            "{state}: {used} of {seats} seats",
            state=words.translate(LICENCE_STATES[state]),
            used=use.used,
            seats=use.licence.seats,
        ),
    )


def _unlicensed(each: Unlicensed, words: Words) -> Task:
    return Task(
        subject="",
        badge=State.MISSING,
        kind=words.translate("Without a licence"),
        text=each.product,
        note=words.translate("{place}: {n} computers", place=words.place(each.room, None), n=len(each.hosts)),
    )
