"""软件授权对照表: what is owned against what is installed, by licence and room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..i18n import Translator
from ..ledger.vocabulary import plain as comparable
from ..registers.licence_report import LicenceReport, LicenceState, LicenceUse, compare
from ..registers.licences import Licence
from ..registers.state import State
from ..reports.text import plain
from .desk import Desk
from .document import Align, Block, Column, Form, Signatures, Table, Text

ALL_LICENCES = "all"
_HOSTS_SHOWN = 20
_PLACES = 200  # characters of a list of rooms


def licences(state: State, number: str, desk: Desk) -> Form:
    """The comparison as things are on ``state.today``: of one licence by its number, or of all. Raises UserError
    where the register has no such number."""
    report = compare(state)
    if number.strip() not in ("", ALL_LICENCES):
        licence = state.one(Licence, number)
        title = comparable(licence.title)
        report = replace(
            report,
            uses=tuple(use for use in report.uses if use.licence.number == licence.number),
            unlicensed=tuple(each for each in report.unlicensed if comparable(each.product) == title),
        )
    return licence_table(report, desk)


def licence_table(report: LicenceReport, desk: Desk) -> Form:
    """One row for a licence, and one for each room that uses it or of which too little is known."""
    _ = Translator("licences", desk.language)
    return desk.form(
        _("Comparison of software licences"),
        desk.made_on.isoformat(),
        code=desk.code("licences"),
        landscape=True,
        blocks=(
            Text(lines=tuple(_summary(report, _))),
            Table(
                columns=(
                    Column(_("Licence"), 1.3, Align.CENTER),
                    Column(_("Product"), 2.6),
                    Column(_("Publisher"), 1.6),
                    Column(_("Proof"), 1.8),
                    Column(_("Term"), 2.2, Align.CENTER),
                    Column(_("Room"), 1.6),
                    Column(_("Seats"), 0.8, Align.RIGHT),
                    Column(_("In use"), 0.8, Align.RIGHT),
                    Column(_("Not known"), 0.9, Align.RIGHT),
                    Column(_("Result"), 2),
                ),
                rows=[row for use in report.uses for row in _rows(use, _)],
            ),
            *_unlicensed(report, _),
            Signatures((_("Made by"), _("Checked by"), _("Head in charge"))),
        ),
    )


def _summary(report: LicenceReport, _: Translator) -> Iterator[str]:
    yield _(
        "{machines} computers; of {unknown} of them the installed packages are not known. Only listed products are "
        "compared.",
        machines=report.machines,
        unknown=len(report.unknown),
    )
    if report.unknown:
        yield _(
            "Not known: {hosts}. Collect their packages, then compare again.", hosts=_hosts(report.unknown)
        )


def _hosts(hosts: tuple[str, ...]) -> str:
    return ", ".join(hosts[:_HOSTS_SHOWN]) + (" …" if len(hosts) > _HOSTS_SHOWN else "")


def _rows(use: LicenceUse, _: Translator) -> Iterator[tuple[str, ...]]:
    licence = use.licence
    states = {
        LicenceState.OVER_USED: _("over-used by {n}", n=len(use.over)),
        LicenceState.EXPIRED: _("expired"),
        LicenceState.ENDED: _("ended"),
        LicenceState.FUTURE: _("not begun"),
        LicenceState.EXPIRING: _("expires soon"),
        LicenceState.UNUSED: _("unused"),
        LicenceState.UNCERTAIN: _("not all known"),
        LicenceState.FITS: _("fits"),
    }
    until = licence.valid_until.isoformat() if licence.valid_until else _("for ever")
    places = plain("、".join((*licence.rooms, *licence.departments)), _PLACES) or _("everywhere")
    yield (
        licence.number,
        licence.title,
        licence.publisher or "",
        licence.proof,
        f"{licence.valid_from.isoformat()} – {until}",
        places,
        str(licence.seats),
        str(use.used),
        str(use.unknown),
        "; ".join(states[each] for each in use.states),
    )
    for room in use.rooms:
        yield (
            *("",) * 5,
            room.room or _("no room"),
            "",
            str(room.used),
            str(room.unknown),
            "",
        )


def _unlicensed(report: LicenceReport, _: Translator) -> Iterator[Block]:
    if not report.unlicensed:
        return
    yield Text(heading=_("Installed without a licence"))
    yield Table(
        columns=(
            Column(_("Product"), 2.6),
            Column(_("Room"), 1.6),
            Column(_("Computers"), 1, Align.RIGHT),
            Column(_("Names"), 6),
        ),
        rows=[
            (each.product, each.room or _("no room"), str(len(each.hosts)), _hosts(each.hosts))
            for each in report.unlicensed
        ],
    )
