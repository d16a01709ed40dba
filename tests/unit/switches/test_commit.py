"""A change that takes itself back: every step, failing in every way, by table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.alike import alike
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.commit import (
    Means,
    Outcome,
    Result,
    Untouched,
    commit,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import ChangePlan
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import Refused, SessionError

PLAN = ChangePlan(commands=("new",), rollback=("old",))


@dataclass
class World:
    """A switch whose steps fail as ``faults`` say: step → what is raised, on its first call or for ever (``always``).

    Its timer counts in ``clock``; when it is over, the switch is as it was saved.
    """

    faults: dict[str, Exception] = field(default_factory=dict)
    always: frozenset[str] = frozenset()
    restarts: bool = True
    deaf: bool = False  # does not take what it was told, and says nothing
    runs: str = "old"
    startup: str = "old"
    clock: float = 0.0
    timer: float | None = None
    done: list[str] = field(default_factory=list)
    cut_off_after_apply: bool = False

    def connect(self) -> FakeSwitch:
        self.tick()
        self._step("connect")
        if self.cut_off_after_apply and self.runs == "new":
            raise SessionError("no route")
        return FakeSwitch(self)

    def tick(self) -> None:
        if self.timer is not None and self.clock >= self.timer:
            self.timer, self.runs = None, self.startup

    def sleep(self, seconds: float) -> None:
        self.clock += seconds
        self.tick()

    def _step(self, name: str) -> None:
        self.done.append(name)
        if name in self.faults:
            fault = self.faults[name] if name in self.always else self.faults.pop(name)
            raise fault


class FakeSwitch:
    def __init__(self, world: World) -> None:
        self.world = world
        self.restarts = world.restarts

    def running(self) -> str:
        self.world._step("running")
        return self.world.runs

    def saved(self) -> str:
        self.world._step("saved")
        return self.world.startup

    def save(self) -> None:
        self.world._step("save")
        self.world.startup = self.world.runs

    def arm(self, minutes: int, undo: tuple[str, ...]) -> None:  # noqa: ARG002
        self.world._step("arm")
        self.world.timer = self.world.clock + minutes * 60

    def apply(self, commands: tuple[str, ...]) -> None:  # noqa: ARG002
        if isinstance(self.world.faults.get("apply"), Untouched):
            self.world._step("apply")
        if not self.world.deaf:
            self.world.runs = "new"
        self.world._step("apply")

    def disarm(self) -> None:
        self.world._step("disarm")
        self.world.timer = None

    def take_back(self, undo: tuple[str, ...]) -> None:  # noqa: ARG002
        self.world._step("take_back")
        self.world.runs = "old"

    def close(self) -> None:
        self.world.done.append("close")


def run(world: World, **more: object) -> Outcome:
    return commit(
        Means(
            connect=world.connect,
            plan=lambda running: ChangePlan() if running == "new" else PLAN,
            alike=alike,
            now=lambda: world.clock,
            sleep=world.sleep,
            **more,  # type: ignore[arg-type]
        )
    )


LOST = SessionError("cut")
NO = Refused("new", "% Invalid input")


@pytest.mark.parametrize(
    ("faults", "always", "result", "runs", "startup"),
    [
        ({}, "", Result.DONE, "new", "new"),
        ({"connect": LOST}, "", Result.UNTOUCHED, "old", "old"),
        ({"running": LOST}, "", Result.UNTOUCHED, "old", "old"),
        ({"saved": NO}, "", Result.UNTOUCHED, "old", "old"),
        ({"arm": NO}, "", Result.UNTOUCHED, "old", "old"),
        ({"arm": LOST}, "", Result.UNTOUCHED, "old", "old"),
        ({"apply": NO}, "", Result.TAKEN_BACK, "old", "old"),
        ({"apply": Untouched("new", "% no")}, "", Result.TAKEN_BACK, "old", "old"),
        # The change cut the session that made it, and holds.
        ({"apply": LOST}, "", Result.DONE, "new", "new"),
        ({"apply": NO, "take_back": LOST}, "", Result.TAKEN_BACK, "old", "old"),
        ({"apply": NO, "take_back": LOST}, "take_back", Result.RETURNED, "old", "old"),
        ({"disarm": LOST}, "", Result.DONE, "new", "new"),
        ({"disarm": LOST}, "disarm", Result.RETURNED, "old", "old"),
        ({"save": NO}, "", Result.UNSAVED, "new", "old"),
    ],
)
def test_a_step_that_fails(
    faults: dict[str, Exception], always: str, result: Result, runs: str, startup: str
) -> None:
    world = World(dict(faults), frozenset(always.split()))
    outcome = run(world)
    assert (outcome.result, world.runs, world.startup) == (result, runs, startup)
    assert world.timer is None
    assert outcome.failed == (result not in (Result.SAME, Result.DONE))
    assert outcome.changed == (result in (Result.DONE, Result.UNSAVED))
    assert outcome.message.render("en") != outcome.message.render("zh_CN")
    # What was opened was closed.
    assert world.done.count("close") >= world.done.count("connect") - len(faults)


def test_the_order_is_read_arm_apply_prove_over_a_new_session_disarm_save() -> None:
    world = World()
    run(world)
    assert world.done == [
        *("connect", "running", "saved", "arm", "apply", "close"),
        *("connect", "running", "disarm", "save", "close"),
    ]


def test_what_runs_unsaved_is_saved_before_a_timer_that_restarts() -> None:
    world = World(runs="by hand", startup="old", faults={"apply": LOST}, cut_off_after_apply=True)
    assert run(world).result is Result.RETURNED
    assert world.runs == "by hand"


def test_where_the_timer_does_not_restart_it_nothing_is_saved_before() -> None:
    world = World(restarts=False, runs="by hand", startup="old", faults={"arm": NO})
    run(world)
    assert "save" not in world.done


def test_an_administrator_who_is_cut_off_is_let_in_again_by_the_switch_itself() -> None:
    world = World(cut_off_after_apply=True)
    outcome = run(world)
    assert (outcome.result, world.runs, world.startup) == (Result.RETURNED, "old", "old")
    assert 300 <= world.clock < 300 + 60
    assert "save" not in world.done


def test_a_switch_that_never_comes_back_is_said_to_be_lost() -> None:
    world = World(faults={"connect": LOST})
    original: Callable[[], FakeSwitch] = world.connect
    calls = 0

    def once() -> FakeSwitch:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise LOST
        world.faults.pop("connect", None)
        return original()

    world.connect = once  # type: ignore[method-assign]
    outcome = run(world)
    assert outcome.result is Result.LOST
    assert 300 + 600 <= world.clock + 2 <= 300 + 600 + 300


def test_what_a_switch_takes_without_a_word_and_does_not_do_is_taken_back() -> None:
    world = World(deaf=True)
    outcome = run(world)
    assert outcome.result is Result.TAKEN_BACK
    assert "new" in outcome.message.render("en")


def test_a_switch_that_is_right_is_sent_nothing() -> None:
    world = World(runs="new", startup="new")
    assert run(world).result is Result.SAME
    assert world.done == ["connect", "running", "saved", "close"]


@pytest.mark.parametrize(
    ("save", "result", "startup"), [(False, Result.SAME, "old"), (True, Result.DONE, "new")]
)
def test_what_is_right_but_not_saved_is_said_or_saved(save: bool, result: Result, startup: str) -> None:
    world = World(runs="new", startup="old")
    outcome = run(world, save_unsaved=save)
    assert (outcome.result, world.startup) == (result, startup)
    assert "saved" in outcome.message.render("en")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a\nb", "b\na", True),
        ("!\nBuilding configuration...\n\nCurrent configuration : 5 bytes\na\nend", "a", True),
        ("interface 1\n x\ninterface 2", "interface 1\ninterface 2\n x", False),
        ("a", "a\nb", False),
    ],
)
def test_configurations_that_are_alike(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same
