"""The registers as sheets and pages: what stands first, where a row lands, and what the search knows of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import LANGUAGES
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    FindingKind,
    FindingStatus,
    RegisterKind,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import Loan
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.rules import NOUNS
from ansible_collections.jifang.lab.plugins.plugin_utils.reports import register_pages
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.find_rows import find_rows
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.register_pages import RegisterViews
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.sheets import share_of
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.views import Views
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import EVENT_ACTIONS, Words
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import NOW, hostile_snapshot, sample_snapshot


def _registers(language: str = "zh_CN") -> RegisterViews:
    return RegisterViews(Views(sample_snapshot()), Words(language))


def _sheet(name: str, language: str = "zh_CN") -> list[list[list[str]]]:
    """The first texts of each row, by table."""
    (sheet,) = (sheet for sheet in _registers(language).sheets if sheet.name == name)
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in sheet.tables]


def test_every_kind_of_noun_is_on_a_sheet() -> None:
    """A register that people fill in and the site leaves out would look empty to them."""
    shown = {kind for kind, _, _ in _registers().numbered()}
    assert shown == {*NOUNS, "attempt"}


def test_every_row_has_one_place_and_fits_its_columns() -> None:
    registers = _registers()
    subjects = [row.subject for _, row, _ in registers.numbered()]
    assert len(subjects) == len(set(subjects))
    assert len({registers.place(subject) for subject in subjects}) == len(subjects)
    for sheet in registers.sheets:
        for table in sheet.tables:
            assert {len(row.cells) for row in table.rows} <= {len(table.columns)}, (sheet.name, table.key)


def test_open_loans_come_first_and_the_overdue_before_them() -> None:
    out, back = _sheet("loans")
    assert [(row[0], row[-1]) for row in out] == [("2026-0003", "已逾期 12 天"), ("2026-0004", "在外")]
    assert [row[0] for row in back] == ["2026-0002", "2026-0001"]


def test_a_loan_is_overdue_the_day_after_its_last_in_the_schools_time_zone() -> None:
    base = sample_snapshot()
    (late,) = (loan for loan in base.registers[RegisterKind.LOAN].values() if loan.number == "2026-0003")
    midnight = NOW.replace(hour=16, minute=0)  # 24 o'clock in China
    for at, tasks in ((midnight - timedelta(seconds=1), 0), (midnight, 1)):
        registers = {RegisterKind.LOAN: {late.number: replace(late, due_on=NOW.date())}}
        views = Views(replace(base, taken_at=at, registers=registers, attempts=(), baseline=None))
        assert len(RegisterViews(views, Words()).tasks) == tasks


def test_low_items_come_first() -> None:
    levels, moves = _sheet("stock")
    assert [(row[1], row[3], row[5]) for row in levels] == [
        ("内存条", "3 条", "不足"),
        ("USB 键盘", "0 只", "不足"),
        ("硒鼓", "4 支", "充足"),
    ]
    assert [row[4] for row in moves] == ["-3", "-5", "+4", "+5", "+6"]


def test_cost_per_term_adds_up_all_models_and_rooms() -> None:
    (sheet,) = (sheet for sheet in _registers().sheets if sheet.name == "repairs")
    assert sheet.chart is not None
    assert [(bar.label, bar.value, bar.note) for bar in sheet.chart.bars] == [
        ("2025—2026 学年第一学期", "0.00", "1 次"),
        ("2025—2026 学年第二学期", "780.00", "2 次"),
        ("2026—2027 学年第一学期", "218.00", "3 次"),
    ]
    assert [round(bar.share, 3) for bar in sheet.chart.bars] == [0.0, 1.0, 0.279]


def test_an_undone_entry_and_the_one_that_undid_it_name_each_other() -> None:
    (sheet,) = (sheet for sheet in _registers().sheets if sheet.name == "entries")
    notes = {row.cells[0].text: row.cells[3].note for row in sheet.rows}
    assert notes["2026-0036"] == "已被登记 2026-0037 撤销"
    assert notes["2026-0037"] == "撤销登记 2026-0036"
    assert all(not text.startswith("entry:") for row in sheet.rows for _, text in row.cells[5].subjects)


def test_tasks_say_what_waits_and_lead_to_it() -> None:
    registers = _registers()
    assert [task.kind for task in registers.tasks] == [
        "外借逾期",
        "待修",
        "待修",
        "新部件待核实",
        "库存不足",
        "盘点中",
        "盘点待批准",
        "软件授权",
        "USB 违规尝试",
        "基线",
    ]
    assert all(registers.place(task.subject) for task in registers.tasks)


def test_what_is_low_is_told_once_as_a_finding_or_until_then_as_a_task() -> None:
    base = sample_snapshot()
    (low,) = (row for row in base.findings if row.kind is FindingKind.LOW_STOCK)
    others = tuple(row for row in base.findings if row is not low)
    for status, told in (
        (FindingStatus.OPEN, ["USB 键盘 K4500"]),
        (FindingStatus.DISMISSED, ["USB 键盘 K4500"]),
        (FindingStatus.RESOLVED, ["内存条 DDR4 8G", "USB 键盘 K4500"]),
    ):
        findings = (*others, replace(low, status=status))
        tasks = RegisterViews(Views(replace(base, findings=findings)), Words()).tasks
        assert sorted(task.text for task in tasks if task.kind == "库存不足") == sorted(told)


def test_an_assets_page_has_its_rows_alone() -> None:
    told = _registers().of_asset("2023-0040")
    assert [(sheet.name, table.key, len(table.rows)) for sheet, table in told] == [
        ("loans", "open", 1),
        ("entries", "all", 1),
    ]
    assert _registers().of_asset("2023-9999") == []


def test_long_registers_are_paged_and_every_row_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(register_pages, "ROWS_PER_PAGE", 10)
    base = sample_snapshot()
    (loan,) = (each for each in base.registers[RegisterKind.LOAN].values() if each.number == "2026-0001")
    many = {f"2026-{n:04d}": replace(loan, number=f"2026-{n:04d}") for n in range(1, 36)}
    site = render_site(replace(base, registers={RegisterKind.LOAN: many}), tmp_path / "site").index.parent
    assert sorted(path.name for path in site.glob("loans*.html")) == [
        "loans-2.html",
        "loans-3.html",
        "loans-4.html",
        "loans.html",
    ]
    data = json.loads(
        (site / "find-data.js").read_text(encoding="utf-8").removeprefix("window.jifangFind=")[:-2]
    )
    places = {row[1]: row[0] for row in data["rows"] if row[3] == "loan"}
    assert len(places) == 35 and places["2026-0035"] == "loans.html#row-1"
    assert places["2026-0001"] == "loans-4.html#row-35"
    for place in places.values():
        page, _, anchor = place.partition("#")
        assert f'id="{anchor}"' in (site / page).read_text(encoding="utf-8")


def test_the_search_knows_every_number_of_a_device() -> None:
    views, words = Views(sample_snapshot()), Words()
    rows = {row[1]: row for row in find_rows(views, RegisterViews(views, words), words) if row[3] == ""}
    assert rows["2023-0003"] == (
        "assets/3.html",
        "2023-0003",
        "台式计算机 · 机房一 · 03",
        "",
        ["GK202300003", "PF2K0003", "pc03"],
    )
    assert rows["pc05"][0] == "machines/5.html"


def test_hostile_text_stays_data_in_the_list_of_numbers(tmp_path: Path) -> None:
    site = render_site(hostile_snapshot(), tmp_path / "site").index.parent
    text = (site / "find-data.js").read_text(encoding="utf-8")
    assert not any(character in text for character in "<>&\u2028\u2029")
    data = json.loads(text.removeprefix("window.jifangFind=")[:-2])
    assert all(row[0].split("#")[0].endswith(".html") and "/" not in row[0][9:] for row in data["rows"])
    assert max(len(key) for row in data["rows"] for key in (row[1], *row[4])) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_words_for_everything(language: str) -> None:
    registers = _registers(language)
    texts = [sheet.title + sheet.lead + sheet.empty + sheet.figure for sheet in registers.sheets]
    assert all(("\u4e00" <= max(text) <= "\u9fff" or "。" in text) is (language == "zh_CN") for text in texts)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("asset.lent", "外借"),
        ("asset.lent.undone", "外借（已撤销）"),
        ("asset.lent.undone.undone", "外借（已撤销）"),
        ("asset.unheard.undone", "asset.unheard.undone"),
    ],
)
def test_an_undone_event_says_of_what(code: str, text: str) -> None:
    assert Words().action(code) == text


def test_every_event_on_an_assets_page_has_words() -> None:
    sources = (Path(register_pages.__file__).parents[1] / "registers").glob("*.py")
    recorded = {
        name
        for path in sources
        for name in re.findall(r'"(asset\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert {"asset.lent", "asset.repaired"} <= recorded
    assert recorded - set(EVENT_ACTIONS) == set()


def test_every_errand_has_words() -> None:
    sources = (Path(register_pages.__file__).parents[1] / "registers").glob("*.py")
    errands = {
        name
        for path in sources
        for name in re.findall(r'errand="([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert {"lend_asset", "undo_entry"} <= errands
    assert [name for name in sorted(errands) if Words().errand(name) == name] == []


@given(st.floats(0, 1e9), st.floats(-10, 1e9))
def test_a_share_lies_between_nothing_and_all(part: float, whole: float) -> None:
    assert 0 <= share_of(part, whole) <= 1


def test_a_noun_of_the_book_alone_is_no_row() -> None:
    """A loan whose asset left the ledger is still shown, without its name."""
    base = sample_snapshot()
    without = tuple(asset for asset in base.assets if asset.asset_number != "2023-0040")
    registers = RegisterViews(Views(replace(base, assets=without)), Words())
    row = next(
        row for kind, row, _ in registers.numbered() if kind == Loan.kind and row.subject.endswith("0003")
    )
    assert row.cells[1].note is None and registers.place(row.cells[1].subject) is None
