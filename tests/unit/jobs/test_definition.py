"""What a job asks for, when it runs, and what is refused."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.duties import plan
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import CalendarError
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.recurrence import Recurrence, recurrences
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.catalogue import exceptions
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.definition import define, named
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import Answer, Errand
from babel.messages.pofile import read_po
from dateutil.rrule import rrulestr

from lab_command.arguments import playbooks
from lab_command.paths import ROOT
from tests.job_servers.samples import catalogue, definition_of, settings_of
from tests.samples.calendar import YEAR_2027, calendar_of, midnight

SURVEYS = ROOT / "plugins/plugin_utils/locale/zh_CN/surveys.po"
IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")


def required_by_its_page(errand: str) -> set[str]:
    page = (ROOT / f"docs/errands/{errand}.md").read_text(encoding="utf-8").partition("\n## English")[0]
    rows = re.findall(r"^\| `(\w+)`[^|]*\| ([^|]*)\|", page, re.MULTILINE)
    return {name for name, default in rows if "必填" in default and "时必填" not in default}


def test_every_playbook_is_a_job_or_is_left_out_by_name() -> None:
    assert {errand.name for errand in catalogue()} | set(exceptions()["left_out"]) == set(playbooks())
    assert {errand.name for errand in catalogue()} & set(exceptions()["left_out"]) == set()


@pytest.mark.parametrize("errand", catalogue(), ids=lambda one: one.name)
def test_what_must_be_answered_is_what_its_page_says(errand: Errand) -> None:
    asked = {one.variable for one in errand.questions}
    required = {one.variable for one in errand.questions if one.required}
    assert required == required_by_its_page(errand.name) & asked
    assert required == set(exceptions()["required"].get(errand.name, ()))


def test_each_question_is_asked_in_chinese_and_in_english() -> None:
    for chinese, english in zip(catalogue(), catalogue("en"), strict=True):
        assert IDEOGRAPH.search(chinese.title), chinese.name
        for one, other in zip(chinese.questions, english.questions, strict=True):
            assert IDEOGRAPH.search(one.text), one.variable
            assert not IDEOGRAPH.search(other.text), other.variable
            assert "`" not in one.text
            assert "C(" not in other.text


def test_no_translation_of_a_question_is_stale() -> None:
    with SURVEYS.open("rb") as file:
        translated = {str(entry.id) for entry in read_po(file) if entry.id}
    described = set()
    for path in ROOT.glob("roles/*/meta/argument_specs.yml"):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values():
            for option in entry.get("options", {}).values():
                text = option["description"]
                described.add(" ".join(text) if isinstance(text, list) else text)
    assert translated - described == set()


def test_templates_are_told_apart() -> None:
    assert max(Counter(map(named, catalogue())).values()) == 1


def test_answers_have_their_kinds() -> None:
    asked = {one.variable: one for errand in catalogue() for one in errand.questions}
    assert asked["loan_condition"].choices == ("intact", "incomplete", "damaged")
    assert asked["loan_condition"].answer is Answer.ONE
    assert asked["stocktake_surplus"].choices == ("true", "false")
    assert asked["purchase_prefill"].answer is Answer.SEVERAL
    assert asked["ledger_book"].required
    # An empty answer for a mapping is refused, so only one that must be given is asked for.
    assert "asset_fields" in asked
    assert not {"stocktake_choices", "stocktake_items", "purchase_lines"} & set(asked)
    # A setting of the school is no question.
    assert not any(name.startswith(("lab_pc_", "usb_lockdown_", "schedules_", "jobs_")) for name in asked)


def test_the_duties_are_those_of_the_calendar_and_a_watch() -> None:
    timers = definition_of().timers
    assert [one.duty for one in timers] == [
        *(one.name for one in calendar_of().duties if one.playbook),
        "",
    ]
    # First lessons begin at 08:00, 10:00, 14:00 and 16:30 somewhere.
    ready = next(one for one in timers if one.duty == "ready_check")
    assert [f"{one.at:%H:%M}" for one in ready.recurrences] == ["07:50", "09:50", "13:50", "16:20"]


def test_without_a_calendar_nothing_is_scheduled() -> None:
    assert define(settings_of(), catalogue(), None).timers == ()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_every_occurrence_of_two_years_is_met_by_a_rule(zone: str) -> None:
    """Held against the calendar itself, also where the clock changes: a rule fires at each instant that is due."""
    calendar = calendar_of(
        calendar_zone=zone,
        calendar_years=[YEAR_2027],
        calendar_duties={
            "monthly": {"days": "month_end", "at": "12:00", "playbook": "verify_ledger"},
            "weekly": {"days": ["monday", "friday"], "at": "17:00", "playbook": "verify_ledger"},
            "first": {"days": "month_day 1", "at": "08:30", "playbook": "verify_ledger"},
        },
    )
    since, until = midnight(datetime(2026, 3, 1).date()), midnight(datetime(2027, 3, 1).date())
    found = plan(calendar, since, until)
    assert len(found.occurrences) > 500
    for duty in calendar.duties:
        if duty.playbook is None:
            continue
        fired = {
            instant.astimezone(UTC)
            for one in recurrences(calendar, duty)
            for instant in rrulestr(one.rrule(calendar.zone).replace(" ", "\n")).between(
                since - timedelta(days=2), until + timedelta(days=2), inc=True
            )
        }
        due = {one.due for one in found.occurrences if one.duty == duty.name}
        assert due
        assert due <= fired, duty.name


@pytest.mark.parametrize(
    ("recurrence", "cron"),
    [
        (Recurrence(at=datetime(2026, 1, 1, 7, 50).time()), "50 7 * * *"),
        (Recurrence(at=datetime(2026, 1, 1, 17, 30).time(), weekdays=(1, 5)), "30 17 * * 1,5"),
        (Recurrence(at=datetime(2026, 1, 1, 17, 30).time(), weekdays=(7,)), "30 17 * * 0"),
        (Recurrence(at=datetime(2026, 1, 1, 8, 30).time(), month_day=1), "30 8 1 * *"),
        (Recurrence(at=datetime(2026, 1, 1, 8, 30).time(), month_day=-1), "30 8 28-31 * *"),
        (Recurrence(at=datetime(2026, 1, 1, 0, 7).time(), minutes=15), "7-59/15 * * * *"),
    ],
)
def test_cron_lines(recurrence: Recurrence, cron: str) -> None:
    assert recurrence.cron(ZoneInfo("Asia/Shanghai")) == f"CRON_TZ=Asia/Shanghai {cron}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"errands": ("lend_aset",)}, "lend_aset"),
        ({"errands": ("install_schedules",)}, "is no job"),
        ({"organization": ""}, "jobs_organization"),
        ({"project_url": "https://a:b@git.school.example/x"}, "jobs_project_url has a password"),
        (
            {"variables": {"ledger_url": "postgresql://a:geheim@db/l"}},
            "jobs_variables.ledger_url has a password",
        ),
        ({"variables": {"snmp_password": "x"}}, "snmp_password"),
        ({"variables": {"api_token": "x"}}, "api_token"),
    ],
)
def test_what_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)) as refused:
        definition_of(**changes)  # type: ignore[arg-type]
    assert "geheim" not in str(refused.value)


def test_a_duty_that_cannot_be_scheduled_is_refused() -> None:
    with pytest.raises(CalendarError, match="calendar_timetable has none"):
        definition_of(calendar=calendar_of(calendar_timetable={}))
    with pytest.raises(CalendarError, match="update_leger"):
        definition_of(calendar=calendar_of(calendar_duties={"daily_check": {"playbook": "update_leger"}}))
