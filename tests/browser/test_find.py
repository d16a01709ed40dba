"""The search in every page's header and the page that labels and forms lead to, in headless Chromium from the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.conftest import Browser
from tests.samples import HOSTILE, hostile_snapshot, large_snapshot, sample_snapshot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sites")
    snapshots = {"sample": sample_snapshot(), "hostile": hostile_snapshot(), "large": large_snapshot(10_000)}
    return {name: render_site(snapshot, folder / name).index.parent for name, snapshot in snapshots.items()}


def _wait_for_page(browser: Browser, ending: str) -> None:
    WebDriverWait(browser.driver, 10).until(lambda driver: driver.current_url.endswith(ending))


def _options(browser: Browser) -> list[str]:
    return browser.run(
        "return [...document.querySelectorAll('#find-list [role=option]')].map(o => o.innerText)"
    )


def _search(browser: Browser, words: str) -> None:
    field = browser.driver.find_element(By.ID, "find")
    field.clear()
    field.send_keys(words)
    WebDriverWait(browser.driver, 10).until(
        lambda driver: driver.find_element(By.ID, "find-list").is_displayed()
    )


def _answer(browser: Browser) -> str:
    answer = browser.driver.find_element(By.ID, "find-answer")
    WebDriverWait(browser.driver, 10).until(lambda _: answer.is_displayed())
    return answer.text


@pytest.mark.parametrize(
    ("code", "page"),
    [
        ("2023-0003", "assets/3.html"),
        ("GK202300003", "assets/3.html"),
        ("pf2k0003", "assets/3.html"),
        ("pc05", "machines/5.html"),
        ("loan:2026-0003", "loans.html#row-1"),
        ("repair:2026-0004", "repairs.html#row-1"),
        ("entry:2026-0038", "entries.html#row-1"),
        ("stocktake:2026-0002", "stocktakes.html#row-1"),
        ("key:JF1", "keys.html#row-4"),
    ],
)
def test_a_code_leads_to_what_it_is_on(
    browser: Browser, sites: dict[str, Path], code: str, page: str
) -> None:
    browser.open(sites["sample"] / "find.html", f"#{quote(code, safe=':')}")
    _wait_for_page(browser, page)
    assert browser.complaints() == []
    assert all(url.startswith("file:") for url in browser.requests())


def test_a_number_in_chinese_leads_there_encoded_or_not(browser: Browser, tmp_path: Path) -> None:
    base = sample_snapshot()
    assets = (replace(base.assets[0], asset_number="机房一 50%/号"), *base.assets[1:])
    site = render_site(replace(base, assets=assets), tmp_path / "site").index.parent
    browser.open(site / "find.html", f"#{quote('机房一 50%/号', safe=':')}")
    _wait_for_page(browser, "assets/1.html")
    browser.open(site / "find.html", "#机房一 50%/号")
    _wait_for_page(browser, "assets/1.html")


def test_the_next_scanned_code_in_the_same_tab_leads_on(browser: Browser, sites: dict[str, Path]) -> None:
    browser.open(sites["sample"] / "find.html", "#none-such")
    assert "没有编号为 none-such 的资产或单据" in _answer(browser)
    browser.run("location.hash = '#2023-0003'")
    _wait_for_page(browser, "assets/3.html")


def test_what_is_not_found_is_said_and_searched_for(browser: Browser, sites: dict[str, Path]) -> None:
    browser.open(sites["sample"] / "find.html", "#2023-00")
    assert "请核对标签" in _answer(browser)
    field = browser.driver.switch_to.active_element
    assert (field.get_attribute("id"), field.get_attribute("value")) == ("find", "2023-00")
    field.send_keys(Keys.ARROW_DOWN)
    WebDriverWait(browser.driver, 10).until(lambda _: len(_options(browser)) == 12)


def test_one_number_on_several_things_is_a_choice(browser: Browser, sites: dict[str, Path]) -> None:
    """Two computers with the maker's placeholder for a serial; neither is guessed."""
    browser.open(sites["sample"] / "find.html", "#2026-0001")
    assert "编号 2026-0001 对应" in _answer(browser)
    choices = browser.driver.find_element(By.ID, "find-choices").text
    assert "外借" in choices and "维修" in choices and "登记" in choices
    browser.driver.find_element(By.CSS_SELECTOR, "#find-choices a").click()
    WebDriverWait(browser.driver, 10).until(lambda driver: "find.html" not in driver.current_url)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("2023-0003", "2023-0003"),
        ("20230003", "2023-0003"),
        ("GK202300003", "2023-0003"),
        ("PF2K0003", "2023-0003"),
        ("\uff50\uff43 05", "pc05"),
        ("S4NEW0003", "2026-0003"),
    ],
)
def test_the_header_finds_by_any_number(
    browser: Browser, sites: dict[str, Path], words: str, first: str
) -> None:
    browser.open(sites["sample"] / "rooms/1.html")
    _search(browser, words)
    assert _options(browser)[0].startswith(first)


def test_keyboard_only(browser: Browser, sites: dict[str, Path]) -> None:
    """From any page: the slash, a number, an arrow, Enter; Escape closes the list, Tab leaves it."""
    browser.open(sites["sample"] / "assets/1.html")
    browser.driver.find_element(By.TAG_NAME, "body").send_keys("/")
    field = browser.driver.switch_to.active_element
    assert field.get_attribute("id") == "find"
    field.send_keys("2023-00")
    WebDriverWait(browser.driver, 10).until(lambda _: len(_options(browser)) == 12)
    field.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    chosen = browser.run("return document.querySelector('[aria-selected=true]').id")
    assert field.get_attribute("aria-activedescendant") == chosen == "find-1"
    field.send_keys(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys(Keys.ARROW_DOWN)
    WebDriverWait(browser.driver, 10).until(lambda _: field.get_attribute("aria-expanded") == "true")
    field.send_keys(Keys.TAB)
    assert field.get_attribute("aria-expanded") == "false"
    field.send_keys(Keys.ARROW_DOWN)
    WebDriverWait(browser.driver, 10).until(lambda _: field.get_attribute("aria-expanded") == "true")
    field.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    _wait_for_page(browser, "assets/3.html")
    assert browser.complaints() == []


def test_enter_at_once_opens_the_best_match(browser: Browser, sites: dict[str, Path]) -> None:
    """A hand scanner types the number and Enter faster than any list is drawn."""
    browser.open(sites["large"] / "index.html")
    field = browser.driver.find_element(By.ID, "find")
    field.send_keys("2023-000084" + Keys.ENTER)
    _wait_for_page(browser, "assets/84.html")


def test_ten_thousand_assets_answer_while_typing(browser: Browser, sites: dict[str, Path]) -> None:
    browser.open(sites["large"] / "index.html")
    _search(browser, "2")
    milliseconds = browser.run(
        """const field = document.getElementById('find');
           return (async () => { const taken = [];
             for (const words of ['2', '20', '2023-00', 'pf2k00432', 'pc004321', 'nothing']) {
               const start = performance.now();
               field.value = words; field.dispatchEvent(new Event('input'));
               await new Promise(done => setTimeout(done));
               document.body.getBoundingClientRect();
               taken.push(performance.now() - start); }
             return taken; })()"""
    )
    # Two orders of magnitude above what it takes: this catches a page that freezes, not a slow machine.
    assert max(milliseconds) < 2000, milliseconds
    assert len(_options(browser)) == 0
    _search(browser, "pc004321")
    assert len(_options(browser)) == 1


def test_the_numbers_are_read_when_asked_for(browser: Browser, sites: dict[str, Path]) -> None:
    browser.open(sites["large"] / "index.html")
    assert not any(url.endswith("find-data.js") for url in browser.requests())
    browser.open(sites["large"] / "index.html")
    _search(browser, "2023")
    assert any(url.endswith("find-data.js") for url in browser.requests())


def test_a_folder_copied_by_halves_says_so(browser: Browser, tmp_path: Path) -> None:
    site = render_site(sample_snapshot(), tmp_path / "site").index.parent
    (site / "find-data.js").unlink()
    browser.open(site / "find.html", "#2023-0003")
    assert "请把整个网页文件夹重新拷贝一遍" in _answer(browser)


def test_the_table_of_devices_keeps_its_own_slash(browser: Browser, sites: dict[str, Path]) -> None:
    browser.open(sites["sample"] / "devices.html")
    browser.driver.find_element(By.TAG_NAME, "body").send_keys("/")
    assert browser.driver.switch_to.active_element.get_attribute("id") == "q"


@pytest.mark.parametrize("attack", [text for text in HOSTILE if text.isascii()])
def test_hostile_codes_and_numbers_stay_text(browser: Browser, sites: dict[str, Path], attack: str) -> None:
    browser.open(sites["hostile"] / "find.html", f"#{quote(attack, safe='')}")
    WebDriverWait(browser.driver, 10).until(
        lambda driver: (
            "find.html" not in driver.current_url or driver.find_element(By.ID, "find-answer").is_displayed()
        )
    )
    assert browser.driver.current_url.startswith("file:")
    browser.open(sites["hostile"] / "index.html")
    _search(browser, attack.replace("\x1b", "").replace("\x07", "") or "x")
    assert browser.run("return document.querySelectorAll('img, iframe, #find-list script').length") == 0
    assert browser.run(
        "return [...document.querySelectorAll('#find-list a')].every(a => a.protocol === 'file:')"
    )
    assert browser.complaints() == []


def test_another_script_address_is_refused(browser: Browser, sites: dict[str, Path]) -> None:
    """The one policy for script addresses gives the list of numbers, whatever it is asked for."""
    browser.open(sites["sample"] / "index.html")
    refused = browser.run(
        """const refused = [];
           const attempt = (name, act) => { try { act(); } catch { refused.push(name); } };
           attempt('address', () => { document.createElement('script').src = 'https://example.invalid/x.js'; });
           attempt('policy', () => trustedTypes.createPolicy('other', { createScriptURL: url => url }));
           attempt('again', () => trustedTypes.createPolicy('jifang', { createScriptURL: url => url }));
           return refused;"""
    )
    assert refused == ["address", "policy", "again"]
