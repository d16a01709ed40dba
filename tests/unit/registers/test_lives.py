"""Lives: the row that applies with its source, ages by the calendar, straight-line values that never go below zero."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import lives
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.lives import (
    Age,
    Begins,
    age,
    load_lives,
    reckon,
    shipped_lives,
)
from hypothesis import given
from hypothesis import strategies as st

GB2022 = "GB/T 14885-2022"
SHIPPED = Path(lives.__file__).parent / "lives.json"


def asset(name: str = "台式计算机", **fields: Any) -> Asset:
    return Asset(
        **{
            "id": 1,
            "asset_number": "PC-001",
            "name": name,
            "original_value": Decimal("4800.00"),
            "booked_on": date(2021, 9, 1),
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("thing", "title", "years"),
    [
        (asset(), "计算机设备", 6),
        (asset("显示器"), "计算机设备", 6),
        (asset("投影仪"), "办公设备", 6),
        (asset("激光打印机"), "办公设备", 6),
        (asset("ＵＰＳ"), "电气设备", 5),
        (asset("立柜式空调", class_standard=GB2022, class_code="A02061804"), "电气设备", 5),
        (asset("对讲机"), "通信设备", 5),
        (asset("柜式空调"), "电气设备", 5),
        (asset("教学楼中央空调"), "机械设备", 10),
    ],
)
def test_the_row_for_a_thing(thing: Asset, title: str, years: int) -> None:
    life = shipped_lives().life_of(thing)
    assert life is not None
    assert (life.title, life.years) == (title, years)
    assert "财会〔2017〕4号" in life.source


@pytest.mark.parametrize(
    "thing",
    [
        asset("网络设备", class_standard=GB2022, class_code="A02010200"),
        asset("电脑桌"),
        asset("以太网交换机"),
        # A code without its standard says nothing, nor does the code of another edition.
        asset("设备一批", class_code="A02061804"),
        asset("设备一批", class_standard="GB/T 14885-2010", class_code="A02061804"),
    ],
)
def test_what_no_row_names_is_unknown(thing: Asset) -> None:
    assert shipped_lives().life_of(thing) is None
    worth = reckon(thing, shipped_lives(), date(2026, 9, 15))
    assert (worth.has_served, worth.months, worth.depreciated, worth.net_value) == (None, None, None, None)


def test_every_shipped_rule_says_against_what_it_was_checked() -> None:
    table = shipped_lives()
    told = [each.checked for each in (*table.lives, table.appraisal)]
    told += [table.depreciation.residual_checked, table.depreciation.begins_checked]
    assert all(told)
    # What was found only at second hand, or as a custom, asks the school.
    assert all("确认" in text for text in told if "二手" in text or "未找到" in text)


def _table(**changes: Any) -> str:
    return json.dumps({**json.loads(SHIPPED.read_text(encoding="utf-8")), **changes})


def _own(tmp_path: Path, text: str) -> str:
    path = tmp_path / "年限.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def _row(**fields: Any) -> dict[str, Any]:
    return {"title": "本校", "years": 8, "source": "校规", **fields}


def test_the_schools_own_table(tmp_path: Path) -> None:
    rows = [
        _row(title="信息化", class_codes=[{"standard": GB2022, "code": "A0201*"}]),
        _row(title="服务器", years=10, class_codes=[{"standard": GB2022, "code": "A02010104"}]),
    ]
    table = load_lives(_own(tmp_path, _table(lives=rows)))
    code = {"class_standard": "GB/T14885-2022", "class_code": "A0201 0104"}
    assert table.life_of(asset("服务器", **code)) == table.lives[1]
    assert table.life_of(asset("服务器", class_standard=GB2022, class_code="A02010105")) == table.lives[0]
    assert table.life_of(asset()) is None


def test_no_path_is_the_shipped_table() -> None:
    assert load_lives("") is load_lives(None) is shipped_lives()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "不是 JSON"),
        ("[" * 100_000, "不是 JSON"),
        ("[]", "有误"),
        (_table(lives=[_row(years=0)]), "lives.0.years"),
        (_table(lives=[{"title": "无出处", "years": 6}]), "lives.0.source"),
        (_table(lives=[_row(kinds=["robot"])]), "lives.0.kinds"),
        (_table(lives=[_row(year=6)]), "lives.0.year"),
        (_table(lives=[_row(kinds=["computer"]), _row(kinds=["computer"])]), "两次"),
        (_table(lives=[_row(name_endings=["UPS"]), _row(name_endings=["ＵＰＳ"])]), "两次"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UserError) as refused:
        load_lives(_own(tmp_path, text))
    assert says in refused.value.message.render("zh_CN")


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "gbk.json"
    latin.write_bytes("年限".encode("gb18030"))
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 1_000_001)
    for path, says in ((tmp_path / "none.json", "无法读取"), (latin, "UTF-8"), (large, "1 MB")):
        with pytest.raises(UserError) as refused:
            load_lives(str(path))
        assert says in refused.value.message.render("zh_CN")


@pytest.mark.parametrize(
    ("booked", "today", "months"),
    [
        (date(2021, 9, 1), date(2021, 9, 1), 0),
        (date(2021, 9, 15), date(2026, 9, 14), 59),
        (date(2021, 9, 15), date(2026, 9, 15), 60),
        (date(2025, 1, 31), date(2025, 2, 27), 0),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2020, 2, 29), date(2026, 2, 28), 72),
    ],
)
def test_the_age_in_whole_months(booked: date, today: date, months: int) -> None:
    assert age(booked, today) == Age(months)


def test_an_age_that_is_not_known() -> None:
    assert age(None, date(2026, 1, 1)) is None
    assert age(date(2026, 1, 2), date(2026, 1, 1)) is None


def test_an_age_in_words() -> None:
    assert Age(65).message().render("zh_CN") == "5 年 5 个月"
    assert Age(65).message().render("en") == "5 years 5 months"


@pytest.mark.parametrize(
    ("booked", "today", "months", "depreciated", "net"),
    [
        # 4800 / 72 = 66.666… a month; the month of today is not over.
        (date(2021, 9, 30), date(2021, 9, 30), 0, "0.00", "4800.00"),
        (date(2021, 9, 30), date(2021, 10, 1), 1, "66.67", "4733.33"),
        (date(2021, 9, 1), date(2024, 9, 15), 36, "2400.00", "2400.00"),
        (date(2021, 9, 1), date(2027, 9, 1), 72, "4800.00", "0.00"),
        (date(2021, 9, 1), date(2040, 1, 1), 72, "4800.00", "0.00"),
    ],
)
def test_depreciation_begins_in_the_month_of_the_book_in(
    booked: date, today: date, months: int, depreciated: str, net: str
) -> None:
    worth = reckon(asset(booked_on=booked), shipped_lives(), today)
    assert (worth.months, worth.depreciated, worth.net_value) == (months, Decimal(depreciated), Decimal(net))


def test_a_school_may_reckon_otherwise() -> None:
    table = shipped_lives()
    other = replace(
        table,
        depreciation=replace(table.depreciation, begins=Begins.MONTH_AFTER, residual_rate=Decimal("0.05")),
    )
    worth = reckon(asset(booked_on=date(2021, 9, 1)), other, date(2021, 11, 1))
    assert (worth.months, worth.depreciated) == (1, Decimal("63.33"))
    assert reckon(asset(), other, date(2040, 1, 1)).net_value == Decimal("240.00")


def test_an_unknown_price_has_no_net_value() -> None:
    worth = reckon(asset(original_value=None), shipped_lives(), date(2027, 9, 1))
    assert (worth.has_served, worth.months, worth.net_value) == (True, 72, None)


DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(
    DAYS,
    DAYS,
    st.decimals(0, 10_000_000, places=2),
    st.decimals(0, "0.99", places=2),
    st.sampled_from(Begins),
)
def test_no_value_leaves_its_bounds(
    booked: date, today: date, price: Decimal, residual: Decimal, begins: Begins
) -> None:
    table = shipped_lives()
    table = replace(table, depreciation=replace(table.depreciation, residual_rate=residual, begins=begins))
    worth = reckon(asset(booked_on=booked, original_value=price), table, today)
    assert (worth.age is None) == (booked > today)
    if worth.net_value is None or worth.depreciated is None:
        assert worth.age is None
        return
    assert 0 <= worth.net_value <= price
    assert worth.depreciated + worth.net_value == price
    later = reckon(asset(booked_on=booked, original_value=price), table, today + timedelta(days=40))
    assert later.net_value is not None
    assert later.net_value <= worth.net_value


@given(DAYS, st.integers(0, 600))
def test_a_month_is_full_on_its_day_or_the_last_of_a_shorter_one(booked: date, months: int) -> None:
    total = booked.year * 12 + booked.month - 1 + months
    year, month = total // 12, total % 12 + 1
    full = date(year, month, min(booked.day, monthrange(year, month)[1]))
    assert age(booked, full) == Age(months)
    if months:
        assert age(booked, full - timedelta(days=1)) == Age(months - 1)
