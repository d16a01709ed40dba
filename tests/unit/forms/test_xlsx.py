"""The same document as a sheet: texts as texts, a page as the paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Break,
    Field,
    Fields,
    Signatures,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.xlsx import write_xlsx
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.unit.forms.samples import HOSTILE, form, loan, table, text_form


def _sheet(paper, tmp_path: Path) -> Worksheet:
    path = tmp_path / "form.xlsx"
    write_xlsx(paper, path)
    assert [each.name for each in tmp_path.iterdir()] == ["form.xlsx"]
    return load_workbook(path).active


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
