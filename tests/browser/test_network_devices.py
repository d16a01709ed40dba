"""The pages of network devices in headless Chromium: their tables are tables at a desk and cards on a phone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Machine
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site

from tests.browser.conftest import Browser
from tests.samples import machine, sample_snapshot
from tests.unit.devices.device_samples import HUAWEI, LASERJET, nut, pjlink, snmp

pytestmark = pytest.mark.browser

PHONES = (320, 390, 414)
TAP = 44  # CSS pixels: WCAG 2.2, 2.5.5 Target Size (Enhanced)
NAMES = {"ifAlias": {str(number): f"到机房{number}" + "x" * 60 for number in range(1, 60)}}
EVIDENCE = {
    91: HUAWEI,
    92: LASERJET,
    93: pjlink(LAMP="1532 1 20 0", ERST="020000", POWR="1"),
    94: nut(battery_charge="97", battery_runtime="2520", ups_load="23", ups_status="OL RB"),
    95: snmp(ifType={str(number): 6 for number in range(1, 60)}, **NAMES),
}


def _device(number: int) -> Machine:
    facts = build_facts(EVIDENCE[number])
    parts = {name: facts[name] for name in ("inventory", "state", "unknown", "raw")}
    return replace(machine(number, f"device{number}", "01"), components=(), asset_id=None, **parts)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = sample_snapshot()
    devices = tuple(map(_device, EVIDENCE))
    snapshot = replace(base, machines=(*base.machines, *devices))
    return render_site(snapshot, tmp_path_factory.mktemp("devices") / "site").index.parent


@pytest.mark.parametrize("width", PHONES)
@pytest.mark.parametrize("number", EVIDENCE)
def test_a_phone_shows_a_device_without_scrolling_sideways(
    browser: Browser, site: Path, width: int, number: int
) -> None:
    browser.resize(width, 780, mobile=True)
    browser.open(site / f"machines/{number}.html")
    assert browser.run("return document.documentElement.scrollWidth") <= width
    hidden = browser.run(
        """return [...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1
             && getComputedStyle(e).overflowX === 'auto').map(e => e.innerText.slice(0, 80))"""
    )
    assert hidden == []
    small = browser.run(
        """return [...document.querySelectorAll('header a:not(.brand), main nav a, .stack a, .lead a, main button')]
             .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < arguments[0] - 1)
             .map(e => e.innerText)""",
        TAP,
    )
    assert small == []


@pytest.mark.parametrize(("number", "heading"), [(91, "端口"), (92, "耗材")])
def test_each_row_of_a_devices_table_is_a_card_with_its_labels(
    browser: Browser, site: Path, number: int, heading: str
) -> None:
    browser.resize(390, 780, mobile=True)
    browser.open(site / f"machines/{number}.html")
    headings = browser.run("return [...document.querySelectorAll('main h2')].map(e => e.innerText.trim())")
    assert heading in headings
    shown = browser.run(
        """return [...document.querySelectorAll('.device-table tbody tr')].map(row => [getComputedStyle(row).display,
             [...row.cells].every(cell => getComputedStyle(cell, '::before').content.length > 2)])"""
    )
    assert shown
    assert all(row == ["block", True] for row in shown)


def test_at_a_desk_a_devices_table_is_a_table(browser: Browser, site: Path) -> None:
    browser.resize(1280, 800)
    browser.open(site / "machines/91.html")
    assert (
        browser.run("return getComputedStyle(document.querySelector('.device-table tbody tr')).display")
        == "table-row"
    )
