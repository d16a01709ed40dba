"""Warning slips: of which attempts, for whom, once, and taken back; and the findings that they settle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import form_of
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import render_pdf
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import LANGUAGES, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AttemptAction,
    AttemptUsers,
    Finding,
    FindingKind,
    RegisterKind,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import rules
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.breaches import attempt_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.entries import Entry
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.nouns import document_of, noun_from
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper, State
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.warning_slips import (
    WarningRequest,
    WarningSlip,
    issue,
    standard_rule,
    wanted,
)

from tests.samples.attempts import STICK
from tests.samples.records import NOW
from tests.unit.forms.pages import codes, crossings, images, missing_glyphs, read

REQUEST = WarningRequest(attempt="1", rule="不得接入 U 盘。", pupil="陈敏", pupil_class="高二（3）班")
AGAIN = replace(STICK, id=2, at=STICK.at + timedelta(hours=1))
PHONE = replace(STICK, id=3, machine_id=4, host="pc04", kind="phone", at=STICK.at + timedelta(days=1))
FINDING = Finding(
    kind=FindingKind.USB_ATTEMPT,
    key="usb_attempt:3:2026-11-23",
    advice="usb_attempt",
    id=7,
    stands_for=("attempt:1", "attempt:2"),
)
TODAY = NOW.date()


@pytest.fixture
def school(state: State) -> State:
    return replace(state, today=TODAY, attempts=(STICK, AGAIN, PHONE), findings=(FINDING,))


def slip_of(state: State, request: WarningRequest = REQUEST) -> WarningSlip:
    (change,) = issue(state, request).changes
    assert isinstance(change.after, WarningSlip)
    return change.after


def test_a_slip_says_who_when_where_what_and_which_rule(school: State) -> None:
    plan = issue(school, REQUEST)
    slip = slip_of(school)
    assert (slip.number, slip.pupil, slip.pupil_class) == ("2026-0001", "陈敏", "高二（3）班")
    assert (slip.host, slip.room, slip.seat, slip.issued_on) == ("pc03", "机房一", "03", TODAY)
    assert (slip.accounts, slip.accounts_from) == (("g2c3-chenmin",), AttemptUsers.RECORD)
    (incident,) = slip.incidents
    assert (incident.attempt, incident.at, incident.serial) == (1, STICK.at, "001A92053B6A")
    assert plan.papers == (Paper("warning_slip", "2026-0001"),)
    assert "陈敏" in plan.message.render("zh_CN")
    assert noun_from(WarningSlip, document_of(slip)) == slip
    assert list(rules.contradictions(school.after(plan.changes))) == []


def test_of_a_finding_all_attempts_that_are_on_no_slip_yet(school: State) -> None:
    of_finding = replace(REQUEST, attempt=None, finding="7")
    assert [each.attempt for each in slip_of(school, of_finding).incidents] == [1, 2]
    one = school.after(issue(school, REQUEST).changes)
    assert wanted(one, of_finding) == (2,)
    both = one.after(issue(one, replace(REQUEST, attempt="attempt:2")).changes)
    with pytest.raises(UserError, match="already on warning slip"):
        issue(both, of_finding)


def test_without_a_name_it_is_the_one_account_that_was_logged_in(school: State) -> None:
    assert slip_of(school, replace(REQUEST, pupil=" ")).pupil == "g2c3-chenmin"


@pytest.mark.parametrize(
    ("changes", "attempt", "says"),
    [
        ({"attempt": None}, {}, "二者只给一个"),
        ({"finding": "7"}, {}, "二者只给一个"),
        ({"attempt": "99"}, {}, "没有编号为 99"),
        ({"attempt": "one"}, {}, "one 不是"),
        ({"attempt": "１"}, {}, "不是"),
        ({"attempt": "9" * 40}, {}, "不是"),
        ({"attempt": None, "finding": "8"}, {}, "8 不是 USB 违规"),
        ({"rule": ""}, {}, "缺少违反的规定"),
        ({"issued_on": "2026-11-22"}, {}, "早于违规日期"),
        ({"issued_on": "2026-11-24"}, {}, "尚未到来"),
        ({"issued_on": "soon"}, {}, "不是日期"),
        ({"pupil": None}, {"users": ("a", "b")}, "不止一个：a、b"),
        ({"pupil": None}, {"users": ()}, "没有记录"),
        ({"pupil": "长" * 1000}, {}, "超过"),
    ],
)
def test_what_makes_no_slip(
    school: State, changes: dict[str, Any], attempt: dict[str, Any], says: str
) -> None:
    state = replace(school, attempts=(replace(STICK, **attempt),))
    with pytest.raises(UserError) as refused:
        issue(state, replace(REQUEST, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_a_clock_that_runs_ahead_keeps_nobody_from_issuing_a_slip(school: State) -> None:
    ahead = replace(STICK, at=NOW + timedelta(days=400))
    assert slip_of(replace(school, attempts=(ahead,))).issued_on == TODAY


def test_a_second_slip_of_one_attempt_is_refused_until_the_first_is_undone(school: State) -> None:
    once = school.after(issue(school, REQUEST).changes)
    with pytest.raises(UserError) as refused:
        issue(once, REQUEST)
    assert "警告单 2026-0001" in refused.value.message.render("zh_CN")
    slip = slip_of(school)
    doubled = replace(slip, number="2026-0002")
    registers = {RegisterKind.WARNING: {each.number: each for each in (slip, doubled)}}
    assert len(list(rules.contradictions(replace(school, registers=registers)))) == 1


def findings(state: State) -> list[Finding]:
    return list(attempt_findings(state, {3: "PC-003"}))


def test_what_was_refused_is_one_finding_for_a_machine_and_a_day(school: State) -> None:
    stick, phone = findings(school)
    assert stick.key == "usb_attempt:3:2026-11-23"
    assert (stick.room, stick.seat, stick.hosts, stick.asset_numbers) == (
        "机房一",
        "03",
        ("pc03",),
        ("PC-003",),
    )
    assert stick.stands_for == ("attempt:1", "attempt:2")
    assert [each.fact for each in stick.differences] == [
        "2026-11-23 10:15 Kingston DataTraveler 3.0 0951:1666 S/N 001A92053B6A ×2"
    ]
    assert [each.user for each in stick.logins] == ["g2c3-chenmin"]
    assert (phone.key, phone.asset_numbers) == ("usb_attempt:4:2026-11-24", ())


def test_a_slip_settles_a_finding_and_what_was_let_in_makes_none(school: State) -> None:
    warned = school.after(issue(school, replace(REQUEST, attempt=None, finding="7")).changes)
    assert [each.key for each in findings(warned)] == ["usb_attempt:4:2026-11-24"]
    allowed = replace(STICK, action=AttemptAction.ALLOWED)
    assert findings(replace(school, attempts=(allowed,))) == []


DESK = Desk(school="示范中学", made_on=TODAY, site_url="https://jifang.example.invalid")


def test_the_slip_fits_one_page_with_both_stubs_and_leads_to_its_entry(school: State) -> None:
    many = tuple(replace(STICK, id=n, at=STICK.at + timedelta(minutes=n)) for n in range(1, 10))
    finding = replace(FINDING, stands_for=tuple(f"attempt:{each.id}" for each in many))
    state = replace(school, attempts=many, findings=(finding,))
    request = replace(REQUEST, attempt=None, finding="7", rule=standard_rule().render())
    plan = issue(state, request)
    entry = Entry(
        number="2026-0042",
        errand=plan.errand,
        at=NOW,
        actor="王老师",
        reason="",
        subjects=("warning:2026-0001",),
        events=(1,),
    )
    after = state.after(plan.changes)
    after = replace(after, registers={**after.registers, RegisterKind.ENTRY: {entry.number: entry}})
    pdf = render_pdf(form_of(after, Paper("warning_slip", "2026-0001"), DESK))
    (page,) = read(pdf)
    text = page.joined()
    for words in ("陈敏", "高二(3)班", "pc03", "Kingston", "班主任", "机房管理员", "机房管理制度"):
        assert text.count(words) >= 2, words
    for words in ("0951:1666", "001A92053B6A", "g2c3-chenmin", "处理意见", "10:16至10:24"):
        assert words in text, words
    assert codes(next(images(pdf))) == ["https://jifang.example.invalid/find.html#entry:2026-0042"] * 2
    assert missing_glyphs(pdf) == 0
    assert crossings(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("users_from", list(AttemptUsers))
def test_how_it_is_known_who_was_logged_in_stands_on_the_slip(
    school: State, users_from: AttemptUsers, language: str
) -> None:
    hostile = "#panic() =1+1 \u202e\x1b[2J" + "长" * 300
    users = () if users_from is AttemptUsers.UNKNOWN else ("pupil07",)
    attempt = replace(
        STICK, users=users, users_from=users_from, name=None, kind="card", serial=hostile, room=hostile
    )
    state = replace(school, attempts=(attempt,), today=date(2026, 11, 25))
    state = state.after(issue(state, replace(REQUEST, pupil="#panic()", measure="写检查")).changes)
    pdf = render_pdf(form_of(state, Paper("warning_slip", "2026-0001"), replace(DESK, language=language)))
    text = "".join(page.joined() for page in read(pdf))
    assert "#panic()" in text
    assert missing_glyphs(pdf) == 0
