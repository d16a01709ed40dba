"""Every kind of book that schools hand over gives the same rows."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import (
    Fault,
    Merged,
    Row,
    read_book,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.ledger.book.making import ods, saved, worksheet_xml, xlsx, xlsx_with_sheet

FIXTURES = Path(__file__).parents[3] / "fixtures" / "books"
TEXT = '资产编号,资产名称\r\n0001,"电脑, 台式"\r\n\r\n0002,投影仪\r\n'
TEXT_ROWS = (Row(1, ("资产编号", "资产名称")), Row(2, ("0001", "电脑, 台式")), Row(4, ("0002", "投影仪")))


def write(folder: Path, content: bytes, name: str = "book") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_text_encodings(tmp_path: Path, encoding: str, expected: str) -> None:
    sheet = read_book(write(tmp_path, TEXT.encode(encoding)))
    assert (sheet.rows, sheet.encoding, sheet.delimiter, sheet.format) == (TEXT_ROWS, expected, ",", "text")


def test_utf_16_big_endian_with_mark(tmp_path: Path) -> None:
    sheet = read_book(write(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be")))
    assert sheet.rows == TEXT_ROWS


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    lines = ["育才中学固定资产，2026年", "编号 名称 备注", "1 电脑 4,599.00元", "2 投影仪 3,000.00元"]
    text = "\n".join(
        [
            lines[0],
            *(line.replace("4,5", "45").replace("3,0", "30").replace(" ", delimiter) for line in lines[1:]),
        ]
    )
    sheet = read_book(write(tmp_path, text.encode()))
    assert sheet.delimiter == delimiter
    assert sheet.rows[2].cells == ("1", "电脑", "4599.00元")


def test_tab_wins_over_commas_inside_money(tmp_path: Path) -> None:
    sheet = read_book(write(tmp_path, "编号\t原值\n1\t4,599.00\n2\t3,000.00\n".encode()))
    assert sheet.rows[1].cells == ("1", "4,599.00")


def test_delimiter_named_in_the_first_line(tmp_path: Path) -> None:
    sheet = read_book(write(tmp_path, b"sep=;\r\na;b,c\r\n1;2,3\r\n"))
    assert sheet.rows == (Row(2, ("a", "b,c")), Row(3, ("1", "2,3")))


def test_the_name_does_not_decide(tmp_path: Path) -> None:
    assert read_book(write(tmp_path, xlsx([["a", 1]]), "book.csv")).format == "xlsx"
    assert read_book(write(tmp_path, b"a,b\n1,2\n", "book.xlsx")).format == "text"


def test_xlsx_cells_rows_and_merged_ranges(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["B2"] = "育才中学固定资产台账"
    sheet.merge_cells("B2:E2")
    for column, value in enumerate(
        ["编号", 20230001, 4599.5, date(2023, 9, 1), datetime(2023, 9, 1, 8, 30), True], 2
    ):
        sheet.cell(4, column, value)
    book = read_book(write(tmp_path, saved(workbook)))
    assert book.rows == (
        Row(2, (None, "育才中学固定资产台账")),
        Row(4, (None, "编号", 20230001, 4599.5, date(2023, 9, 1), datetime(2023, 9, 1, 8, 30), True)),
    )
    assert book.merged == (Merged(2, 1, 2, 4),)
    assert (book.name, book.sheets, book.date_system) == ("Sheet", ("Sheet",), 1900)


def test_formulas_are_their_stored_values_and_errors_are_faults(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e"])
        sheet.write_formula("A2", "=1+1", None, 2)
        sheet.write_formula("B2", '="x"', None, "x")
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("D2", "=NA()", None, "#N/A")
        sheet.write("E2", "end")
    book = read_book(write(tmp_path, buffer.getvalue()))
    assert book.rows[1].cells == (2, "x", Fault("#DIV/0!"), Fault("#N/A"), "end")


def test_a_formula_never_calculated_is_a_fault(tmp_path: Path) -> None:
    book = read_book(write(tmp_path, xlsx([["a", "b"], ["=1+1", "x"]])))
    assert book.rows[1].cells == (Fault("formula without result"), "x")


def test_a_formula_whose_result_is_no_text_is_empty(tmp_path: Path) -> None:
    cells = b'<row r="1"><c r="A1" t="str"><f>IF(1,"","")</f><v></v></c><c r="B1"><v>1</v></c></row>'
    book = read_book(write(tmp_path, xlsx_with_sheet(worksheet_xml(cells))))
    assert book.rows[0].cells == (None, 1)


def test_the_first_visible_sheet_that_holds_anything(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "空"
    hidden = workbook.create_sheet("隐藏")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("台账").append(["编号", "名称"])
    path = write(tmp_path, saved(workbook))
    assert read_book(path).name == "台账"
    assert read_book(path, sheet="隐藏").rows[0].cells == ("secret",)
    with pytest.raises(UserError) as error:
        read_book(path, sheet="没有")
    assert error.value.message.render() == "账簿 book 中没有工作表“没有”。现有工作表：空, 隐藏, 台账。"


def test_the_other_sheets_that_hold_something(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["资产编号"])
    workbook.create_sheet("空表")
    workbook.create_sheet("打印机").append(["资产编号"])
    hidden = workbook.create_sheet("旧")
    hidden.append(["资产编号"])
    hidden.sheet_state = "hidden"
    path = write(tmp_path, saved(workbook))
    assert read_book(path).others == ("打印机",)
    assert read_book(path, sheet="打印机").others == ()


def test_1904_dates(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_datetime("A1", datetime(2023, 9, 1), workbook.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write("B1", 43708)
    book = read_book(write(tmp_path, buffer.getvalue()))
    assert (book.date_system, book.rows[0].cells) == (1904, (date(2023, 9, 1), 43708))


@pytest.mark.parametrize(
    ("name", "date_system", "serial"), [("school.xls", 1900, 45170), ("school_1904.xls", 1904, 43708)]
)
def test_xls(name: str, date_system: int, serial: int) -> None:
    book = read_book(FIXTURES / name)
    assert (book.format, book.date_system, book.name) == ("xls", date_system, "固定资产")
    assert book.merged == (Merged(1, 0, 1, 6),)
    assert [row.number for row in book.rows] == [1, 3, 4, 5, 6, 7]
    assert book.rows[2].cells == (
        20230001,
        "台式计算机",
        "OptiPlex 7010",
        4599,
        date(2023, 9, 1),
        "机房一-01",
        "在用",
    )
    assert book.rows[4].cells[4] == serial


def test_ods(tmp_path: Path) -> None:
    def cell(kind: str, text: str, value: str = "") -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" {value}><text:p>{text}</text:p></table:table-cell>'
        )

    header = cell("string", "编号") + cell("string", "名称")
    row = cell("float", "7", 'office:value="7"') + cell("date", "x", 'office:date-value="2023-09-01"')
    tail = (
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = "".join(f"<table:table-row>{cells}</table:table-row>" for cells in (header, row))
    book = read_book(write(tmp_path, ods(rows + tail)))
    assert (book.format, book.name) == ("ods", "台账")
    assert book.rows == (Row(1, ("编号", "名称")), Row(2, (7, date(2023, 9, 1))))


def test_an_odd_file_name_is_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "book\x1b\udcff.csv"
    path.write_bytes(b"a,b\n")
    assert read_book(path).file == "book??.csv"


def test_digest_is_that_of_the_file(tmp_path: Path) -> None:
    book = read_book(write(tmp_path, b"a,b\n"))
    assert book.sha256 == hashlib.sha256(b"a,b\n").hexdigest()
    assert book.size == 4


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300), st.text(max_size=100).map(lambda text: text.encode("utf-8", "ignore"))
    )
)
def test_any_bytes_are_rows_or_a_user_error(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    try:
        book = read_book(path)
    except UserError as error:
        assert path.name in error.message.render()
    else:
        assert book.rows
        assert all(any(cell is not None for cell in row.cells) for row in book.rows)
