"""警告单 with its two stubs: one stays in the computer room, the pupil takes the other."""

from __future__ import annotations

from ..i18n import Translator
from ..ledger.records import AttemptAction, AttemptUsers
from ..registers.state import State
from ..registers.warning_slips import Incident, WarningSlip
from ..school_time import CHINA_STANDARD_TIME
from .desk import Desk
from .document import Block, Column, Cut, Field, Fields, Form, Opinion, Signatures, Table, Text
from .words import cell

#: Both stubs stand on one page; of more attempts the slip says how many there were.
_ROWS_SHOWN = 2
_MEASURE_MM = 12.0
_SHORT = 120


def warning_slip(state: State, number: str, desk: Desk) -> Form:
    """The slip of that number. Raises UserError where there is none."""
    slip = state.one(WarningSlip, number)
    _ = Translator("forms", desk.language)
    signatures = Signatures((_("Pupil"), _("Class teacher"), _("Administrator")))
    return desk.form_of(
        state,
        slip,
        _("Warning slip"),
        blocks=(
            Text(lines=(_("Stub 1, kept by the administrator of the computer room"),)),
            *_record(slip, _),
            signatures,
            Cut(title=_("Warning slip")),
            Text(lines=(_("Stub 2, for the pupil and the class teacher"),)),
            _notice(slip, _),
            signatures,
        ),
    )


def _pupil(slip: WarningSlip, _: Translator) -> tuple[Field, Field]:
    return Field(_("Pupil"), cell(slip.pupil)), Field(_("Class"), cell(slip.pupil_class))


def _where(slip: WarningSlip, _: Translator) -> Field:
    return Field(_("Where"), cell(" ".join(filter(None, (slip.room, slip.seat, slip.host))), _SHORT))


def _times(slip: WarningSlip, _: Translator) -> Field:
    return Field(_("Times tried"), str(len(slip.incidents)))


def _record(slip: WarningSlip, _: Translator) -> tuple[Block, ...]:
    """What stays with the administrator: the newest attempts, as the computer recorded them."""
    measure: Block = (
        Fields(rows=((Field(_("Measure"), cell(slip.measure)),),))
        if slip.measure
        else Opinion(_("Measure"), height_mm=_MEASURE_MM)
    )
    return (
        Fields(
            rows=(
                _pupil(slip, _),
                (_where(slip, _), Field(_("Issued on"), slip.issued_on.isoformat())),
                (Field(_("Account logged in"), _accounts(slip, _)), _times(slip, _)),
            )
        ),
        Table(
            columns=(
                Column(_("Time"), 1.5),
                Column(_("Device"), 2.4),
                Column(_("USB number"), 1.1),
                Column(_("Serial"), 2.0),
                Column(_("Result"), 0.8),
            ),
            rows=tuple(_row(incident, _) for incident in slip.incidents[-_ROWS_SHOWN:]),
        ),
        Fields(rows=((Field(_("Rule broken"), cell(slip.rule)),),)),
        measure,
    )


def _notice(slip: WarningSlip, _: Translator) -> Fields:
    """What the pupil takes along: the same in a few lines."""
    devices = dict.fromkeys(incident.name or _device(incident, _) for incident in slip.incidents)
    days = dict.fromkeys(_moment(incident)[:10] for incident in slip.incidents)
    first, last = _moment(slip.incidents[0]), _moment(slip.incidents[-1])
    end = last[11:] if len(days) == 1 else last
    when = first if first == last else _("{first} to {last}", first=first, last=end)
    rows = [
        _pupil(slip, _),
        (_where(slip, _), _times(slip, _)),
        (Field(_("Time"), when), Field(_("Device"), cell(", ".join(devices), _SHORT))),
        (Field(_("Rule broken"), cell(slip.rule), span=2),),
    ]
    if slip.measure:
        rows.append((Field(_("Measure"), cell(slip.measure), span=2),))
    return Fields(rows=tuple(rows))


def _row(incident: Incident, _: Translator) -> tuple[str, ...]:
    ids = f"{incident.vendor_id}:{incident.product_id}" if incident.vendor_id and incident.product_id else ""
    result = _("refused") if incident.action is AttemptAction.REFUSED else _("let in")
    return (
        _moment(incident),
        cell(incident.name or _device(incident, _), _SHORT),
        ids,
        cell(incident.serial, _SHORT),
        result,
    )


def _moment(incident: Incident) -> str:
    return incident.at.astimezone(CHINA_STANDARD_TIME).strftime("%Y-%m-%d %H:%M")


def _device(incident: Incident, _: Translator) -> str:
    """What a device that calls itself nothing is called."""
    kinds = {
        "storage": _("USB stick or disk"),
        "phone": _("Phone"),
        "keyboard_with_storage": _("Keyboard with storage"),
        "card": _("Memory card"),
    }
    return kinds.get(incident.kind or "", _("USB device"))


def _accounts(slip: WarningSlip, _: Translator) -> str:
    """Who was logged in, and how that is known: a guess must not read like a record."""
    names = cell(", ".join(slip.accounts))
    match slip.accounts_from:
        case AttemptUsers.RECORD:
            return names or _("nobody (by the record of the computer)")
        case AttemptUsers.SESSION:
            return _("{names} (whose session went on at that time)", names=names)
        case AttemptUsers.NEAREST:
            return _("{names} (seen nearest to that time; find out whether it was that pupil)", names=names)
    return _("not known")
