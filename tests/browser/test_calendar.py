"""The calendar's page in headless Chromium: the week, what was missed, at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import icalendar
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import History
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Occurrence
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.pages import calendar_page
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.standing import Run
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site

from tests.browser.conftest import Browser
from tests.samples import sample_snapshot
from tests.samples.calendar import VARIABLES, at, calendar_of

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>\u202e" + "长" * 80


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calendar")
    rooms = {
        **VARIABLES["calendar_timetable"],
        **{
            f"room_{n}": {"name": f"第{n}机房", "lessons": [{"weekday": 3, "periods": 1}]}
            for n in range(10, 60)
        },
    }
    duties = {"own": {"title": HOSTILE.replace("\u202e", ""), "days": "every_day", "at": "23:00"}}
    calendar = calendar_of(calendar_timetable=rooms, calendar_duties=duties)
    run = Run(
        name="20261221T014501.000000Z-update_ledger",
        playbook="update_ledger",
        started=at("2026-12-21 09:45"),
        code=2,
        occurrences=(Occurrence(at("2026-12-21 09:45"), "daily_check"),),
    )
    page = calendar_page(
        calendar,
        History(runs=(run,), since=at("2026-12-01 00:00")),
        now=at("2026-12-23 12:00"),
        language="zh_CN",
    )
    return render_site(sample_snapshot(), folder / "site", calendar=page).index.parent


def words(browser: Browser, selector: str) -> list[str]:
    found: list[str] = browser.run(
        "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.replace(/\\s+/g, ' ').trim())",
        selector,
    )
    return found


def test_the_week_tells_what_ran_and_what_was_missed(browser: Browser, site: Path) -> None:
    browser.open(site / "calendar.html")
    assert browser.complaints() == []
    assert len(words(browser, ".week")) == 5
    assert "第 17 周（共 21 周）" in words(browser, ".week h2")[0]
    assert words(browser, ".day.today h3")[0].startswith("12-23 周三")
    assert "✕ 执行出错 (2)" in words(browser, "[data-standing=failed]")
    assert words(browser, ".day.today [data-standing=missed]")
    assert any("(50)" in text for text in words(browser, ".day.today .duty"))
    assert any("2027 年" in text for text in words(browser, ".message.stopped"))
    assert "是否上班未知" in words(browser, ".day .stopped")
    assert browser.run("return document.querySelectorAll('main img').length") == 0


def test_every_page_leads_to_it_and_to_the_file_for_a_phone(browser: Browser, site: Path) -> None:
    browser.open(site / "index.html")
    assert "校历" in words(browser, ".top nav a")
    assert icalendar.Calendar.from_ical((site / "calendar.ics").read_bytes()).walk("VEVENT")


def test_a_school_without_a_calendar_has_no_such_page(browser: Browser, tmp_path: Path) -> None:
    bare = render_site(sample_snapshot(), tmp_path / "site").index.parent
    browser.open(bare / "index.html")
    assert "校历" not in words(browser, ".top nav a")
    assert not (bare / "calendar.html").exists()


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_scrolls_down_only(browser: Browser, site: Path, width: int) -> None:
    browser.resize(width, 844, mobile=True)
    for scheme in ("light", "dark"):
        browser.prefer(scheme)
        browser.open(site / "calendar.html")
        assert browser.run("return document.documentElement.scrollWidth") <= width
