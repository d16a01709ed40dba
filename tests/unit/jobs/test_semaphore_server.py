"""The definition against a server that answers as Semaphore does."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.client import Client
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import JobPlan, Wanted
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.planning import plan, removal
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.semaphore import KINDS, compile_semaphore
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.semaphore_server import SemaphoreServer

from tests.job_servers.samples import catalogue, definition_of
from tests.job_servers.semaphore import Semaphore
from tests.job_servers.serving import TOKEN, Fault

SCHOOL = "示范中学"


@pytest.fixture
def fake() -> Iterator[Semaphore]:
    with Semaphore().running() as running:
        assert isinstance(running, Semaphore)
        project = running.project(SCHOOL)
        for name, kind in (("机房电脑", "ssh"), ("保险库", "login_password")):
            running.put(project, "keys", name=name, type=kind)
        yield running


def converge(fake: Semaphore, wanted: tuple[Wanted, ...], *, prune: bool = False) -> JobPlan:
    """As the action does it."""
    server = SemaphoreServer(Client(fake.url, TOKEN, product="Semaphore", pause=lambda _s: None), SCHOOL)
    planned = plan(wanted, server.read(), prune=prune)
    for change in planned.changes:
        server.apply(change)
    return planned


WANTED = compile_semaphore(definition_of())


def test_everything_is_made_once(fake: Semaphore) -> None:
    assert len(converge(fake, WANTED).changes) == len([one for one in WANTED if not one.given]) - 1
    made = {listed: set(fake.named(listed)) for listed in fake.things}
    fake.requests.clear()
    assert converge(fake, WANTED).changes == ()
    assert fake.changes == []
    assert {listed: set(fake.named(listed)) for listed in fake.things} == made


def test_every_errand_and_both_languages_fit_the_recorded_description(fake: Semaphore) -> None:
    """All errands: a payload that the description does not know would be refused."""
    everything = compile_semaphore(definition_of(errands=()))
    converge(fake, everything)
    assert len(fake.things["templates"]) == len(catalogue()) + len(definition_of().timers)
    assert converge(fake, everything).changes == ()
    numbers = {listed: set(things) for listed, things in fake.things.items()}
    english = compile_semaphore(definition_of(errands=(), language="en"))
    turned = converge(fake, english)
    assert {one.kind for one in turned.changes} == {"template", "schedule"}
    assert "Lend an asset against three signatures · lend_asset" in fake.named("templates")
    # The same ones under other names: what ran of them stays with them.
    assert numbers == {listed: set(things) for listed, things in fake.things.items()}
    assert converge(fake, english) == JobPlan(changes=())


def test_what_a_template_becomes(fake: Semaphore) -> None:
    converge(fake, WANTED)
    template = fake.named("templates")["三方签字外借设备 · lend_asset"]
    assert template["playbook"] == "playbooks/lend_asset.yml"
    assert template["vaults"] == [{"vault_key_id": fake.named("keys")["保险库"]["id"], "type": "password"}]
    asked = {one["name"]: one for one in template["survey_vars"]}
    assert asked["loan_borrower"] == {"name": "loan_borrower", "title": "借方", "required": True}
    returned = fake.named("templates")["设备归还 · return_asset"]["survey_vars"]
    (condition,) = (one for one in returned if one["name"] == "loan_condition")
    assert [one["value"] for one in condition["values"]] == ["intact", "incomplete", "damaged"]
    schedule = fake.named("schedules")["jifang-daily_check-0945"]
    assert schedule["cron_format"] == "CRON_TZ=Asia/Shanghai 45 9 * * *"
    duty = fake.things["templates"][schedule["template_id"]]
    assert json.loads(duty["arguments"]) == ["-e", "duty_name=daily_check"]
    assert json.loads(fake.named("environment")["jifang"]["json"])["lab_runs"] == "/var/lib/jifang/runs"


def test_what_was_changed_by_hand_is_put_back_and_the_rest_is_kept(fake: Semaphore) -> None:
    converge(fake, WANTED)
    template = fake.named("templates")["三方签字外借设备 · lend_asset"]
    template["playbook"] = "playbooks/other.yml"
    template["view_id"] = 7
    fake.requests.clear()
    (change,) = converge(fake, WANTED).changes
    assert list(change.after) == ["playbook"]
    assert template["playbook"] == "playbooks/lend_asset.yml"
    assert template["view_id"] == 7
    assert len(fake.changes) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503, None])
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_a_run_that_breaks_off_is_completed_by_the_next(
    fake: Semaphore, status: int | None, late: bool
) -> None:
    """Also where the server had done what was asked before the line broke."""
    fake.faults.append(Fault("POST", "/templates$", status, skip=3, late=late))
    with pytest.raises(UserError):
        converge(fake, WANTED)
    converge(fake, WANTED)
    assert converge(fake, WANTED).changes == ()
    names = [one["name"] for one in fake.things["templates"].values()]
    assert len(names) == len(set(names))


def test_nobody_elses_things_are_touched(fake: Semaphore) -> None:
    other = fake.project("别的学校")
    fake.put(other, "templates", name="theirs", description="", app="ansible")
    (project,) = (number for number, one in fake.projects.items() if one["name"] == SCHOOL)
    fake.put(project, "repositories", name="their repository", git_url="x", git_branch="x", ssh_key_id=1)
    before = json.dumps([fake.named("repositories")["their repository"], fake.named("templates")["theirs"]])
    converge(fake, WANTED, prune=True)
    assert before == json.dumps(
        [fake.named("repositories")["their repository"], fake.named("templates")["theirs"]]
    )


def test_a_name_that_is_taken_ends_it_before_anything_is_done(fake: Semaphore) -> None:
    (project,) = fake.projects
    fake.put(project, "templates", name="三方签字外借设备 · lend_asset", description="mine", app="ansible")
    with pytest.raises(UserError, match="did not make"):
        converge(fake, WANTED)
    assert fake.changes == []


def test_a_key_that_is_missing_ends_it_before_anything_is_done(fake: Semaphore) -> None:
    fake.things["keys"].clear()
    with pytest.raises(UserError, match="机房电脑"):
        converge(fake, WANTED)
    assert fake.changes == []


def test_two_projects_of_one_name_are_refused(fake: Semaphore) -> None:
    fake.project(SCHOOL)
    with pytest.raises(UserError, match="2 projects"):
        converge(fake, WANTED)


def test_a_dropped_duty_goes_only_when_asked(fake: Semaphore) -> None:
    converge(fake, WANTED)
    fewer = tuple(one for one in WANTED if "daily_check" not in one.name)
    kept = converge(fake, fewer)
    assert {one.kind for one in kept.stale} == {"template", "schedule"}
    assert "jifang-daily_check-0945" in fake.named("schedules")
    converge(fake, fewer, prune=True)
    assert "jifang-daily_check-0945" not in fake.named("schedules")
    assert converge(fake, fewer, prune=True).changes == ()


def test_a_key_that_is_replaced_goes_after_the_last_that_used_it(fake: Semaphore) -> None:
    (project,) = fake.projects
    converge(fake, WANTED)
    assert "jifang-none" in fake.named("keys")
    fake.put(project, "keys", name="代码库", type="ssh")
    closed = compile_semaphore(definition_of(project_credential="代码库"))
    converge(fake, closed, prune=True)
    assert "jifang-none" not in fake.named("keys")
    assert fake.named("repositories")["jifang"]["ssh_key_id"] == fake.named("keys")["代码库"]["id"]
    assert converge(fake, closed, prune=True).changes == ()


def test_everything_of_ours_can_be_taken_away(fake: Semaphore) -> None:
    converge(fake, WANTED)
    server = SemaphoreServer(Client(fake.url, TOKEN, product="Semaphore"), SCHOOL)
    for change in removal(server.read(), KINDS).changes:
        server.apply(change)
    assert {listed: set(fake.named(listed)) for listed in fake.things} == {
        **{listed: set() for listed in fake.things},
        "keys": {"机房电脑", "保险库"},
    }
