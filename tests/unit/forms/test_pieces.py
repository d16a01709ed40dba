"""Long papers in pieces: the same pages as in one go."""

from __future__ import annotations

from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Column,
    Field,
    Fields,
    Form,
    Signatures,
    Table,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import render_pdf

from tests.unit.forms.pages import missing_glyphs, read
from tests.unit.forms.samples import form, table


def _pages(paper: Form, piece_rows: int) -> list[str]:
    return [page.joined() for page in read(render_pdf(paper, piece_rows=piece_rows))]


def test_pieces_give_the_pages_that_one_go_gives() -> None:
    paper = form(
        Fields(((Field("甲", "乙"),),)),
        table(430),
        Text("说明", ("二",)),
        table(160),
        Signatures(("校长",)),
        landscape=True,
    )
    whole = _pages(paper, 1_000)
    assert len(whole) > 20
    assert _pages(paper, 60) == whole
    assert _pages(paper, 97) == whole


def test_rows_that_run_over_pages_are_never_cut_by_a_piece() -> None:
    long = "长" * 1_900
    rows = [(str(number), long if number % 7 == 3 else f"行{number}") for number in range(90)]
    paper = form(
        Table(
            (
                Column("序号", 1),
                Column("内容", 1),
            ),
            rows,
        )
    )
    assert _pages(paper, 20) == _pages(paper, 1_000)


def test_a_piece_that_finds_no_cut_grows() -> None:
    paper = form(table(120, totals=False))
    assert _pages(paper, 3) == _pages(paper, 1_000)


def test_many_papers_and_a_long_one_are_set_apart_in_their_order() -> None:
    cards = [
        form(Fields(((Field("序号", f"卡{number:04d}"),),)), number=f"K{number}") for number in range(60)
    ]
    pdf = render_pdf([*cards, form(table(700), landscape=True), *cards[:3]], piece_rows=200)
    pages = read(pdf)
    assert missing_glyphs(pdf) == 0
    assert [page.joined().count("卡") for page in pages[:60]] == [1] * 60
    assert all(f"卡{number:04d}" in pages[number].joined() for number in range(60))
    register = pages[60:-3]
    assert all(f"第{at}页共{len(register)}页" in page.joined() for at, page in enumerate(register, start=1))
    assert "卡0002" in pages[-1].joined()
