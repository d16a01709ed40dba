"""外借单 with its two stubs: one for the administrator, one for the leader in charge (duty 8.7)."""

from __future__ import annotations

from ..i18n import Translator
from ..ledger.records import Asset
from ..registers.loans import Loan, ReturnCondition
from ..registers.state import State
from .desk import Desk
from .document import Cut, Field, Fields, Form, Signatures, Text


def loan_slip(state: State, number: str, desk: Desk) -> Form:
    """The slip of a loan. Raises UserError where there is no loan of that number."""
    loan = state.one(Loan, number)
    asset = state.asset(loan.asset_number)
    _ = Translator("forms", desk.language)
    signatures = Signatures((_("Principal"), _("Leader in charge"), _("Borrower")))
    return desk.form_of(
        state,
        loan,
        _("Loan slip"),
        blocks=(
            Text(lines=(_("Stub 1, kept by the administrator of the computer room"),)),
            _particulars(loan, asset, _),
            signatures,
            _back(loan, _),
            Cut(title=_("Loan slip")),
            Text(lines=(_("Stub 2, kept by the leader in charge"),)),
            _particulars(loan, asset, _),
            signatures,
        ),
    )


def _particulars(loan: Loan, asset: Asset, _: Translator) -> Fields:
    model = " ".join(part for part in (asset.brand, asset.model) if part)
    return Fields(
        rows=(
            (Field(_("Loan number"), loan.number), Field(_("Asset number"), asset.asset_number)),
            (Field(_("Name"), asset.name), Field(_("Brand and model"), model)),
            (Field(_("Serial"), asset.serial or ""), Field(_("Accessories"), loan.accessories or "")),
            (Field(_("Borrower"), loan.borrower), Field(_("Contact"), loan.contact or "")),
            (Field(_("Lent on"), loan.lent_on.isoformat()), Field(_("Due on"), loan.due_on.isoformat())),
            (Field(_("Purpose"), loan.purpose, span=2),),
        )
    )


def _back(loan: Loan, _: Translator) -> Fields:
    """What is filled in on return, by hand where the return is not entered yet."""
    conditions = {
        ReturnCondition.INTACT: _("intact"),
        ReturnCondition.INCOMPLETE: _("something is missing"),
        ReturnCondition.DAMAGED: _("damaged"),
    }
    condition = conditions[loan.condition] if loan.condition else ""
    returned = loan.returned_on.isoformat() if loan.returned_on else ""
    return Fields(
        rows=(
            (Field(_("Returned on"), returned), Field(_("Received by"), loan.received_by or "")),
            (Field(_("Condition"), " ".join(filter(None, (condition, loan.condition_note))), span=2),),
        )
    )
