"""configure_awx and configure_semaphore against servers that answer as the products do; AWX by the real awx.awx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab_command.arguments import playbooks
from tests.integration.support import Done, School
from tests.job_servers.awx import Awx
from tests.job_servers.samples import NOTIFICATION, VARIABLES
from tests.job_servers.semaphore import Semaphore
from tests.job_servers.serving import TOKEN, Fault
from tests.samples.calendar import VARIABLES as CALENDAR

SCHOOL = "示范中学"
HOOK = NOTIFICATION["configuration"]["url"]  # type: ignore[index]
LEND = "三方签字外借设备 · lend_asset"
# Two duties alone: a module of awx.awx takes a second.
DUTIES = {
    **{
        name: {"enabled": False}
        for name in ("ready_check", "closing_check", "hardware_check", "history_proof", "term_start_check")
    },
    "term_end_closing": {"enabled": False},
}
SETTINGS: dict[str, Any] = {
    **CALENDAR,
    "calendar_duties": DUTIES,
    "lab_language": "zh_CN",
    "lab_school": SCHOOL,
    "jobs_project_url": "https://git.school.example/jifang.git",
    "jobs_image": "localhost/jifang-ee:1",
    "jobs_machine_credential": "机房电脑",
    "jobs_vault_credential": "保险库",
    "jobs_variables": VARIABLES,
    "jobs_errands": ["lend_asset", "update_ledger"],
    "jobs_notifications": [NOTIFICATION],
}


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path)
    for room in ("room_1", "room_2"):
        school.hosts[f"{room}-pc"] = {}
    school.variables.update(SETTINGS)
    return school


@pytest.fixture
def awx() -> Iterator[Awx]:
    # Pages of five: every list has several.
    with Awx(playbooks(), page=5).running() as server:
        assert isinstance(server, Awx)
        types = {thing["name"]: number for number, thing in server.things["credential_types"].items()}
        organization = server.put("organizations", name=SCHOOL)
        for name, kind in (("机房电脑", "Machine"), ("保险库", "Vault")):
            server.put("credentials", name=name, credential_type=types[kind], organization=organization)
        yield server


@pytest.fixture
def semaphore() -> Iterator[Semaphore]:
    with Semaphore().running() as server:
        assert isinstance(server, Semaphore)
        project = server.project(SCHOOL)
        for name, kind in (("机房电脑", "ssh"), ("保险库", "login_password")):
            server.put(project, "keys", name=name, type=kind)
        yield server


def configure(school: School, server: Awx | Semaphore, *words: str) -> Done:
    """Secrets come by the environment; nothing that is said or kept may hold one."""
    if isinstance(server, Awx):
        environment = {"CONTROLLER_HOST": server.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
        done = school.run("configure_awx", *words, **environment)
    else:
        done = school.run("configure_semaphore", *words, SEMAPHORE_URL=server.url, SEMAPHORE_TOKEN=TOKEN)
    assert TOKEN not in done.said
    assert HOOK not in done.said
    return done


def test_awx_from_nothing_to_everything_and_back(school: School, awx: Awx) -> None:
    """One AWX through all of it, because each module of awx.awx is a Python of its own."""
    first = configure(school, awx, "--check", "--diff")
    assert first.code == 0, first.said
    assert awx.changes == []
    assert f"job_template {LEND} playbook" in first.said

    for fault in (
        # The line breaks after the server had done it; then in the middle of a template; then before a schedule.
        Fault("POST", "/job_templates/$", None, late=True),
        Fault("POST", "/survey_spec/$", 500),
        Fault("POST", "/schedules/$", 429),
    ):
        awx.faults.append(fault)
        broken = configure(school, awx)
        assert broken.code == 2
        assert re.search(r"共 \d+ 步，已完成 \d+ 步", broken.said), broken.said
        assert fault.times == 0
    # As loud as can be: what Ansible says of a module's arguments is looked at, too.
    done = configure(school, awx, "-vvv")
    assert (done.code, done.changed) == (0, 1), done.said
    assert_awx_is_complete(awx)
    made = [path for method, path in awx.changes if method == "POST" and path == "/api/v2/job_templates/"]
    assert len(made) == len(awx.things["job_templates"])

    awx.requests.clear()
    again = configure(school, awx, "--diff")
    assert (again.code, again.changed) == (0, 0), again.said
    assert awx.changes == []

    is_changed_no_more_than_it_must(school, awx)
    is_renamed_in_place(school, awx)
    is_cleaned_when_asked(school, awx)


def assert_awx_is_complete(awx: Awx) -> None:
    template = awx.named("job_templates")[LEND]
    assert template["playbook"] == "playbooks/lend_asset.yml"
    assert json.loads(template["extra_vars"]) == VARIABLES
    number = template["id"]
    credentials = {awx.things["credentials"][one]["name"] for one in awx.associated[number, "credentials"]}
    assert credentials == {"jifang-ledger", "机房电脑", "保险库"}
    asked = {one["variable"]: one for one in awx.surveys[number]["spec"]}
    assert asked["loan_principal"]["question_name"] == "签字的校长"
    assert asked["loan_principal"]["required"] is True
    schedule = awx.named("schedules")["jifang-daily_check-0945"]
    assert schedule["rrule"] == "DTSTART;TZID=Asia/Shanghai:20260101T094500 RRULE:FREQ=DAILY;INTERVAL=1"
    duty = awx.things["job_templates"][schedule["unified_job_template"]]
    assert json.loads(duty["extra_vars"])["duty_name"] == "daily_check"
    told = awx.associated[duty["id"], "notification_templates_error"]
    assert [awx.things["notification_templates"][one]["name"] for one in told] == ["告警"]
    assert awx.named("projects")["jifang"]["scm_update_on_launch"] is True
    assert awx.named("inventory_sources")["jifang"]["source_path"] == "inventory/hosts.yml"
    assert awx.named("execution_environments")["jifang"]["image"] == "localhost/jifang-ee:1"
    # No secret of the ledger was made up: an administrator enters it.
    assert "inputs" not in awx.named("credentials")["jifang-ledger"]
    assert awx.named("organizations")[SCHOOL]["description"] == ""


def is_changed_no_more_than_it_must(school: School, awx: Awx) -> None:
    awx.put("job_templates", name="theirs", project=awx.named("projects")["jifang"]["id"], playbook="x.yml")
    awx.named("job_templates")[LEND]["playbook"] = "playbooks/verify_ledger.yml"
    awx.named("notification_templates")["告警"]["notification_configuration"]["password"] = "theirs"
    school.variables["jobs_errands"] = ["lend_asset"]
    awx.requests.clear()
    mended = configure(school, awx, "--diff")
    assert mended.code == 0, mended.said
    assert [method for method, _path in awx.changes] == ["PATCH"]
    assert awx.named("job_templates")[LEND]["playbook"] == "playbooks/lend_asset.yml"
    assert any(name.endswith("update_ledger") for name in awx.named("job_templates"))


def is_renamed_in_place(school: School, awx: Awx) -> None:
    numbers = {listed: set(things) for listed, things in awx.things.items()}
    school.variables["calendar_duties"] = {**DUTIES, "daily_check": {"title": "每日巡查"}}
    done = configure(school, awx)
    assert done.code == 0, done.said
    assert "每日巡查 · daily_check" in awx.named("job_templates")
    assert numbers == {listed: set(things) for listed, things in awx.things.items()}
    awx.requests.clear()
    assert configure(school, awx).changed == 0
    assert awx.changes == []


def is_cleaned_when_asked(school: School, awx: Awx) -> None:
    pruned = configure(school, awx, "-e", "jobs_prune=true")
    assert pruned.code == 0, pruned.said
    assert not any(name.endswith("update_ledger") for name in awx.named("job_templates"))

    gone = configure(school, awx, "-e", "jobs_state=absent")
    assert gone.code == 0, gone.said
    assert set(awx.named("job_templates")) == {"theirs"}
    assert set(awx.named("organizations")) == {SCHOOL}
    assert set(awx.named("credentials")) == {"机房电脑", "保险库"}
    left = ("schedules", "projects", "inventories", "inventory_sources", "execution_environments")
    assert [awx.things[listed] for listed in left] == [{}, {}, {}, {}, {}]


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "不认识这个令牌"), (403, "组织或项目的管理员"), (404, "地址对吗"), (500, "查看它的日志")],
)
def test_what_awx_refuses_is_told_and_nothing_is_changed(
    school: School, awx: Awx, status: int, said: str
) -> None:
    awx.faults.append(Fault("GET", "/projects/$", status, times=9))
    done = configure(school, awx)
    assert done.code == 2
    assert said in done.said
    assert awx.changes == []


def test_what_awx_refuses_of_a_step_is_told_in_its_own_words(school: School, awx: Awx) -> None:
    """A project without the suite in it: the answer is the server's, through the module of awx.awx."""
    awx.playbooks.clear()
    done = configure(school, awx)
    assert done.code == 2
    assert "Playbook not found for project." in done.said
    assert "作业模板 三方签字外借设备" in done.said


def test_without_a_credential_nothing_is_begun(school: School, awx: Awx) -> None:
    awx.things["credentials"].clear()
    done = configure(school, awx)
    assert done.code == 2
    assert "机房电脑、保险库" in done.said
    assert awx.changes == []


def test_without_a_token_nothing_is_asked(school: School, awx: Awx) -> None:
    done = school.run("configure_awx", CONTROLLER_HOST=awx.url, CONTROLLER_OAUTH_TOKEN="")
    assert done.code == 2
    assert "没有 AWX 的令牌" in done.said
    assert awx.requests == []


def test_semaphore_gets_everything_and_the_second_run_changes_nothing(
    school: School, semaphore: Semaphore
) -> None:
    first = configure(school, semaphore, "--check", "--diff")
    assert first.code == 0, first.said
    assert semaphore.changes == []
    done = configure(school, semaphore, "-vvv")
    assert (done.code, done.changed) == (0, 1), done.said
    assert LEND in semaphore.named("templates")
    assert "jifang-daily_check-0945" in semaphore.named("schedules")
    semaphore.requests.clear()
    again = configure(school, semaphore, "--diff")
    assert (again.code, again.changed) == (0, 0), again.said
    assert semaphore.changes == []
    gone = configure(school, semaphore, "-e", "jobs_state=absent")
    assert gone.code == 0, gone.said
    assert set(semaphore.named("keys")) == {"机房电脑", "保险库"}
    assert semaphore.things["templates"] == {}


def test_a_token_in_a_variable_is_not_shown_either(school: School, semaphore: Semaphore) -> None:
    """As from a vaulted file, through ``lab run`` that keeps what happened."""
    school.variables["jobs_semaphore_token"] = TOKEN
    school.variables["jobs_semaphore_url"] = semaphore.url
    done = school.lab_run("configure_semaphore", "-vvv")
    assert done.code == 0, done.said
    kept = [
        path.read_text(errors="replace") for path in (school.folder / "runs").rglob("*") if path.is_file()
    ]
    assert len(kept) > 3
    assert not any(TOKEN in text or HOOK in text for text in [done.said, *kept])


def test_a_semaphore_run_that_breaks_off_is_completed(school: School, semaphore: Semaphore) -> None:
    semaphore.faults.append(Fault("POST", "/templates$", None, skip=1, late=True))
    broken = configure(school, semaphore)
    assert broken.code == 2
    assert "下次执行从这里继续" in broken.said
    assert configure(school, semaphore).code == 0
    semaphore.requests.clear()
    assert configure(school, semaphore).changed == 0
    assert semaphore.changes == []
