"""维修记录, 报修单 and 维修统计表: the papers of a repair (duties 5.4, 12.5)."""

from __future__ import annotations

from ..i18n import Translator, UserError
from ..ledger.records import Asset, ComponentKind
from ..registers.repair_decision import in_warranty, scrap_request_of
from ..registers.repair_reports import RepairTotal, totals
from ..registers.repairs import FaultCause, Repair, RepairRoute
from ..registers.state import State
from ..registers.stock import StockItem
from ..registers.terms import term_of
from .desk import Desk
from .document import Align, Block, Column, Field, Fields, Form, Opinion, Signatures, Table, Text

CAUSES = {
    FaultCause.WEAR: "wear",
    FaultCause.DAMAGE: "damage by a person",
    FaultCause.UNKNOWN: "cause unknown",
}
ROUTES = {
    RepairRoute.WARRANTY: "warranty call to the vendor",
    RepairRoute.STOCK: "own repair with parts from the store",
    RepairRoute.PURCHASE: "purchase of parts or repair outside",
    RepairRoute.NO_PARTS: "own repair without parts",
    RepairRoute.SCRAP: "not repaired, to be scrapped",
}
COMPONENTS = {
    ComponentKind.BOARD: "Mainboard",
    ComponentKind.CPU: "Processor",
    ComponentKind.MEMORY: "Memory",
    ComponentKind.DISK: "Disk",
    ComponentKind.GPU: "Graphics card",
    ComponentKind.NIC: "Network card",
    ComponentKind.MONITOR: "Monitor",
    ComponentKind.OPTICAL: "Optical drive",
    ComponentKind.BATTERY: "Battery",
}
#: The number that asks for the totals of all terms; one term is ``2026-1``: the year it begins in and its half.
ALL_TERMS = "all"


def repair_record(state: State, number: str, desk: Desk) -> Form:
    """The whole repair on one page, as far as it has gone. Raises UserError where there is none of that number."""
    repair = state.one(Repair, number)
    asset = state.asset(repair.asset_number)
    _ = Translator("repairs", desk.language)
    blocks: list[Block] = [_subject(repair, asset, _), _findings(repair, _), _decision(state, repair, _)]
    if repair.parts:
        blocks.append(_parts(state, repair, _))
    blocks.append(_end(repair, _))
    if repair.closing is not None and repair.closing.new_parts:
        blocks.append(_new_parts(repair, _))
    blocks.append(
        Signatures(
            (
                _("Reported by"),
                _("First confirmer"),
                _("Second confirmer"),
                _("Person in charge"),
                _("Accepted by"),
            )
        )
    )
    return desk.form_of(
        state,
        repair,
        _("Repair record"),
        blocks=blocks,
    )


def _model(asset: Asset) -> str:
    return " ".join(part for part in (asset.brand, asset.model) if part)


def _subject(repair: Repair, asset: Asset, _: Translator) -> Fields:
    place = " ".join(part for part in (repair.room, repair.seat) if part)
    warranty = asset.warranty_until.isoformat() if asset.warranty_until else ""
    return Fields(
        rows=(
            (Field(_("Repair number"), repair.number), Field(_("Asset number"), asset.asset_number)),
            (Field(_("Name"), asset.name), Field(_("Brand and model"), _model(asset))),
            (Field(_("Serial"), asset.serial or ""), Field(_("Room and seat"), place)),
            (
                Field(_("Reported by"), repair.reported_by),
                Field(_("Reported on"), repair.opened_on.isoformat()),
            ),
            (Field(_("Who sat there"), repair.sat_there or ""), Field(_("Warranty until"), warranty)),
            (Field(_("The fault"), repair.fault, span=2),),
        )
    )


def _findings(repair: Repair, _: Translator) -> Fields:
    found = repair.diagnosis
    return Fields(
        rows=(
            (
                Field(_("The broken part"), found.broken_part if found else ""),
                Field(_("Cause"), _(CAUSES[found.cause]) if found else ""),
            ),
            (
                Field(_("Confirmers"), "  ".join(found.confirmers) if found else ""),
                Field(_("Diagnosed on"), found.diagnosed_on.isoformat() if found else ""),
            ),
            (Field(_("Result of the diagnosis"), (found.note or "") if found else "", span=2),),
        )
    )


def _decision(state: State, repair: Repair, _: Translator) -> Fields:
    made = repair.decision
    scrap = scrap_request_of(state, repair)
    request = (made.purchase_request or scrap or made.vendor_reference or "") if made else ""
    return Fields(
        rows=(
            (
                Field(_("What is done"), _(ROUTES[made.route]) if made else ""),
                Field(_("Request or vendor's number"), request),
            ),
            (
                Field(_("Approved by"), (made.approved_by or "") if made else ""),
                Field(_("Decided on"), made.decided_on.isoformat() if made else ""),
            ),
        )
    )


def _parts(state: State, repair: Repair, _: Translator) -> Table:
    items = state.all(StockItem)
    return Table(
        columns=(
            Column(_("Part from the store"), 4),
            Column(_("Quantity"), 1, Align.RIGHT),
            Column(_("Unit"), 1),
            Column(_("Movement"), 2),
        ),
        rows=tuple(
            (
                items[part.item_number].title,
                str(part.quantity),
                items[part.item_number].unit,
                part.move_number,
            )
            for part in repair.parts
        ),
    )


def _end(repair: Repair, _: Translator) -> Fields:
    end = repair.closing
    downtime = "" if repair.downtime_days is None else _("{days} days", days=repair.downtime_days)
    if end is not None and end.downtime_hours is not None:
        downtime = _("{days} days ({hours} hours)", days=repair.downtime_days, hours=end.downtime_hours)
    return Fields(
        rows=(
            (
                Field(_("The cost"), _("{cost} yuan", cost=end.cost) if end else ""),
                Field(_("Downtime"), downtime),
            ),
            (
                Field(_("Closed on"), end.closed_on.isoformat() if end else ""),
                Field(_("Accepted by"), end.accepted_by if end else ""),
            ),
            (Field(_("The result"), end.result if end else "", span=2),),
        )
    )


def _new_parts(repair: Repair, _: Translator) -> Table:
    parts = repair.closing.new_parts if repair.closing else ()
    return Table(
        columns=(Column(_("New part"), 1), Column(_("Serial"), 3)),
        rows=tuple((_(COMPONENTS[part.component]), part.serial) for part in parts),
    )


def vendor_call(state: State, number: str, desk: Desk) -> Form:
    """What a vendor asks for. Raises UserError where there is no repair of that number, or it is out of warranty."""
    repair = state.one(Repair, number)
    asset = state.asset(repair.asset_number)
    _ = Translator("repairs", desk.language)
    if not in_warranty(asset, repair):
        raise UserError(
            "repairs",
            "{asset} was not in warranty on {day}: there is no call sheet for repair {number}. Print its record.",
            asset=asset.asset_number,
            day=repair.opened_on,
            number=repair.number,
        )
    bought = asset.purchased_on or asset.booked_on
    found, made = repair.diagnosis, repair.decision
    return desk.form_of(
        state,
        repair,
        _("Warranty call to the vendor"),
        blocks=(
            Fields(
                rows=(
                    (Field(_("Supplier"), asset.supplier or "", span=2),),
                    (Field(_("Name"), asset.name), Field(_("Brand and model"), _model(asset))),
                    (Field(_("Serial"), asset.serial or ""), Field(_("Asset number"), asset.asset_number)),
                    (
                        Field(_("Bought on"), bought.isoformat() if bought else ""),
                        Field(
                            _("Warranty until"),
                            asset.warranty_until.isoformat() if asset.warranty_until else "",
                        ),
                    ),
                    (Field(_("The fault"), repair.fault, span=2),),
                    (
                        Field(_("The broken part"), found.broken_part if found else ""),
                        Field(_("Fault since"), repair.opened_on.isoformat()),
                    ),
                    (
                        Field(_("Place"), " ".join(part for part in (repair.room, repair.seat) if part)),
                        Field(
                            _("Vendor's number of the call"), (made.vendor_reference or "") if made else ""
                        ),
                    ),
                    (Field(_("Contact of the school"), repair.reported_by), Field(_("Telephone"))),
                )
            ),
            Opinion(_("Filled in by the vendor's engineer: what was found, what was replaced, serials"), 60),
            Signatures((_("School"), _("Vendor's engineer"))),
        ),
    )


def repair_totals(state: State, number: str, desk: Desk) -> Form:
    """Totals per term, model and room: of one term (``2026-1``) or of all. Raises UserError where it is no term."""
    _ = Translator("repairs", desk.language)
    repairs = list(state.all(Repair).values())
    wanted = number.strip() or ALL_TERMS
    if wanted != ALL_TERMS:
        repairs = [each for each in repairs if _code(each) == wanted]
        if not repairs:
            raise UserError(
                "repairs",
                "There is no repair in the term {term}. Give the year in which the school year begins and the half, "
                "such as 2026-1, or all.",
                term=wanted[:20],
            )
    found = totals(repairs, state.assets)
    return desk.form(
        _("Repairs per term, model and room"),
        _("all terms") if wanted == ALL_TERMS else wanted,
        landscape=True,
        blocks=(
            _totals_table(found, desk.language),
            Text(lines=(_("Cost and downtime are of the closed repairs."),)),
        ),
    )


def _code(repair: Repair) -> str:
    term = term_of(repair.opened_on)
    return f"{term.year}-{term.half}"


def _totals_table(found: list[RepairTotal], language: str) -> Table:
    _ = Translator("repairs", language)
    return Table(
        columns=(
            Column(_("Term"), 3),
            Column(_("Model"), 3),
            Column(_("Room"), 2),
            Column(_("Repairs"), 1, Align.RIGHT),
            Column(_("Still open"), 1, Align.RIGHT),
            Column(_("Damage by people"), 1, Align.RIGHT),
            Column(_("Downtime in days"), 1, Align.RIGHT),
            Column(_("Cost in yuan"), 1.5, Align.RIGHT),
        ),
        rows=tuple(
            (
                each.term.message().render(language),
                each.model,
                each.room,
                str(each.repairs),
                str(each.still_open),
                str(each.damages),
                str(each.downtime_days),
                f"{each.cost:,.2f}",
            )
            for each in found
        ),
        totals=(
            _("Total"),
            "",
            "",
            str(sum(each.repairs for each in found)),
            str(sum(each.still_open for each in found)),
            str(sum(each.damages for each in found)),
            str(sum(each.downtime_days for each in found)),
            f"{sum(each.cost for each in found):,.2f}",
        ),
    )
