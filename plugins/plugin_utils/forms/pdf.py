"""Forms as PDF, set by Typst: A4, ready to be signed.

The same forms give the same bytes: the date in the file is the one on the paper, and only the two typefaces of
``fonts.py`` are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..i18n import UserError
from ..reports.files import replaced_file
from .document import Form, Table
from .layout import heading, paper
from .pieces import PIECE_ROWS, Paper, batches
from .typesetting import Typesetter, joined

_ROWS_OF_A_FORM = 20  # what a page of fields costs beside rows of a table
_ROWS_HERE = 500  # more is set in a process of its own


def render_pdf(forms: Form | Sequence[Form], *, piece_rows: int = PIECE_ROWS) -> bytes:
    """One PDF of all ``forms``, each with pages counted of its own; a long table is set ``piece_rows`` at a time.

    Raises UserError where the typefaces are missing or there is no form.
    """
    papers = (forms,) if isinstance(forms, Form) else tuple(forms)
    if not papers:
        raise UserError("forms", "There is nothing to print: no form was chosen. Choose at least one.")
    head = heading(papers[0])
    apart = sum(map(_rows, papers)) > _ROWS_HERE

    with Typesetter("form.typ", papers[0].made_on, apart=apart) as setter:

        def measure(piece: Paper) -> dict[str, Any]:
            return setter.ask({**head, "forms": [piece]}, "<measured>")

        made = batches((paper(form) for form in papers), measure, piece_rows)
        return joined(setter.pdf({**head, "forms": batch}) for batch in made)


def _rows(form: Form) -> int:
    """Rows of its tables, and the form itself as some."""
    return _ROWS_OF_A_FORM + sum(len(block.rows) for block in form.blocks if isinstance(block, Table))


def write_pdf(forms: Form | Sequence[Form], path: Path) -> None:
    """Writes ``render_pdf(forms)``; the file appears whole or not at all. Raises UserError as that does."""
    made = render_pdf(forms)
    with replaced_file(path) as temporary:
        temporary.write_bytes(made)
