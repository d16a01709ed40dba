"""The 台帐 workbook as a spreadsheet program reads it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.reports import workbook
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.views import Views
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import ASSET_FIELDS, Words
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.samples import HOSTILE, hostile_snapshot, sample_snapshot


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("book") / "台帐.xlsx"
    workbook.write_workbook(sample_snapshot(), path)
    return load_workbook(path)


@pytest.fixture(scope="module")
def hostile_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "book.xlsx"
    workbook.write_workbook(hostile_snapshot(), path)
    return path


def _rows(book: Workbook, sheet: str) -> list[dict[str, object]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


EXTRA = ("USB 违规尝试", "USB 放行名单")


def test_usb_attempts_and_allowed_sticks_have_a_sheet_each(book: Workbook) -> None:
    attempts = _rows(book, "USB 违规尝试")
    assert [(row["接入编号"], row["状态"], row["警告单号"]) for row in attempts] == [
        (5, "已阻止", None),
        (4, "已阻止", None),
        (3, "已放行", None),
        (1, "已阻止", "2026-0001"),
        (2, "已阻止", None),
    ]
    assert attempts[0]["设备"] == "Kingston DataTraveler 3.0 0951:1666 S/N 001A92053B6A"
    sticks = {row["序列号"]: row for row in _rows(book, "USB 放行名单")}
    assert (sticks["4C530009999999"]["房间"], sticks["4C530007777777"]["移出日期"]) == (
        "全部机房",
        datetime(2026, 11, 23),
    )


def test_a_school_without_them_has_no_such_sheets(tmp_path: Path) -> None:
    workbook.write_workbook(replace(sample_snapshot(), attempts=(), registers={}), tmp_path / "book.xlsx")
    assert load_workbook(tmp_path / "book.xlsx").sheetnames == ["台帐", "部件", "待处理事项", "说明"]


def test_sheets(book: Workbook) -> None:
    assert book.sheetnames == ["台帐", "部件", "待处理事项", "USB 违规尝试", "USB 放行名单", "说明"]


def test_ledger_has_every_field_of_the_card_and_what_was_seen(book: Workbook) -> None:
    rows = _rows(book, "台帐")
    assert len(rows) == 15
    words = Words()
    assert set(words.asset_fields.values()) < set(rows[0]) and len(ASSET_FIELDS) == 24
    assert rows[2] == {
        **dict.fromkeys(rows[0]),
        "资产编号": "2023-0003",
        "名称": "台式计算机",
        "财务卡片号": "GK202300003",
        "品牌": "联想",
        "型号": "启天M435-A193",
        "序列号": "PF2K0003",
        "规格": "i5-10400/16G/512G SSD",
        "数量": 1,
        "单位": "台",
        "原值（元）": 4599,
        "入账日期": datetime(2023, 9, 1),
        "购置日期": datetime(2023, 8, 18),
        "保修期至": datetime(2026, 8, 17),
        "供应商": "某某信息技术有限公司",
        "房间": "机房一",
        "座位": "03",
        "管理人": "王老师",
        "使用部门": "信息中心",
        "经费来源": "财政拨款",
        "使用状况": "在用",
        "最近核对": "待处理",
        "待处理事项": "信息不符、部件变更、USB 违规",
        "模拟": "模拟",
        "最近见到": datetime(2026, 11, 23, 16, 15),
        "主机名": "pc03",
        "实际位置": "机房一 · 03",
    }
    assert rows[-1]["最近核对"] == "未入账" and rows[-1]["主机名"] == "pc05"


def test_parts_have_modules_empty_slots_and_unknown_groups(book: Workbook) -> None:
    rows = _rows(book, "部件")
    memory = [
        (row["插槽"], row["状态"], row["容量"])
        for row in rows
        if row["主机名"] == "pc03" and row["部件"] == "内存"
    ]
    assert memory == [
        ("DIMM1", "在位", "8 GB"),
        ("DIMM2", "空插槽", None),
        ("DIMM3", "空插槽", None),
        ("DIMM4", "空插槽", None),
        ("DIMM2", "已移除", "8 GB"),
    ]
    monitors = [row["状态"] for row in rows if row["主机名"] == "pc04" and row["部件"] == "显示器"]
    assert monitors == ["未知（无法读取）"]


def test_findings_have_both_sides_and_the_next_step(book: Workbook) -> None:
    rows = _rows(book, "待处理事项")
    memory = next(row for row in rows if row["类别"] == "信息不符")
    assert (memory["账面"], memory["实际"]) == ("16 GB", "8 GB")
    assert str(memory["下一步"]).startswith("内存少于账面")
    assert {row["类别"] for row in rows} == set(Words().kinds.values())


def test_sheets_are_ready_to_filter_and_print(book: Workbook) -> None:
    for name in book.sheetnames[:3]:
        sheet = book[name]
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.right.text == "第 &P 页 / 共 &N 页"
        assert sheet.oddHeader.center.text == "示范中学 计算机设备台帐"
    assert book["台帐"].print_area == "'台帐'!$A$1:$Q$16"
    assert book["台帐"].column_dimensions["A"].width >= 16


def test_dates_and_money_are_values_with_a_form(book: Workbook) -> None:
    sheet = book["台帐"]
    head = [cell.value for cell in sheet[1]]
    money, day = sheet.cell(2, head.index("原值（元）") + 1), sheet.cell(2, head.index("入账日期") + 1)
    assert (money.data_type, money.number_format) == ("n", "#,##0.00")
    assert (day.is_date, day.number_format) == (True, "yyyy-mm-dd")


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            yield name, package.read(name).decode("utf-8")


def test_hostile_text_stays_text(hostile_path: Path) -> None:
    for name, xml in _parts(hostile_path):
        assert "<f>" not in xml and "<hyperlink" not in xml, name
        assert 'TargetMode="External"' not in xml, name
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\ufffe\uffff]|_x00", xml), name
    texts = {
        cell.value
        for sheet in load_workbook(hostile_path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "s"
    }
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[3], HOSTILE[4], HOSTILE[10]} <= texts


def test_a_cell_holds_what_excel_holds(tmp_path: Path) -> None:
    base = sample_snapshot()
    long = replace(base.assets[0], notes="长" * 40_000)
    workbook.write_workbook(replace(base, assets=(long,)), tmp_path / "book.xlsx")
    notes = _rows(load_workbook(tmp_path / "book.xlsx"), "台帐")[0]["备注"]
    assert notes == "长" * 32_766 + "…"


def test_odd_values_are_kept(tmp_path: Path) -> None:
    base = sample_snapshot()
    odd = replace(
        base.assets[0], booked_on=date(1899, 12, 31), original_value=Decimal("0.10"), asset_number="007"
    )
    workbook.write_workbook(replace(base, assets=(odd,)), tmp_path / "book.xlsx")
    row = _rows(load_workbook(tmp_path / "book.xlsx"), "台帐")[0]
    assert (row["入账日期"], row["原值（元）"], row["资产编号"]) == ("1899-12-31", 0.1, "007")


def test_a_school_with_an_ampersand(tmp_path: Path) -> None:
    workbook.write_workbook(
        replace(sample_snapshot(), school="A&B" * 100), tmp_path / "book.xlsx", language="en"
    )
    xml = dict(_parts(tmp_path / "book.xlsx"))["xl/worksheets/sheet1.xml"]
    assert "A&amp;&amp;B" in xml


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_ROWS_PER_SHEET", 30)
    workbook.write_workbook(sample_snapshot(), tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["台帐", "部件", "部件 2", "部件 3", "待处理事项", *EXTRA, "说明"]
    assert sum(len(_rows(book, name)) for name in book.sheetnames[1:4]) == len(
        list(workbook.part_rows(Views(sample_snapshot()), Words()))
    )


def test_rows_on_disk_hold_the_same_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: Workbook
) -> None:
    monkeypatch.setattr(workbook, "_ASSETS_IN_MEMORY", 0)
    workbook.write_workbook(sample_snapshot(), tmp_path / "book.xlsx")
    other = load_workbook(tmp_path / "book.xlsx")
    for name in book.sheetnames:
        assert list(other[name].values) == list(book[name].values)


def test_an_empty_ledger_has_headers(tmp_path: Path) -> None:
    empty = replace(sample_snapshot(), assets=(), machines=(), findings=(), sightings=())
    workbook.write_workbook(empty, tmp_path / "book.xlsx")
    assert [len(list(sheet.values)) for sheet in load_workbook(tmp_path / "book.xlsx").worksheets[:3]] == [
        1,
        1,
        1,
    ]


def test_columns_and_rows_have_one_width() -> None:
    views, words = Views(sample_snapshot()), Words()
    for columns, rows in (
        (workbook.asset_columns(words), workbook.asset_rows(views, words)),
        (workbook.part_columns(words), workbook.part_rows(views, words)),
        (workbook.finding_columns(words), workbook.finding_rows(views, words)),
    ):
        assert {len(row) for row in rows} == {len(columns)}


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").mkdir()
    with pytest.raises(UserError, match=r"book\.xlsx could not be written"):
        workbook.write_workbook(sample_snapshot(), tmp_path / "book.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]
