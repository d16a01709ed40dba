"""Card and register made from the ledger's records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.asset_card import asset_card
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Fields,
    Form,
    Table,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import render_pdf
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.register import register
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset

from tests.samples import hostile_snapshot, large_snapshot, sample_snapshot
from tests.unit.forms.pages import codes, crossings, images, missing_glyphs, read

HEAD = Desk(school="示范中学", made_on=date(2026, 11, 25), site_url="https://jifang.example.invalid")
SCHOOL = sample_snapshot()


def _fields(paper: Form) -> dict[str, str]:
    grids = [block for block in paper.blocks if isinstance(block, Fields)]
    return {field.label: field.value for grid in grids for row in grid.rows for field in row}


def _tables(paper: Form) -> list[Table]:
    return [block for block in paper.blocks if isinstance(block, Table)]


def test_a_card_has_the_fields_of_the_ledger_and_blanks_for_the_rest() -> None:
    booked = SCHOOL.assets[0]
    seen = next(machine for machine in SCHOOL.machines if machine.asset_id == booked.id)
    paper = asset_card(booked, seen, SCHOOL.events[:5], HEAD)
    fields = _fields(paper)
    assert fields["资产编号"] == booked.asset_number == paper.number
    assert fields["原值（元）"] == "4,599.00"
    assert fields["入账日期"] == "2023-09-01"
    assert fields["使用状况"] == "在用"
    for blank in (
        "累计折旧",
        "净值",
        "净残值率",
        "折旧方法",
        "预计使用月份",
        "已计提月份",
        "发票号",
        "标签号",
        "使用人",
    ):
        assert fields[blank] == ""
    parts, changes = _tables(paper)
    assert ("内存", "DIMM1") in {row[:2] for row in parts.rows}
    assert sum(any(row) for row in changes.rows) == 5
    assert len(changes.rows) == 9
    pdf = render_pdf(paper)
    assert codes(next(images(pdf))) == [f"https://jifang.example.invalid/find.html#{booked.asset_number}"]
    assert missing_glyphs(pdf) == 0
    assert all(crossings(page) == [] for page in read(pdf))


def test_a_card_without_a_machine_has_no_table_of_parts() -> None:
    bare = Asset(id=1, asset_number="1", name="投影仪")
    paper = asset_card(bare, None, (), HEAD)
    assert [len(each.columns) for each in _tables(paper)] == [6]
    known = {label for label, value in _fields(paper).items() if value}
    assert known == {"资产编号", "资产名称", "数量", "使用状况"}
    assert len(read(render_pdf(paper))) == 1


def test_a_register_counts_and_adds_what_is_known() -> None:
    assets = (
        Asset(id=1, asset_number="1", name="甲", quantity=3, original_value=Decimal("1234.50")),
        Asset(id=2, asset_number="2", name="乙", original_value=Decimal("0.55")),
        Asset(id=3, asset_number="3", name="丙"),
    )
    paper = register(assets, HEAD, number="TZ-1")
    (rows,) = _tables(paper)
    assert rows.totals is not None
    assert (rows.totals[1], rows.totals[7], rows.totals[9]) == ("合计", "5", "1,235.05")
    assert [block.lines for block in paper.blocks if isinstance(block, Text)] == [
        ("有 1 项账上没有原值，未计入合计。",)
    ]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_register_prints_on_landscape_pages_with_one_header_each(language: str) -> None:
    head = Desk(school="示范中学", made_on=date(2026, 11, 25), language=language)
    pdf = render_pdf(register(large_snapshot(120).assets, head, number="TZ-1"))
    pages = read(pdf)
    title = "序号" if language == "zh_CN" else "Row"
    assert all(page.width > page.height and len(page.find(title)) == 1 for page in pages)
    assert all(crossings(page) == [] for page in pages)
    assert missing_glyphs(pdf) == 0
    dates = [box for page in pages for box in page.find("2023-09-01")]
    assert len(dates) == 120
    assert all(box.bottom - box.top < 4 for box in dates), "a date stands on one line"


def test_hostile_records_print() -> None:
    school = hostile_snapshot()
    papers = [
        register(school.assets, HEAD, number="TZ-1"),
        *(
            asset_card(each, machine, school.events, HEAD)
            for each in school.assets
            for machine in school.machines[:1]
        ),
    ]
    pdf = render_pdf(papers)
    assert missing_glyphs(pdf) == 0
    assert all(crossings(page) == [] for page in read(pdf))
