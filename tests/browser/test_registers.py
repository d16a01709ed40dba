"""The registers' pages and the asset's page in headless Chromium: at a desk, on a phone, and on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from selenium.webdriver.common.by import By

from tests.browser.conftest import Browser
from tests.samples import sample_snapshot

pytestmark = pytest.mark.browser

REGISTERS = (
    "loans",
    "repairs",
    "stock",
    "stocktakes",
    "keys",
    "requests",
    "licences",
    "usb",
    "warnings",
    "baseline",
    "entries",
)
PHONES = (360, 390, 414)
TAP = 44  # CSS pixels: WCAG 2.2, 2.5.5 Target Size (Enhanced)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_site(sample_snapshot(), tmp_path_factory.mktemp("registers") / "site").index.parent


def _texts(browser: Browser, selector: str) -> list[str]:
    return browser.run(
        "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.replace(/\\s+/g, ' ').trim())",
        selector,
    )


def test_the_overview_says_what_to_do_next(browser: Browser, site: Path) -> None:
    browser.open(site / "index.html")
    tasks = _texts(browser, ".tasks li")
    assert tasks[0].startswith(
        "✕ 外借逾期 2023-0040 短焦投影仪 英语组 王芳，应于 2026-11-11 归还，已逾期 12 天"
    )
    assert any("待修 2023-0004" in task for task in tasks) and any("库存不足 USB 键盘" in t for t in tasks)
    browser.driver.find_element(By.CSS_SELECTOR, ".tasks a").click()
    assert browser.driver.current_url.endswith("loans.html#row-1")
    assert browser.run("return document.querySelector(':target').innerText").startswith("2026-0003")


def test_cost_per_term_is_drawn_to_scale(browser: Browser, site: Path) -> None:
    browser.open(site / "repairs.html")
    assert _texts(browser, ".chart tbody b") == ["0.00", "780.00", "218.00"]
    full, *widths = browser.run(
        """return [document.querySelector('.length').getBoundingClientRect().width,
             ...[...document.querySelectorAll('.length rect')].map(r => r.getBoundingClientRect().width)]"""
    )
    assert widths == pytest.approx([0, full, full * 218 / 780], abs=1)


def test_progress_of_a_stocktake_is_drawn_and_said(browser: Browser, site: Path) -> None:
    browser.open(site / "stocktakes.html")
    bar, part = browser.run(
        """const bar = document.querySelector('.bar');
           return [bar, bar.querySelector('rect')].map(e => e.getBoundingClientRect().width)"""
    )
    assert part == pytest.approx(bar * 5 / 12, abs=1)
    assert "5／12" in _texts(browser, "tbody tr")[0]


@pytest.mark.parametrize("name", REGISTERS)
def test_an_empty_register_is_one_friendly_sentence(browser: Browser, tmp_path: Path, name: str) -> None:
    bare = replace(sample_snapshot(), registers={}, attempts=(), baseline=None)
    empty = render_site(bare, tmp_path / "site").index.parent
    browser.open(empty / f"{name}.html")
    sentences = _texts(browser, "main .empty")
    assert len(sentences) == 1 and sentences[0].startswith("还没有") and sentences[0].endswith("。")
    assert browser.run("return document.querySelectorAll('main table').length") == 0


@pytest.mark.parametrize("width", PHONES)
@pytest.mark.parametrize("page", ["assets/3.html", "assets/40.html", *(f"{name}.html" for name in REGISTERS)])
def test_a_phone_shows_cards_to_tap(browser: Browser, site: Path, width: int, page: str) -> None:
    browser.resize(width, 780, mobile=True)
    browser.open(site / page)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    # Nothing hides in a box that scrolls sideways either.
    assert (
        browser.run(
            """return [...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1
                 && getComputedStyle(e).overflowX === 'auto').length"""
        )
        == 0
    )
    small = browser.run(
        """return [...document.querySelectorAll(
               'header a:not(.brand), header input, main nav a, .stack a, .tasks a, .lead a, main button')]
             .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < arguments[0] - 1)
             .map(e => e.innerText)""",
        TAP,
    )
    assert small == []
    if browser.run("return document.querySelectorAll('.stack tbody tr').length"):
        assert (
            browser.run("return getComputedStyle(document.querySelector('.stack tbody tr')).display")
            == "block"
        )
        labels = browser.run(
            """return [...document.querySelectorAll('.stack td[data-label]')].map(
                 td => getComputedStyle(td, '::before').content).filter(text => text.length < 3)"""
        )
        assert labels == []


def test_cards_are_still_a_table_to_a_screen_reader(browser: Browser, site: Path) -> None:
    browser.resize(360, 780, mobile=True)
    browser.open(site / "loans.html")
    roles = {
        node["role"]["value"]
        for node in browser.command("Accessibility.getFullAXTree")["nodes"]
        if not node.get("ignored") and "role" in node
    }
    assert {"table", "row", "columnheader", "rowheader", "cell"} <= roles


def test_the_asset_page_tells_its_loans_repairs_and_entries(browser: Browser, site: Path) -> None:
    browser.open(site / "assets/3.html")
    headings = _texts(browser, "main h2")
    assert "维修 · 已结案的维修" in headings and "登记" in headings
    browser.open(site / "assets/40.html")
    assert "外借 · 在外" in _texts(browser, "main h2") and "外借" in _texts(browser, ".badges .badge")
    browser.driver.find_element(By.CSS_SELECTOR, ".stack th a").click()
    assert browser.driver.current_url.endswith("loans.html#row-1")


@pytest.mark.parametrize("page", ["registers.html", "assets/3.html", *(f"{name}.html" for name in REGISTERS)])
def test_paper_has_no_controls_and_no_clipped_table(browser: Browser, site: Path, page: str) -> None:
    browser.open(site / page)
    pdf = browser.pdf()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 5
    browser.resize(703, 900)  # A4 less the margins of 12 mm at 96 dots per inch
    browser.command("Emulation.setEmulatedMedia", media="print")
    try:
        shown = browser.run(
            """return [...document.querySelectorAll('nav, .find, .chips, .skip')].filter(
                 e => e.checkVisibility()).length"""
        )
        assert shown == 0
        assert browser.run("return document.documentElement.scrollWidth") <= 703
    finally:
        browser.command("Emulation.setEmulatedMedia", media="")
