"""Labels: each in its place on its sheet, each code read by another decoder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.asset_papers import sheet_of
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.labels import (
    MODULE_MM,
    SHEETS,
    Label,
    Sheet,
    asset_label,
    render_labels,
    write_labels,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.qr import qr_code
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples import asset
from tests.unit.forms.pages import Page, codes, images, missing_glyphs, read
from tests.unit.forms.samples import HOSTILE

DAY = date(2026, 11, 25)
SITE = "https://jifang.example.invalid/site"
LONG = "联想启天M450台式计算机（学生机）含21.5英寸液晶显示器及键盘鼠标套装"


def labels(count: int) -> list[Label]:
    return [
        Label(
            (
                LONG if number % 3 == 0 else "台式计算机",
                f"2023-{number:06d}",
                f"机房一 {number:02d}",
                "示范中学",
            ),
            f"{SITE}/find.html#2023-{number:06d}",
        )
        for number in range(count)
    ]


def outside(page: Page, sheet: Sheet) -> list[str]:
    """Characters that no label of the sheet holds."""
    places = [sheet.origin(at) for at in range(sheet.columns * sheet.rows)]
    return [
        char.text
        for char in page.chars
        if char.text.strip()
        and not any(
            x <= char.box.left
            and char.box.right <= x + sheet.label_width_mm
            and y <= char.box.top
            and char.box.bottom <= y + sheet.label_height_mm
            for x, y in places
        )
    ]


@pytest.mark.parametrize("name", SHEETS)
def test_every_label_of_a_sheet_is_in_its_place_and_its_code_is_read(name: str) -> None:
    sheet = SHEETS[name]
    count = sheet.columns * sheet.rows
    made = labels(count)
    pdf = render_labels(made, sheet)
    (page,) = read(pdf)
    (image,) = images(pdf)
    assert (page.width, page.height) == pytest.approx((sheet.page_width_mm, sheet.page_height_mm), abs=0.1)
    assert sorted(codes(image)) == sorted(label.code for label in made)
    assert outside(page, sheet) == []
    assert missing_glyphs(pdf) == 0
    for at, label in enumerate(made):
        (number,) = page.find(label.lines[1])
        x, y = sheet.origin(at)
        assert x <= number.left < number.right <= x + sheet.label_width_mm
        assert y <= number.top < number.bottom <= y + sheet.label_height_mm


def test_used_labels_are_skipped_and_a_further_sheet_begins_full() -> None:
    sheet = replace(SHEETS["a4_3x8"], skip=22)
    first, second = read(render_labels(labels(4), sheet))
    assert "2023-000000" in first.joined()
    assert "2023-000001" in first.joined()
    x, y = sheet.origin(22)
    (number,) = first.find("2023-000000")
    assert x < number.left < x + 70
    assert y < number.top < y + 37
    (third,) = second.find("2023-000002")
    assert third.left < 70
    assert third.top < 38


def test_many_labels_are_set_in_batches_without_a_gap() -> None:
    pages = read(render_labels(labels(600), replace(SHEETS["a4_3x8"], skip=5)))
    assert len(pages) == 26
    numbers = "".join(page.joined() for page in pages)
    assert [number for number in range(600) if f"2023-{number:06d}" not in numbers] == []


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("name", ["a4_4x10", "roll_50x30"])
def test_hostile_lines_shrink_and_end_in_an_ellipsis(name: str, text: str) -> None:
    sheet = SHEETS[name]
    pdf = render_labels([Label((text, text, text, text), "2023-0001")], sheet)
    (page,) = read(pdf)
    (image,) = images(pdf)
    assert outside(page, sheet) == []
    assert missing_glyphs(pdf) == 0
    assert codes(image) == ["2023-0001"]
    assert ("…" in page.text or "..." in page.text) is (len(text) > 100)


@settings(max_examples=40)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=6).map(tuple), st.sampled_from(sorted(SHEETS)))
def test_any_lines_stay_on_their_label(lines: tuple[str, ...], name: str) -> None:
    pdf = render_labels([Label(lines, SITE)], SHEETS[name])
    (page,) = read(pdf)
    assert outside(page, SHEETS[name]) == []
    assert missing_glyphs(pdf) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"label_width_mm": 70.1}, "共占 210.3 × 296.5 毫米"),
        ({"rows": 9}, "共占 210 × 333.5 毫米"),
        ({"gap_x_mm": 1}, "共占 212 ×"),
        ({"left_mm": -1}, "0 至 500 毫米"),
        ({"label_height_mm": 1}, "10 至 1000 毫米"),
        ({"columns": 0}, "给出 0 列"),
        ({"skip": 24}, "一页只有 24 张"),
        ({"page_width_mm": float("nan")}, "10 至 1000 毫米"),
    ],
)
def test_labels_that_do_not_fit_the_page_are_refused(change: dict[str, float], says: str) -> None:
    with pytest.raises(UserError) as error:
        replace(SHEETS["a4_3x8"], **change)
    assert says in error.value.message.render("zh_CN")


@pytest.mark.parametrize("used", ["三", "-1", "1.5", "9" * 5000, "true"])
def test_used_labels_that_are_no_number_are_refused_by_name(used: str) -> None:
    with pytest.raises(UserError) as error:
        sheet_of("a4_3x8", {}, used)
    said = error.value.message.render("zh_CN")
    assert said.startswith("已用掉的标签数（label_skip）：")
    assert len(said) < 100


@pytest.mark.parametrize(("used", "skip"), [(None, 0), ("", 0), ("0", 0), (" 5 ", 5)])
def test_used_labels_are_read_as_a_person_writes_them(used: str | None, skip: int) -> None:
    assert sheet_of("a4_3x8", {}, used).skip == skip


def test_a_code_too_large_for_its_label_is_refused_with_its_size() -> None:
    small = Sheet(
        page_width_mm=30, page_height_mm=18, columns=1, rows=1, label_width_mm=30, label_height_mm=18
    )
    with pytest.raises(UserError) as error:
        render_labels([Label(("台式计算机",), f"{SITE}/{'x' * 150}")], small)
    assert "请改用较大的标签或较短的站点地址" in error.value.message.render("zh_CN")


@pytest.mark.parametrize("text", ["1", SITE, f"{SITE}/find.html#" + "9" * 60, "资产编号"])
def test_a_code_has_level_m_at_least_and_its_quiet_zone(text: str) -> None:
    code = qr_code(text)
    modules = code.side - 8
    assert (modules - 17) % 4 == 0
    assert 'fill="#fff"' in code.svg
    assert "M4 4h7v1h-7z" in code.svg, "the finder pattern begins behind four modules of quiet"
    assert code.side * MODULE_MM < 30


def test_an_assets_label_leads_to_its_page_or_names_it() -> None:
    booked = asset(1, "台式计算机", "01", asset_number="2023/0001 甲#?")
    assert asset_label(booked, Desk(school="示范中学", made_on=DAY, site_url=f"{SITE}/")).code == (
        f"{SITE}/find.html#2023%2F0001%20%E7%94%B2%23%3F"
    )
    alone = asset_label(booked, Desk(school="示范中学", made_on=DAY))
    assert alone == Label(("台式计算机", "2023/0001 甲#?", "机房一 01", "示范中学"), "2023/0001 甲#?")


@pytest.mark.parametrize("code", ["", "x" * 211])
def test_an_empty_or_endless_code_is_refused(code: str) -> None:
    with pytest.raises(UserError):
        Label(("甲",), code)


def test_no_labels_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        write_labels([], SHEETS["a4_3x8"], tmp_path / "labels.pdf")
    assert list(tmp_path.iterdir()) == []
