"""Forms as PDF, set by Typst: A4, ready to be signed.

The same forms give the same bytes: the date in the file is the one on the paper, and only the two typefaces of
``fonts.py`` are used.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from ..i18n import UserError
from ..reports.files import replaced_file
from .document import Form
from .fonts import typefaces
from .layout import document

_TEMPLATES = Path(__file__).parent / "templates"


def render_pdf(forms: Form | Sequence[Form]) -> bytes:
    """One PDF of all ``forms``, each with pages counted of its own.

    Raises UserError where the typefaces are missing or there is no form.
    """
    papers = (forms,) if isinstance(forms, Form) else tuple(forms)
    if not papers:
        raise UserError("forms", "There is nothing to print: no form was chosen. Choose at least one.")
    moment = datetime.combine(papers[0].made_on, time(), UTC)
    return typeset("form.typ", "form.json", document(papers), moment)


def write_pdf(forms: Form | Sequence[Form], path: Path) -> None:
    """Writes ``render_pdf(forms)``; the file appears whole or not at all. Raises UserError as that does."""
    made = render_pdf(forms)
    with replaced_file(path) as temporary:
        temporary.write_bytes(made)


def typeset(template: str, name: str, data: dict[str, Any], moment: datetime) -> bytes:
    """The PDF of ``template``, which reads ``data`` as the JSON file ``name`` and nothing else."""
    files = {
        "main.typ": (_TEMPLATES / template).read_bytes(),
        "scissors.svg": (_TEMPLATES / "scissors.svg").read_bytes(),
        name: json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(),
    }
    made: bytes = typst.compile(
        files,
        font_paths=[str(folder) for folder in typefaces().folders],
        ignore_system_fonts=True,
        timestamp=moment,
        pdf_tags=False,
    )
    return made
