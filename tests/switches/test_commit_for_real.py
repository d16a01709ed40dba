"""Changes on switches of every platform: they go well, are refused, cut everybody off, or lose their control node."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.alike import alike
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.commit import Means, Outcome, Result, commit
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.diff import ChangePlan
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.reached import ReachedSwitch
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import Login

from lab_command.paths import ROOT
from tests.switches.conftest import PLATFORM_NAMES, Serve, start
from tests.switches.emulator.device import Device
from tests.switches.emulator.dialects import DIALECTS

_BRACKETS = ("comware", "vrp")
#: Seconds that a minute of the emulated switches lasts, and of those who wait for them: where the timer is to run out,
#: and where it must not before a busy machine has done its work.
SHORT, LONG = 1.5, 60.0


@dataclass(frozen=True)
class Case:
    """What is typed on one platform: a description, what goes wrong in each way, and the way back."""

    platform: str

    def __post_init__(self) -> None:
        assert self.platform in PLATFORMS

    def device(self, minute: float) -> Device:
        return start(self.platform, minute=minute, boot_seconds=0.3)

    def _port(self, number: int) -> str:
        return f"interface {DIALECTS[self.platform].physical.format(n=number)}"

    @property
    def leave(self) -> str:
        return PLATFORMS[self.platform].leave

    @property
    def undo(self) -> str:
        return PLATFORMS[self.platform].undo

    @property
    def good(self) -> ChangePlan:
        return ChangePlan(
            commands=(self._port(3), "description pc03", self.leave),
            rollback=(self._port(3), f"{self.undo} description", self.leave),
        )

    @property
    def wrong(self) -> ChangePlan:
        commands = (self._port(3), "description pc03", "colour blue", self.leave)
        return ChangePlan(commands=commands, rollback=self.good.rollback)

    @property
    def cutting(self) -> ChangePlan:
        """The management VLAN is no longer let through where everybody comes from."""
        one = {
            "comware": "undo port trunk permit vlan 99",
            "vrp": "undo port trunk allow-pass vlan 99",
            "ruijie": "switchport trunk allowed vlan only 11",
        }.get(self.platform, "switchport trunk allowed vlan 11")
        back = {
            "comware": "port trunk permit vlan 99",
            "vrp": "port trunk allow-pass vlan 99",
        }.get(self.platform, "no switchport trunk allowed vlan")
        return ChangePlan(
            commands=(self._port(10), one, self.leave), rollback=(self._port(10), back, self.leave)
        )


def run(
    case: Case, login: Login, plan: ChangePlan, seen: Callable[[str], bool], minute: float = LONG
) -> Outcome:
    return commit(
        Means(
            connect=lambda: ReachedSwitch(PLATFORMS[case.platform], login),
            plan=lambda running: ChangePlan() if seen(running) else plan,
            alike=alike,
            now=time.monotonic,
            sleep=time.sleep,
            minutes=2,
            minute=minute,
            back=30,
            pause=0.1,
        )
    )


def described(running: str) -> bool:
    return "description pc03" in running


cases = pytest.mark.parametrize(
    "case", [Case(name) for name in PLATFORM_NAMES], ids=lambda case: case.platform
)


@cases
def test_a_change_is_seen_over_a_new_session_and_saved(case: Case, serve: Serve) -> None:
    device, login, rack = serve(case.device(LONG))
    outcome = run(case, login, case.good, described)
    assert outcome.result is Result.DONE, outcome.message.render("en")
    assert described(device.text(device.startup))
    assert device.timer is None
    assert len(rack.sessions["sw"]) == 2
    device.log.clear()
    again = run(case, login, case.good, described)
    assert again.result is Result.SAME
    assert not [
        line for line in device.log if line.startswith(("interface", "save", "copy", "write", "conf"))
    ]


@cases
def test_a_refused_command_takes_everything_back_at_once(case: Case, serve: Serve) -> None:
    device, login, _ = serve(case.device(LONG))
    before = device.text(device.running)
    outcome = run(case, login, case.wrong, described)
    assert outcome.result is Result.TAKEN_BACK, outcome.message.render("en")
    assert "colour blue" in outcome.message.render("en")
    assert alike(device.text(device.running), before)
    assert (device.timer, device.reboots) == (None, 0)


@cases
def test_who_cuts_himself_off_finds_the_switch_as_it_was(case: Case, serve: Serve) -> None:
    device, login, _ = serve(case.device(SHORT))
    before = device.text(device.running)
    outcome = run(case, login, case.cutting, lambda _: False, SHORT)
    assert outcome.result is Result.RETURNED, outcome.message.render("en")
    assert device.text(device.running) == before == device.text(device.startup)
    # EOS takes it back without a restart.
    assert device.reboots == (0 if case.platform == "eos" else 1)
    assert device.reachable


@cases
def test_what_ran_unsaved_survives_the_restart(case: Case, serve: Serve) -> None:
    device, login, _ = serve(case.device(SHORT))
    device.running.child(f"interface {device.dialect.physical.format(n=5)}").child("description by hand")
    outcome = run(case, login, case.cutting, lambda _: False, SHORT)
    assert outcome.result is Result.RETURNED, outcome.message.render("en")
    assert "description by hand" in device.text(device.running)


@cases
def test_a_session_that_is_cut_in_the_middle_of_typing(case: Case, serve: Serve) -> None:
    device, login, _ = serve(case.device(LONG))
    before = device.text(device.running)
    device.hook = lambda line: None if line == "description pc03" else line
    outcome = run(case, login, case.good, described)
    assert outcome.result is Result.TAKEN_BACK, outcome.message.render("en")
    assert alike(device.text(device.running), before)
    assert device.timer is None


_CHILD = """
import sys, time
sys.path[:0] = {path!r}
from tests.switches.test_commit_for_real import Case, run
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import Login
case = Case({platform!r})
print("go", flush=True)
run(case, Login(address="127.0.0.1", port={port}, user="admin", password="let-me-in", known_hosts={known!r}),
    case.good, lambda _: False, {minute})
"""


@cases
def test_a_control_node_that_dies_in_the_middle_leaves_no_change(case: Case, serve: Serve) -> None:
    device, login, _ = serve(case.device(SHORT))
    before = device.text(device.running)
    frozen = []

    def hook(line: str) -> str:
        """From the last line on nothing more comes from the control node: it is killed before the answer."""
        done = "commit timer" in line if case.platform == "eos" else line == "description pc03"
        if done and not frozen:
            frozen.append(line)
            child.send_signal(signal.SIGKILL)
        return line

    device.hook = hook
    path = [str(ROOT), str(ROOT / "collections")]
    code = _CHILD.format(
        path=path, platform=case.platform, port=login.port, known=login.known_hosts, minute=SHORT
    )
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        assert child.wait(60) == -signal.SIGKILL
        assert device.timer is not None
        end = time.monotonic() + 20
        while time.monotonic() < end and (device.timer is not None or not device.up):
            time.sleep(0.05)
    finally:
        child.kill()
    assert device.text(device.running) == before
    assert device.reboots == (0 if case.platform == "eos" else 1)


def test_what_a_dead_run_left_waiting_on_eos_is_not_committed_with_the_next(
    serve: Serve, tmp_path: Path
) -> None:
    case = Case("eos")
    device, login, _ = serve(case.device(LONG))
    root = device.running.copy()
    root.child("hostname LEFT-OVER")
    device.pending["jifang"] = root
    assert run(case, login, case.good, described).result is Result.DONE
    assert "LEFT-OVER" not in device.text(device.running)
