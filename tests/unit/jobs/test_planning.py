"""The plan: only what differs, half-done work completed, nobody else's things touched."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.awx import compile_awx
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import Act, Change, Found, Wanted
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.planning import HIDDEN, plan, removal, same
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.semaphore import KINDS, compile_semaphore
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.wording import difference, step, summary
from hypothesis import given
from hypothesis import strategies as st

from tests.job_servers.samples import NOTIFICATION, definition_of

AWX = compile_awx(definition_of())
SEMAPHORE = compile_semaphore(definition_of())
numbers = count(1)


def there(wanted: Wanted, *, ours: bool = True, **changes: object) -> Found:
    return Found(
        kind=wanted.kind,
        name=wanted.name,
        id=next(numbers),
        fields={**wanted.fields, **changes},
        ours=ours,
    )


def given_by_people(wanted: Sequence[Wanted]) -> list[Found]:
    return [there(one, ours=False) for one in wanted if one.given]


def made(found: Sequence[Found], changes: Sequence[Change]) -> list[Found]:
    """What a server has after these steps."""
    kept = {(one.kind, one.name): one for one in found}
    for change in changes:
        if change.act is Act.REMOVE:
            del kept[change.kind, change.name]
        else:
            assert change.wanted is not None
            kept.pop((change.kind, change.name), None)
            kept[change.kind, change.wanted.name] = there(change.wanted)
    return list(kept.values())


@pytest.mark.parametrize("wanted", [AWX, SEMAPHORE], ids=["AWX", "Semaphore"])
def test_a_server_without_anything_gets_everything_in_order(wanted: Sequence[Wanted]) -> None:
    changes = plan(wanted, given_by_people(wanted)).changes
    assert [(one.kind, one.name) for one in changes] == [
        (one.kind, one.name) for one in wanted if not one.given
    ]
    assert {one.act for one in changes} == {Act.CREATE}


@pytest.mark.parametrize("wanted", [AWX, SEMAPHORE], ids=["AWX", "Semaphore"])
@given(data=st.data())
def test_whatever_an_earlier_run_left_the_next_completes(
    wanted: Sequence[Wanted], data: st.DataObject
) -> None:
    """Broken off anywhere, with fields changed by hand: the next plan makes the rest, and the one after it nothing."""
    people = given_by_people(wanted)
    first = plan(wanted, people).changes
    done = data.draw(st.integers(0, len(first)))
    found = made(people, first[:done])
    changeable = [one for one in wanted if one.fields and not (one.given or one.shared)]
    spoiled = data.draw(st.sets(st.sampled_from([one.name for one in changeable])))
    found = [
        Found(kind=one.kind, name=one.name, id=one.id, fields={}, ours=True)
        if one.ours and one.name in spoiled and one.kind in {w.kind for w in changeable}
        else one
        for one in found
    ]
    second = plan(wanted, found).changes
    assert {one.kind for one in second} <= {one.kind for one in wanted}
    assert plan(wanted, made(found, second)).changes == ()


def test_a_change_names_the_fields_that_differ_alone() -> None:
    (template,) = (one for one in AWX if one.name.endswith(" · lend_asset"))
    found = [*given_by_people(AWX), *(there(one) for one in AWX if not one.given and one is not template)]
    found.append(there(template, playbook="playbooks/other.yml", survey_spec={}))
    (change,) = plan(AWX, found).changes
    assert change.act is Act.UPDATE
    assert set(change.before) == set(change.after) == {"playbook", "survey_spec"}


def test_what_somebody_else_made_is_never_changed() -> None:
    foreign = Found(kind="job_template", name="theirs", id=7, fields={}, ours=False)
    found = [*given_by_people(AWX), *(there(one) for one in AWX if not one.given), foreign]
    assert plan(AWX, found, prune=True).changes == ()
    taken = [*given_by_people(AWX), there(AWX[-2], ours=False)]
    with pytest.raises(UserError, match="did not make"):
        plan(AWX, taken)


@pytest.mark.parametrize(
    ("wanted", "again"),
    [
        (AWX, compile_awx(definition_of(language="en"))),
        (SEMAPHORE, compile_semaphore(definition_of(language="en"))),
    ],
    ids=["AWX", "Semaphore"],
)
def test_a_template_whose_title_changed_is_renamed(wanted: Sequence[Wanted], again: Sequence[Wanted]) -> None:
    people = given_by_people(wanted)
    found = made(people, plan(wanted, people).changes)
    second = plan(again, found)
    renamed = [one for one in second.changes if "name" in one.after]
    assert len(renamed) == sum(one.kind in ("job_template", "template") for one in wanted)
    assert {one.act for one in second.changes} == {Act.UPDATE}
    assert second.stale == ()
    assert plan(again, made(found, second.changes)).changes == ()


def test_a_shared_one_is_used_as_it_is() -> None:
    organization = next(one for one in AWX if one.kind == "organization")
    found = [*given_by_people(AWX), there(organization, ours=False, description="theirs")]
    assert "organization" not in {one.kind for one in plan(AWX, found).changes}


def test_a_missing_credential_ends_it_before_anything_is_done() -> None:
    with pytest.raises(UserError, match="机房电脑") as refused:
        plan(AWX, [])
    assert "保险库" in str(refused.value)


def test_what_is_no_longer_wanted_goes_only_when_asked() -> None:
    fewer = compile_semaphore(definition_of(errands=("lend_asset",)))
    found = [*given_by_people(SEMAPHORE), *(there(one) for one in SEMAPHORE if not one.given)]
    kept = plan(fewer, found)
    assert kept.changes == ()
    assert {one.kind for one in kept.stale} == {"template"}
    assert len(kept.stale) == 4
    gone = plan(fewer, found, prune=True)
    assert {one.act for one in gone.changes} == {Act.REMOVE}
    assert len(gone.changes) == 4


def test_removal_takes_our_own_and_what_refers_first() -> None:
    foreign = Found(kind="template", name="theirs", id=7, fields={}, ours=False)
    found = [*(there(one, ours=one.kind != "project") for one in SEMAPHORE if not one.given), foreign]
    changes = removal(found, KINDS).changes
    order = [KINDS.index(one.kind) for one in changes]
    assert order == sorted(order, reverse=True)
    assert "theirs" not in {one.name for one in changes}
    assert "project" not in {one.kind for one in changes}


@pytest.mark.parametrize(
    ("wanted", "there_", "partial", "answer"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True, True),
        ({"a": 1}, {"a": 1, "b": 2}, False, False),
        ({"a": {"p": "x"}}, {"a": {"p": HIDDEN}}, False, True),
        ({"a": 1}, {"a": 2}, True, False),
        ([1, 2], [1, 2], False, True),
        ([1, 2], [2, 1], False, False),
        ("x", None, False, False),
        (False, None, False, False),
    ],
)
def test_when_a_value_is_as_it_must_be(wanted: object, there_: object, partial: bool, answer: bool) -> None:
    assert same(wanted, there_, partial=partial) is answer


def test_a_plan_in_words_hides_what_may_be_secret() -> None:
    changes = plan(AWX, given_by_people(AWX)).changes
    shown = difference(changes)
    assert shown["before"] == ""
    assert "playbooks/lend_asset.yml" in shown["after"]
    assert NOTIFICATION["configuration"]["url"] not in shown["after"]
    assert any(step(one, "zh_CN").startswith("作业模板 三方签字外借设备") for one in changes)
    assert str(len(changes)) in summary(plan(AWX, given_by_people(AWX)), check=True).render("en")
