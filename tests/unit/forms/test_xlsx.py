"""The same document as a sheet: texts as texts, a page as the paper."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Break,
    Field,
    Fields,
    Opinion,
    Signatures,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.xlsx import write_xlsx
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from tests.unit.forms.pages import codes
from tests.unit.forms.samples import HOSTILE, form, loan, table, text_form


def _sheet(paper, tmp_path: Path) -> Worksheet:
    path = tmp_path / "form.xlsx"
    write_xlsx(paper, path)
    assert [each.name for each in tmp_path.iterdir()] == ["form.xlsx"]
    return load_workbook(path).active


def _cell(sheet: Worksheet, text: str) -> Cell:
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


def _texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_a_form_has_every_text_of_the_paper(tmp_path: Path) -> None:
    sheet = _sheet(loan(), tmp_path)
    texts = _texts(sheet)
    for text in (
        "计算机设备外借单",
        "计算机设备外借单（存根）",
        "资产编号",
        "2023-0001",
        "设备管理员意见",
        "编号：WJ-2026-0017",
    ):
        assert text in texts
    assert sum("盖章" in text and "校长" in text for text in texts) == 1
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0, "as wide as a page, as long as it is"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddFooter.left.text == "本单一式两份"
    assert sheet.print_area


def test_labels_are_merged_and_bordered(tmp_path: Path) -> None:
    sheet = _sheet(loan(), tmp_path)
    label = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "资产编号")
    assert any(label.coordinate in merged for merged in sheet.merged_cells.ranges)
    assert label.border.left.style == label.border.top.style == "thin"
    assert label.font.name == "SimSun"


def test_a_register_repeats_its_header(tmp_path: Path) -> None:
    sheet = _sheet(form(table(60), landscape=True), tmp_path)
    assert sheet.page_setup.orientation == "landscape"
    head = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "序号")
    assert sheet.print_title_rows == f"${head}:${head}"
    numbers = [text for text in _texts(sheet) if text.startswith("2023-")]
    assert numbers == [f"2023-{number:06d}" for number in range(1, 61)]
    assert "275,940.00" in _texts(sheet)


def test_a_table_that_ends_on_its_page_repeats_nothing_on_the_next(tmp_path: Path) -> None:
    opinions = [Opinion(f"意见{number}", height_mm=60) for number in range(8)]
    sheet = _sheet(form(table(4), *opinions), tmp_path)
    assert sheet.print_title_rows is None


def test_a_form_that_is_filled_in_looks_like_the_paper(tmp_path: Path) -> None:
    fields = Fields(((Field("申请编号", "2026-0001"), Field("申请人", "王老师")),))
    sheet = _sheet(form(fields, table(3), Opinion("财务部门意见（经费来源）")), tmp_path)
    assert sheet.max_column == 36
    label = _cell(sheet, "财务部门意见（经费来源）")
    area = next(area for area in sheet.merged_cells.ranges if label.coordinate in area)
    # As high as two lines need, and as wide as a label is: a sixth of the paper.
    assert sheet.row_dimensions[label.row].height >= 2 * 15
    assert 4 <= area.size["columns"] <= 8
    assert _cell(sheet, "2026-0001").alignment.indent == 1
    total = _cell(sheet, "13,797.00")
    assert (total.alignment.horizontal, total.font.name) == ("right", "SimHei")


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("rows", [3, 60])
def test_the_columns_are_as_wide_as_the_paper(tmp_path: Path, landscape: bool, rows: int) -> None:
    """At 96 pixels an inch and 7 pixels a digit, as Excel counts; it does not draw larger what is too narrow."""
    sheet = _sheet(form(table(rows), Opinion("意见"), landscape=landscape), tmp_path)
    pixels = 0
    for column in sheet.column_dimensions.values():
        pixels += (column.max - column.min + 1) * round(column.width * 7)
    margins = sheet.page_margins.left + sheet.page_margins.right
    paper = ((11.69 if landscape else 8.27) - margins) * 96
    assert 0.95 * paper < pixels <= paper


def test_the_code_leads_back_from_the_sheet_too(tmp_path: Path) -> None:
    address = "http://lab.school.example/find.html#purchase_request:2026-0001"
    sheet = _sheet(form(Fields(((Field("甲", "乙"),),)), code=address), tmp_path)
    (picture,) = sheet._images
    assert codes(Image.open(io.BytesIO(picture._data()))) == [address]
    assert picture.anchor._from.row == 0
    assert picture.anchor.to.col < sheet.max_column


def test_the_rows_of_a_register_are_not_merged(tmp_path: Path) -> None:
    fields = Fields(((Field("部门", "信息中心"), Field("管理人", "王老师")),))
    sheet = _sheet(
        form(fields, table(60), Signatures(("制表人", "复核人", "负责人")), landscape=True), tmp_path
    )
    merged = {(area.min_row, area.max_row) for area in sheet.merged_cells.ranges}
    assert len(merged) < 6
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert [round(width / widths[0]) for width in widths] == [1, 2, 4, 2]
    assert "王老师" in _texts(sheet)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_is_text(text: str, tmp_path: Path) -> None:
    sheet = _sheet(text_form(text), tmp_path)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert len(sheet.oddFooter.left.text or "") <= 255


def test_an_ampersand_is_no_code_of_the_footer(tmp_path: Path) -> None:
    sheet = _sheet(form(Text("甲"), footer="R&D &P"), tmp_path)
    assert sheet.oddFooter.left.text == "R&&D &&P"


def test_a_break_is_a_page_break(tmp_path: Path) -> None:
    sheet = _sheet(form(Text("甲"), Break(), Text("乙")), tmp_path)
    assert [each.id for each in sheet.row_breaks.brk] == [3]
