"""The page of USB attempts in headless Chromium: by room, what became of each, and whose sticks are allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from selenium.webdriver.common.by import By

from tests.browser.conftest import Browser
from tests.browser.test_registers import _texts
from tests.samples import hostile_snapshot, sample_snapshot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render_site(sample_snapshot(), tmp_path_factory.mktemp("usb") / "site").index.parent


def test_attempts_stand_by_room_with_what_became_of_them(browser: Browser, site: Path) -> None:
    browser.open(site / "usb.html")
    assert _texts(browser, "main h2") == ["机房一：已阻止", "未注明位置：已阻止", "已放行", "放行名单"]
    newest, phone, warned = _texts(browser, "section:nth-of-type(1) tbody tr")
    assert newest.startswith("5 2026-11-23 14:15 03 pc03 Kingston DataTraveler 3.0 0951:1666")
    assert "pupil07, teacher 当时会话未结束" in newest
    assert "红米" in phone and "离当时最近的登录" in phone
    assert warned.endswith("警告单 2026-0001")
    browser.driver.find_element(By.LINK_TEXT, "警告单 2026-0001").click()
    assert "warnings.html#row-1" in browser.driver.current_url
    assert browser.run("return document.querySelector(':target').innerText").startswith("2026-0001")
    assert browser.complaints() == []


def test_allowed_sticks_show_their_last_day_and_that_it_is_over(browser: Browser, site: Path) -> None:
    browser.open(site / "usb.html", "#allowed")
    rows = _texts(browser, "section:last-of-type tbody tr")
    states = {serial: row for row in rows for serial in ("0721", "9999", "8888", "7777") if serial in row}
    assert "2026-12-23" in states["0721"] and states["0721"].endswith("✓ 已放行")
    assert "全部机房" in states["9999"] and states["9999"].endswith("✓ 已放行")
    assert states["8888"].endswith("✕ 已到期")
    assert states["7777"].endswith("2026-11-23 移出名单")


def test_the_rooms_page_and_the_overview_lead_to_the_attempts(browser: Browser, site: Path) -> None:
    browser.open(site / "registers.html")
    (task,) = (text for text in _texts(browser, ".tasks li") if "USB 违规" in text)
    assert "机房一" in task and "2 次待处理，最近一次 2026-11-23 14:15" in task
    browser.open(site / "rooms" / "2.html")
    titles = _texts(browser, "main h2")
    assert "USB 违规尝试 · 机房一：已阻止" in titles and "USB 违规尝试 · 放行名单" in titles
    browser.open(site / "find.html", "#attempt:5")
    assert browser.driver.current_url.endswith("usb.html#row-1")


def test_on_a_phone_nothing_is_cut_off(browser: Browser, site: Path) -> None:
    browser.resize(360, 780, mobile=True)
    browser.open(site / "usb.html")
    assert browser.run("return document.documentElement.scrollWidth") <= 360
    assert _texts(browser, "tbody tr:first-child td")[0]


def test_what_devices_call_themselves_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    hostile = render_site(hostile_snapshot(), tmp_path / "site").index.parent
    browser.open(hostile / "usb.html")
    assert browser.complaints() == []
    assert browser.run("return document.querySelectorAll('script:not([src]), main img').length") == 0
