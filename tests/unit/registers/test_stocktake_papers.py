"""The sheets of a stocktake: what stands in their cells, in both languages, whatever the texts of the ledger are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import Fields, Form, Table
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import form_of, write_papers
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktake_counts import HandItem as Item
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import BookLine, Condition

from tests.samples.registers import ASSETS, TODAY
from tests.samples.stocktakes import CHAIRS, NUMBER, approved, closed, counted, started

KINDS = ("stocktake_blank", "stocktake_sheet", "stocktake_differences", "stocktake_approval")
DESK = Desk(school="示范中学", made_on=TODAY, site_url="http://lab.school.example")
BOOK = (
    BookLine(asset_number="PC-002", name="台式计算机", quantity=1, room="机房一"),
    BookLine(asset_number="CW-9", name="音箱", room="机房一"),
)


@pytest.fixture
def settled() -> State:
    every = {asset.asset_number: asset for asset in (*ASSETS, CHAIRS)}
    begun = started(State(today=TODAY, assets=every), book=BOOK, book_name="账.xlsx")
    over = counted(
        begun,
        Item(asset="PC-001", seat="9"),
        Item(asset="PC-002", condition=Condition.DAMAGED, note="不开机"),
        Item(asset="YZ-001", quantity=28),
        Item(name="音箱", quantity=2),
    )
    return approved(closed(over), all="move+quantity")


def rows_of(form: Form) -> dict[str, list[str]]:
    """The table's rows by the cell that names the line."""
    (table,) = (block for block in form.blocks if isinstance(block, Table))
    place = 0 if table.columns[0].title in ("行号", "Line") else 1
    return {row[place]: list(row) for row in table.rows if row[place]}


def test_the_blank_sheet_has_boxes_and_empty_rows(settled: State) -> None:
    form = form_of(settled, Paper("stocktake_blank", NUMBER), DESK)
    (table,) = (block for block in form.blocks if isinstance(block, Table))
    assert rows_of(form)["YZ-001"][6:] == ["30 把", "", "□", "□", "□", ""]
    assert len(table.rows) == 10 + 5
    assert set(table.rows[-1]) == {""}


def test_the_sheet_says_how_and_when_each_was_counted(settled: State) -> None:
    form = form_of(settled, Paper("stocktake_sheet", NUMBER), DESK)
    rows = rows_of(form)
    assert rows["PC-001"][4:] == [
        "1", "1", "4,800.00", "信息不符", "人工", "2026-09-15", "存放地点：账面 机房一 01，实际 机房一 09",
    ]  # fmt: skip
    assert rows["PC-003"][4:] == ["1", "", "4,800.00", "未盘", "", "", ""]
    labels = {
        field.label: field.value
        for block in form.blocks
        if isinstance(block, Fields)
        for row in block.rows
        for field in row
    }
    assert (labels["盘点人"], labels["监盘人"], labels["未盘项数"]) == ("刘老师", "周会计", "7")
    assert labels["台帐原值（元）"] == "46,600.00"


def test_differences_are_of_three_sides(settled: State) -> None:
    rows = rows_of(form_of(settled, Paper("stocktake_differences", NUMBER), DESK))
    assert rows["YZ-001"][2:] == ["30", "28", "", "2", "200.00", "盘亏", "", "财务账无此资产"]
    assert rows["2026-0001/4"][2:8] == ["0", "2", "2", "", "", "盘盈"]
    assert rows["CW-9"][-1] == "台帐无此资产"
    assert rows["PC-002"][-2:] == ["状况：账面 在用，实际 损坏；不开机", ""]


def test_the_approval_says_what_is_done_with_each_line(settled: State) -> None:
    rows = rows_of(form_of(settled, Paper("stocktake_approval", NUMBER), DESK))
    assert rows["PC-001"][-1] == "存放地点按实际更正"
    assert rows["YZ-001"][-1] == "数量按实盘数更正"
    assert rows["PC-002"][-1] == "不作调整"


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_speaks_one_language(settled: State, kind: str) -> None:
    form = form_of(settled, Paper(kind, NUMBER), replace(DESK, language="en"))
    words = [column.title for block in form.blocks if isinstance(block, Table) for column in block.columns]
    assert all(word.isascii() for word in (form.title, *words))


def test_texts_are_data_on_paper(settled: State, tmp_path: Path) -> None:
    listed = settled.assets["PC-003"]
    hostile = replace(listed, name='#import "x" $ _*`{{ 7*7 }}', seat="\\", room="机房二")
    begun = started(replace(settled, assets={**settled.assets, "PC-003": hostile}), "机房二")
    papers = [Paper(kind, number) for kind in KINDS for number in (NUMBER, "2026-0002")]
    for path in write_papers(begun, papers, DESK, tmp_path):
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
        assert "示范中学" in text
    blank = pypdfium2.PdfDocument(tmp_path / "stocktake_blank-2026-0002.pdf")
    assert "{{ 7*7 }}" in blank[0].get_textpage().get_text_range().replace("\r\n", " ")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_number_has_no_sheet(settled: State, kind: str) -> None:
    with pytest.raises(UserError, match="There is no number 2020-0001"):
        form_of(settled, Paper(kind, "2020-0001"), DESK)
