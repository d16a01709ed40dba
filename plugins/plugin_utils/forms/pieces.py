"""Long papers set in pieces, so that memory is bounded whatever their length.

Typst keeps what it has set until it has set all: about 10 kB for each cell of a table. So many forms are set
a few at a time, and a long table a thousand rows at a time. A piece must end where its page is full, or half-empty
pages would stand within the register; where that is, only the typesetter knows. So each piece is first measured with
more rows than it will have: all but its last page are full, and the row that begins its last page begins the next
piece. Only then is the number of pages known, which stands on every page, and the pieces are set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

PIECE_ROWS = 1_200
_CELLS = 8_000  # of a batch of short forms
_HEAD_CELLS = 40  # what a form costs besides its rows
Paper = dict[str, Any]
# Sets one paper and gives {"cut": {"row", "pages"} | None, "pages": …} (form.typ).
Measure = Callable[[Paper], dict[str, Any]]


def batches(papers: Iterator[Paper], measure: Measure, piece_rows: int = PIECE_ROWS) -> Iterator[list[Paper]]:
    """Lists of papers that are set together, in their order."""
    batch: list[Paper] = []
    cells = 0
    for paper in papers:
        if _long_table(paper["parts"], piece_rows) is not None:
            if batch:
                yield batch
            yield from ([piece] for piece in _pieces(paper, measure, piece_rows))
            batch, cells = [], 0
            continue
        more = _HEAD_CELLS + sum(len(part.get("rows", ())) * _columns(part) for part in paper["parts"])
        if batch and cells + more > _CELLS:
            yield batch
            batch, cells = [], 0
        batch.append(paper)
        cells += more
    if batch:
        yield batch


def _columns(part: Paper) -> int:
    return len(part["columns"]) if part["kind"] == "table" else 2 * int(part.get("pairs", 1))


def _long_table(parts: list[Paper], rows: int) -> int | None:
    """The place of the first table that one piece does not hold. Half as much again is still set at once."""
    for at, part in enumerate(parts):
        if part["kind"] == "table" and len(part["rows"]) > rows * 3 // 2:
            return at
    return None


def _pieces(paper: Paper, measure: Measure, piece_rows: int) -> list[Paper]:
    made: list[Paper] = []
    pages, parts, rows = 0, paper["parts"], piece_rows
    while (at := _long_table(parts, rows)) is not None:
        table = parts[at]
        opened = {**table, "rows": table["rows"][:rows], "last": [], "totals": None, "tail": []}
        measured = measure(_piece(paper, pages, [*parts[:at], {**opened, "marked": True}]))
        cut = measured["cut"]
        if cut is None or not cut["row"]:
            rows *= 2  # rows as high as pages, or much before the table: look further
            continue
        made.append(_piece(paper, pages, [*parts[:at], {**opened, "rows": table["rows"][: cut["row"]]}]))
        pages += cut["pages"]
        parts = [{**table, "rows": table["rows"][cut["row"] :]}, *parts[at + 1 :]]
        rows = piece_rows
    made.append(_piece(paper, pages, parts))
    pages += measure({**made[-1], "measured": True})["pages"]
    return [{**piece, "measured": False, "pages": pages} for piece in made]


def _piece(paper: Paper, pages_before: int, parts: list[Paper]) -> Paper:
    return {**paper, "pages_before": pages_before, "parts": parts, "measured": True}
