"""The papers of the registers: which there are, and how they get into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from ..i18n import UserError
from ..registers.state import Paper, State
from . import loan, stocktake
from .desk import Desk
from .document import Form
from .pdf import write_pdf

Maker = Callable[[State, str, Desk], Form]

#: By the kind that a ``Paper`` names. A maker raises UserError where the register has no such number.
PAPERS: Mapping[str, Maker] = {
    "loan_slip": loan.loan_slip,
    "stocktake_approval": stocktake.approval_sheet,
    "stocktake_blank": stocktake.count_sheet_blank,
    "stocktake_differences": stocktake.differences_sheet,
    "stocktake_sheet": stocktake.count_sheet,
}


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
    """Set each paper as ``<folder>/<kind>-<number>.pdf``; one that is there is replaced as a whole."""
    written = []
    for paper in papers:
        path = folder / f"{paper.kind}-{quote(paper.number, safe='')[:120]}.pdf"
        write_pdf(form_of(state, paper, desk), path)
        written.append(path)
    return written
