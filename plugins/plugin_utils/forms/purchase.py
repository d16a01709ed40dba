"""计算机设备采购申请表."""

from __future__ import annotations

from ..i18n import Translator
from ..registers.purchases import PurchaseBasis, PurchaseLine, PurchaseRequest
from ..registers.state import State
from ..reports.text import plain
from .desk import Desk
from .document import Align, Column, Field, Fields, Form, Opinion, Signatures, Table

_NAME = 40  # characters of a name in a label


def purchase_request(state: State, number: str, desk: Desk) -> Form:
    """The request to sign. Raises UserError where there is none of that number."""
    request = state.one(PurchaseRequest, number)
    _ = Translator("requests", desk.language)
    return desk.form_of(
        state,
        request,
        _("Request to purchase computer equipment"),
        landscape=True,
        blocks=(
            Fields(
                rows=(
                    (
                        Field(_("Request number"), request.number),
                        Field(_("Department"), request.department or ""),
                        Field(_("The applicant"), request.applicant),
                        Field(_("The day of the request"), request.requested_on.isoformat()),
                    ),
                    (Field(_("The reason for the purchase"), request.reason, span=4),),
                )
            ),
            _lines(request, _),
            Opinion(_("Opinion of the department"), height_mm=16),
            Opinion(_("Opinion of the finance office (source of the money)"), height_mm=16),
            Opinion(_approval(request, _), height_mm=16),
            Fields(
                rows=(
                    (
                        Field(_("The day of receipt"), _day(request)),
                        Field(_("Delivery note"), request.delivery_note or ""),
                        Field(_("Who received it"), request.received_by or ""),
                    ),
                )
            ),
            Signatures((_("The applicant"), _("Asset management"), _("Received and checked by"))),
        ),
    )


def _day(request: PurchaseRequest) -> str:
    return request.received_on.isoformat() if request.received_on else ""


def _lines(request: PurchaseRequest, _: Translator) -> Table:
    total = request.total
    return Table(
        columns=(
            Column(_("No."), 0.9, Align.CENTER),
            Column(_("Item"), 2),
            Column(_("Wanted specification"), 3),
            Column(_("Quantity"), 1, Align.RIGHT),
            Column(_("Unit"), 0.8, Align.CENTER),
            Column(_("Estimated price"), 1.4, Align.RIGHT),
            Column(_("Amount"), 1.5, Align.RIGHT),
            Column(_("Basis"), 1.4, Align.CENTER),
            Column(_("Why"), 3.4),
            Column(_("Source of the money"), 1.6),
        ),
        rows=[_row(place, line, _) for place, line in enumerate(request.lines, start=1)],
        totals=(
            _("Total"),
            "",
            "",
            str(sum(line.quantity for line in request.lines)),
            "",
            "",
            "" if total is None else f"{total:,.2f}",
            "",
            "",
            "",
        ),
    )


def _row(place: int, line: PurchaseLine, _: Translator) -> tuple[str, ...]:
    bases = {
        PurchaseBasis.OVER_LIFE: _("past its years"),
        PurchaseBasis.FAULT: _("broken"),
        PurchaseBasis.SHORTAGE: _("missing"),
        PurchaseBasis.LOW_STOCK: _("low stock"),
        PurchaseBasis.NEED: _("needed for work"),
    }
    return (
        str(place),
        line.item,
        line.specification or "",
        str(line.quantity),
        line.unit or "",
        "" if line.unit_price is None else f"{line.unit_price:,.2f}",
        "" if line.amount is None else f"{line.amount:,.2f}",
        bases[line.basis],
        line.reason or "",
        line.budget_source or "",
    )


def _approval(request: PurchaseRequest, _: Translator) -> str:
    if request.approved_on is None:
        return _("Opinion of the principal")
    return _(
        "Opinion of the principal (approved by {who} on {day})",
        who=plain(request.approved_by or "", _NAME),
        day=request.approved_on.isoformat(),
    )
