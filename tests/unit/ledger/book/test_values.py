"""One cell in, one value or one reason out."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book import values
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.reading import Cell, Fault
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2023, 9, 1)
NO_DATE, TWO_WAYS, YEAR = "没有这样的日期", "多种读法", "年份"


def reason(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.message.render()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (DAY, DAY),
        (datetime(2023, 9, 1, 23, 59), DAY),
        (45170, DAY),
        (45170.75, DAY),
        ("45170", DAY),
        (20230901, DAY),
        (20230901.0, DAY),
        ("20230901", DAY),
        ("20230901000000", DAY),
        ("2023.9.1", DAY),
        ("2023.09.01", DAY),
        ("2023-9-1", DAY),
        ("2023/9/1", DAY),
        ("2023/9/1 0:00:00", DAY),
        ("2023-9-1 10:30", DAY),
        ("2023-09-01T00:00:00", DAY),
        ("2023-09-01 00:00:00.000", DAY),
        ("2023年9月1日", DAY),
        ("2023年09月01号", DAY),
        ("2023 年 9 月 1 日", DAY),
        ("2023年9月1日 星期五", DAY),
        ("2023年9月1日10:30", DAY),
        ("２０２３．９．１", DAY),
        ("２０２３年９月１日", DAY),
        (" 2023-9-1\u200b", DAY),
        ("2023-9", DAY),
        ("2023年9月", DAY),
        ("202309", DAY),
        (202309, DAY),
        ("2024-2-29", date(2024, 2, 29)),
        ("", None),
        (None, None),
        ("  ", None),
        ("无", None),
        ("—", None),
        ("/", None),
    ],
)
def test_dates(cell: Cell, expected: date | None) -> None:
    assert values.read_date(cell) == expected


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("2023-02-29", NO_DATE),
        ("2023.13.1", NO_DATE),
        ("2023年9月31日", NO_DATE),
        ("20231301", NO_DATE),
        ("2023-0-1", NO_DATE),
        ("0000-00-00", NO_DATE),
        (0, TWO_WAYS),
        (-5, TWO_WAYS),
        (2023, TWO_WAYS),
        ("23.9.1", TWO_WAYS),
        ("1/9/2023", TWO_WAYS),
        ("9月1日", TWO_WAYS),
        ("2023-9-1 2024-9-1", TWO_WAYS),
        ("2023年", TWO_WAYS),
        ("三年", TWO_WAYS),
        (True, TWO_WAYS),
        ("1900-01-01", YEAR),
        (date(1905, 7, 15), YEAR),
        ("2999-01-01", YEAR),
        (10001, YEAR),
        (Fault("#REF!"), "#REF!"),
    ],
)
def test_dates_refused(cell: Cell, part: str) -> None:
    with pytest.raises(UserError) as error:
        values.read_date(cell)
    assert part in reason(error)


def test_date_systems_and_month_end() -> None:
    assert values.read_date(43708, date_system=1904) == DAY
    assert values.read_date(45170 - 1462, date_system=1904) == values.read_date(45170)
    assert values.read_date("2026-2", month_end=True) == date(2026, 2, 28)
    assert values.read_date("2026-2-3", month_end=True) == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (4599, "4599.00"),
        (4599.5, "4599.50"),
        (0.1 + 0.2, "0.30"),
        (10000 / 3, "3333.33"),
        (0, "0.00"),
        ("4599", "4599.00"),
        ("4599.0", "4599.00"),
        ("4,599.00", "4599.00"),
        ("¥4,599.00", "4599.00"),
        ("￥ 4,599.00", "4599.00"),
        ("¥4，599", "4599.00"),
        ("4599元", "4599.00"),
        ("4599 元整", "4599.00"),
        ("人民币4599元", "4599.00"),
        ("RMB 4599", "4599.00"),
        ("0.46万元", "4600.00"),
        ("0.4599 万", "4599.00"),
        ("４５９９．００", "4599.00"),
        (".5", "0.50"),
        ("1,234,567.89", "1234567.89"),
        ("-0", "0.00"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_money(cell: Cell, expected: str) -> None:
    assert str(values.read_money(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (-1, "负数"),
        ("-100", "负数"),
        ("(100.00)", "负数"),
        ("¥-100", "负数"),
        ("-¥100", "负数"),
        ("4599.999", "不足一分"),
        ("1,0000", "不是金额"),
        ("4,59", "不是金额"),
        ("4599 4600", "不是金额"),
        ("(100", "不是金额"),
        ("$100", "不是金额"),
        ("肆仟", "不是金额"),
        ("4.599.00", "不是金额"),
        (".", "不是金额"),
        ("元", "不是金额"),
        (True, "不是金额"),
        (DAY, "不是金额"),
        ("1e5", "不是金额"),
        (1e12, "过大"),
        ("1000000000000", "过大"),
        ("9" * 29, "过大"),
        ("9" * 40, "不是金额"),
        ("1" * 30_000, "不是金额"),
    ],
)
def test_money_refused(cell: Cell, part: str) -> None:
    with pytest.raises(UserError) as error:
        values.read_money(cell)
    assert part in reason(error)


def test_money_in_ten_thousands() -> None:
    assert values.read_money(0.46, factor=10_000) == Decimal("4600.00")
    assert values.read_money("0.4599", factor=10_000) == Decimal("4599.00")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (1, 1),
        (1.0, 1),
        ("3", 3),
        ("３台", 3),
        ("1.0", 1),
        ("10 套", 10),
        ("", None),
        (None, None),
        ("无", None),
    ],
)
def test_quantities(cell: Cell, expected: int | None) -> None:
    assert values.read_quantity(cell) == expected


@pytest.mark.parametrize("cell", [0, -1, 1.5, "1.5", "一台", "1 0", 1_000_001, "1台2台", True, DAY])
def test_quantities_refused(cell: Cell) -> None:
    with pytest.raises(UserError) as error:
        values.read_quantity(cell)
    assert "1 至 1000000 的整数" in reason(error)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("在用", AssetStatus.IN_USE),
        ("使用中", AssetStatus.IN_USE),
        (" 闲 置 ", AssetStatus.IDLE),
        ("维修", AssetStatus.REPAIR),
        ("外借", AssetStatus.ON_LOAN),
        ("封存", AssetStatus.SEALED),
        ("待报废", AssetStatus.TO_SCRAP),
        ("已报废", AssetStatus.SCRAPPED),
        ("Scrapped", AssetStatus.SCRAPPED),
        ("停放", AssetStatus.IDLE),
        ("季节性停用", AssetStatus.IDLE),
        ("大修理停用", AssetStatus.REPAIR),
        ("出租", AssetStatus.ON_LOAN),
        ("毁损待报废", AssetStatus.TO_SCRAP),
        ("-", None),
    ],
)
def test_statuses(cell: Cell, expected: AssetStatus | None) -> None:
    assert values.read_status(cell, values.status_words({"停放": "idle"})) == expected


def test_statuses_refused() -> None:
    with pytest.raises(UserError) as error:
        values.read_status("好像坏了", values.status_words())
    assert "在用、闲置、维修、外借、封存、待报废、已报废" in reason(error)
    with pytest.raises(UserError) as error:
        values.status_words({"停放": "parked"})
    assert "parked" in reason(error)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (2023001, "2023001"),
        (2023001.0, "2023001"),
        ("2023001", "2023001"),
        ("0001", "0001"),
        (" 2023 0001 ", "20230001"),
        ("２０２３－００１", "2023-001"),
        ("ZC\u3000001", "ZC001"),
        ("ZC-001\t", "ZC-001"),
        ('="0001"', "0001"),
        ("'0001", "0001"),
        ("20\u200b23\u202e1\x07", "20231"),
        ("1E10", "1E10"),
        (999_999_999_999_999, "999999999999999"),
        ("无", None),
        ("", None),
        (None, None),
        ("\u200b", None),
    ],
)
def test_codes(cell: Cell, expected: str | None) -> None:
    assert values.read_code(cell, 64) == expected


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (2.02301e15, "超过 15 位"),
        (1e300, "超过 15 位"),
        (2023.1, "小数"),
        ("2.02301E+11", "科学计数法"),
        ("2E+11", "科学计数法"),
        (DAY, "转成了日期"),
        ("A1\nB2", "多行"),
        ("x" * 65, "65 个字符"),
        (Fault("#N/A"), "#N/A"),
    ],
)
def test_codes_refused(cell: Cell, part: str) -> None:
    with pytest.raises(UserError) as error:
        values.read_code(cell, 64)
    assert part in reason(error)


HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "<script>alert(1)</script>",
    "{{ lookup('pipe','id') }}",
    "../../x",
    "@SUM(1)",
    "%s{0}",
]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  联想  启天 ", "联想 启天"),
        ("ＯｐｔｉＰｌｅｘ　７０１０", "OptiPlex 7010"),
        ("计算机（台式）①㎡™", "计算机（台式）①㎡™"),
        ("一\r\n二\t三", "一 二 三"),
        ("e\u0301", "é"),
        ("a\x00b\x1b[31mc\u202ed\ufeff", "ab[31mcd"),
        ("\ufffe\uffff𠮷", "𠮷"),
        (7010.0, "7010"),
        (2.5, "2.5"),
        (True, "TRUE"),
        (DAY, "2023-09-01"),
        (datetime(2023, 9, 1), "2023-09-01"),
        (datetime(2023, 9, 1, 8), "2023-09-01 08:00:00"),
        ("无", None),
        ("N/A", None),
        *((text, text) for text in HOSTILE),
    ],
)
def test_text(cell: Cell, expected: str | None) -> None:
    assert values.read_text(cell, 100) == expected


def test_text_too_long() -> None:
    assert values.read_text("长" * 100, 100) == "长" * 100
    with pytest.raises(UserError) as error:
        values.read_text("长" * 101, 100)
    assert "101 个字符，最多允许 100 个" in reason(error)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("张　三", "张三"), ("张三 李四", "张三 李四"), ("欧阳 锋", "欧阳 锋"), ("Li Si", "Li Si")],
)
def test_people(cell: Cell, expected: str) -> None:
    assert values.read_person(cell, 100) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("机房一-03", ("机房一", "03")),
        ("机房一—3", ("机房一", "03")),
        ("机房一 3号", ("机房一", "03")),
        ("机房一/03", ("机房一", "03")),
        ("机房一 - 03号机", ("机房一", "03")),
        ("机房一03号机", ("机房一", "03")),
        ("机房一 103号机位", ("机房一", "103")),
        ("机房一-A3", ("机房一", "A3")),
        ("机房一-教师机", ("机房一", "教师机")),
        ("机房一 讲台", ("机房一", "讲台")),
        ("计算机教室（1）-12", ("计算机教室（1）", "12")),
        ("301-03", ("301", "03")),
        ("机房一", ("机房一", None)),
        ("机房 2", ("机房 2", None)),
        ("计算机教室2", ("计算机教室2", None)),
        ("教学楼-301", ("教学楼-301", None)),
        ("行政楼 302室", ("行政楼 302室", None)),
        ("3号楼", ("3号楼", None)),
        ("-03", ("-03", None)),
        ("../../x", ("../../x", None)),
    ],
)
def test_locations(text: str, expected: tuple[str, str | None]) -> None:
    assert values.split_location(text, values.location_patterns()) == expected


def test_own_location_patterns() -> None:
    patterns = values.location_patterns([r"(?P<room>[^#]+)#(?P<seat>.+)"])
    assert values.split_location("东楼#7", patterns, width=3) == ("东楼", "007")
    for wrong, part in (("(", "不是有效的正则表达式"), ("x", "缺少名为 room 的分组")):
        with pytest.raises(UserError) as error:
            values.location_patterns([wrong])
        assert part in reason(error)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (3, "03"),
        ("3号", "03"),
        ("003", "03"),
        ("12", "12"),
        ("103", "103"),
        ("A3号机", "A3"),
        ("教师机", "教师机"),
    ],
)
def test_seats(cell: Cell, expected: str) -> None:
    assert values.read_seat(cell, 20) == expected


CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.text(max_size=60),
    st.from_regex(re.compile(r"[0-9年月日/.:, -]{1,20}"), fullmatch=True),
    st.builds(Fault, st.text(max_size=10)),
)


@given(CELLS)
def test_no_cell_breaks_a_reader(cell: Cell) -> None:
    """A value of the right kind, None, or UserError that can be rendered; what was read reads the same again."""
    readers: list[Any] = [
        (values.read_date, date),
        (values.read_money, Decimal),
        (values.read_quantity, int),
        (lambda value: values.read_code(value, 64), str),
        (lambda value: values.read_text(value, 200), str),
        (lambda value: values.read_seat(value, 20), str),
        (lambda value: values.read_status(value, values.status_words()), AssetStatus),
    ]
    for reader, kind in readers:
        try:
            value = reader(cell)
        except UserError as error:
            assert error.message.render()
            continue
        assert value is None or isinstance(value, kind)
        if isinstance(value, str):
            assert (
                value.isprintable()
                or any(character in value for character in "\ue000\uf8ff")
                or value.strip()
            )
            assert not set(value) & {"\0", "\n", "\r", "\t", "\x1b", "\u202e", "\u200b"}
        if isinstance(value, date | Decimal | int):
            assert reader(str(value)) == value


@given(
    st.dates(date(1950, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_every_day_in_every_style(day: date, style: str) -> None:
    assert values.read_date(day.strftime(style)) == day
    assert values.read_date((day - date(1899, 12, 30)).days) == day


@given(st.text(alphabet=" -—/机房一0123A号座位教师机", max_size=200))
def test_locations_lose_nothing(text: str) -> None:
    room, seat = values.split_location(text, values.location_patterns())
    assert text.startswith(room) or text.strip().startswith(room)
    assert seat is None or (room and len(seat) <= 4)
