"""The papers of the registers: which there are, and how they get into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from ..i18n import UserError
from ..registers.state import Paper, State
from . import asset_card, licence, loan, purchase, repair, scrap, stock, stocktake, warning
from .desk import Desk
from .document import Form
from .pdf import write_pdf
from .xlsx import write_xlsx

Maker = Callable[[State, str, Desk], Form]

#: By the kind that a ``Paper`` names. A maker raises UserError where the register has no such number.
PAPERS: Mapping[str, Maker] = {
    "asset_card": asset_card.card_of,
    "disposal": scrap.disposal,
    "licences": licence.licences,
    "loan_slip": loan.loan_slip,
    "purchase_request": purchase.purchase_request,
    "repair_record": repair.repair_record,
    "repair_totals": repair.repair_totals,
    "scrap_request": scrap.scrap_request,
    "stock_list": stock.stock_list,
    "stock_slip": stock.stock_slip,
    "stocktake_approval": stocktake.approval_sheet,
    "stocktake_blank": stocktake.count_sheet_blank,
    "stocktake_differences": stocktake.differences_sheet,
    "stocktake_sheet": stocktake.count_sheet,
    "vendor_call": repair.vendor_call,
    "warning_slip": warning.warning_slip,
}

#: What an office fills in, hands on in a form of its own, or goes on calculating with: written as a sheet too.
EDITABLE = frozenset(
    {"disposal", "licences", "purchase_request", "repair_totals", "scrap_request", "stock_list"}
)

#: What is made from the machines too: ``State.machines`` is read for them alone.
OF_MACHINES = frozenset({"asset_card", "licences"})


def form_of(state: State, paper: Paper, desk: Desk) -> Form:
    """Raises UserError where there is no such kind of paper or no such number."""
    maker = PAPERS.get(paper.kind)
    if maker is None:
        raise UserError(
            "registers",
            "There is no paper of the kind {kind}. There are: {kinds}.",
            kind=paper.kind[:40],
            kinds=tuple(sorted(PAPERS)),
        )
    return maker(state, paper.number, desk)


def write_papers(state: State, papers: Iterable[Paper], desk: Desk, folder: Path) -> list[Path]:
    """Set each paper as ``<folder>/<kind>-<number>.pdf``, those of ``EDITABLE`` as a sheet too; what is there is
    replaced as a whole."""
    return [
        path
        for paper in papers
        for path in write_form(
            form_of(state, paper, desk),
            folder,
            f"{paper.kind}-{paper.number}",
            editable=paper.kind in EDITABLE,
        )
    ]


def write_form(form: Form, folder: Path, name: str, *, editable: bool) -> list[Path]:
    """Set a form as ``<folder>/<name>.pdf`` and, where it is for the office to go on with, as ``<name>.xlsx``.
    ``name`` may be anything at all."""
    stem = quote(name, safe="")[:150]
    paper, sheet = folder / f"{stem}.pdf", folder / f"{stem}.xlsx"
    write_pdf(form, paper)
    if not editable:
        return [paper]
    write_xlsx(form, sheet)
    return [paper, sheet]
