"""备份恢复演练记录: what was restored onto a scratch machine and proven, with the time that it took, to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ..backups.drill import Drilled, recovery_point, recovery_time, trouble
from ..i18n import Translator
from ..school_time import CHINA_STANDARD_TIME
from .desk import Desk
from .document import Align, Column, Field, Fields, Form, Opinion, Signatures, Table, Text
from .words import cell

_SHORT = 200
_MEASURE_MM = 22.0


def restore_drill(drilled: Sequence[Drilled], *, scratch: str, desk: Desk) -> Form:
    """``scratch`` is the machine that everything was restored onto."""
    _ = Translator("forms", desk.language)
    proven = sum(one.proven for one in drilled)
    point = recovery_point(drilled)
    troubles = [
        f"{one.host} {one.service} {one.archive}: {trouble(one).render(desk.language)}"
        for one in drilled
        if not one.proven
    ]
    return desk.form(
        _("Record of a restore drill"),
        f"{desk.made_on:%Y%m%d}",
        blocks=(
            Fields(
                rows=(
                    (
                        Field(_("Date"), desk.made_on.isoformat()),
                        Field(_("Restored onto"), cell(scratch, _SHORT)),
                    ),
                    (
                        Field(_("Proven"), _("{proven} of {all}", proven=proven, all=len(drilled))),
                        Field(_("Result"), _("passed") if proven == len(drilled) else _("NOT passed")),
                    ),
                    (
                        Field(_("Recovery time (RTO)"), _length(recovery_time(drilled), _)),
                        Field(_("Recovery point (RPO)"), "—" if point is None else _length(point, _)),
                    ),
                )
            ),
            Table(
                columns=(
                    Column(_("Machine"), 1.0),
                    Column(_("Service"), 0.9),
                    Column(_("Backup of"), 1.5),
                    Column(_("Files proven"), 1.5, Align.RIGHT),
                    Column(_("Rows proven"), 1.0, Align.RIGHT),
                    Column(_("Answers"), 0.7, Align.CENTER),
                    Column(_("Time taken"), 1.0, Align.RIGHT),
                    Column(_("Result"), 0.8, Align.CENTER),
                ),
                rows=tuple(_row(one, _) for one in drilled),
            ),
            Text(
                heading=_("What was not proven"),
                lines=tuple(cell(line, _SHORT) for line in troubles) or (_("Nothing."),),
            ),
            Text(
                lines=(
                    _(
                        "Files are proven by their SHA-256, databases by the rows of each table, both taken on the live"
                        " machine at the time of the backup. The live machine was not touched."
                    ),
                )
            ),
            Opinion(_("Measures"), height_mm=_MEASURE_MM),
            Signatures((_("Administrator"), _("Head of the computer centre"), _("Vice principal"))),
        ),
    )


def _row(one: Drilled, _: Translator) -> tuple[str, ...]:
    whole = one.files - len(one.wrong) - len(one.missing)
    answers = {True: _("yes"), False: _("no"), None: "—"}[one.answered]
    return (
        cell(one.host, _SHORT),
        cell(one.service, _SHORT),
        "—" if one.at is None else f"{one.at.astimezone(CHINA_STANDARD_TIME):%Y-%m-%d %H:%M}",
        f"{whole}/{one.files}",
        str(one.rows),
        answers,
        _length(one.took, _),
        _("proven") if one.proven else _("NOT proven"),
    )


def _length(time: timedelta, _: Translator) -> str:
    """``26 h 3 min``, ``4 min 10 s``: the two largest units."""
    seconds = int(time.total_seconds())
    if seconds >= 3600:
        return _("{hours} h {minutes} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)
    return _("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)
