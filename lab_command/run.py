"""``lab run``: a playbook through ansible-runner, alone on its inventory, with its artifacts kept.

Plain ``ansible-playbook playbooks/x.yml`` does the same work: the playbook, the configuration and the inventory
are the same; this adds the lock, the artifacts and the progress lines.
"""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import (
    KEPT_RUNS,
    duty_of,
    write_duty,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Occurrence

from . import arguments as words
from .display import Display, make_display
from .locking import BusyError, exclusive
from .paths import LOCKS, ROOT, RUNS
from .scratch import scratch
from .speech import _, language, say

BUSY = 75  # EX_TEMPFAIL of sysexits.h: try again later
CONFIGURATION = ROOT / "ansible.cfg"
# After the first signal Ansible ends by itself; past this many seconds it is ended.
_PATIENCE_SECONDS = 30
# What ansible-runner decides over the head of ansible.cfg and of ansible-playbook's defaults.
_RUNNER_HABITS = ("ANSIBLE_HOST_KEY_CHECKING", "ANSIBLE_CACHE_PLUGIN", "ANSIBLE_CACHE_PLUGIN_CONNECTION")


@dataclass(frozen=True, slots=True)
class Started:
    """What the calendar started a run for; ``patience`` is how many seconds it waits for other runs to end."""

    name: str
    occurrences: Sequence[Occurrence]
    patience: float


def command(arguments: Sequence[str]) -> int:
    """The words after ``lab run``; gives ansible-playbook's exit code, or 75 where another run is going on."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_("Usage: ./lab run PLAYBOOK [arguments of ansible-playbook]") + "\n")
        listed = [(name, _description(words.find_playbook(name))) for name in words.playbooks()]
        width = max(len(name) for name, _described in listed)
        for name, described in listed:
            sys.stdout.write(f"  {name:{width}}  {described}\n")
        return 0 if arguments else 2
    try:
        return run_playbook(arguments[0], arguments[1:])
    except BusyError as error:
        say(f"✘ {error.message.render(language())}")
        return BUSY


def _description(playbook: Path) -> str:
    """What a playbook does: the names of its plays and of the playbooks that it imports."""
    plays = yaml.safe_load(playbook.read_text(encoding="utf-8"))
    return " · ".join(_(play["name"]) for play in plays)


def run_playbook(  # noqa: PLR0913  # what a person says, and what a caller adds
    name: str,
    arguments: Sequence[str] = (),
    *,
    environment: Mapping[str, str] | None = None,
    runs: Path = RUNS,
    display: Display | None = None,
    duty: Started | None = None,
) -> int:
    """Runs one playbook and gives its exit code. Raises ``BusyError`` and ``UserError`` before anything started.

    A run that the calendar starts says so with ``duty``: it waits its turn, and its artifacts name the duty.

    Kept in ``runs``/<UTC time>-<playbook>/: ``rc``, ``status``, ``stdout``, ``command`` (without environment and
    extra variables) and the events that say more than "ok".
    """
    playbook = words.find_playbook(name)
    settings = {**os.environ, **(environment or {})}
    held = words.inventories(arguments, default_inventories(settings))
    passwords = words.ask_passwords(arguments)
    patience = duty.patience if duty else 0.0
    with exclusive(held, playbook.name, LOCKS, patience=patience), scratch() as private:
        identity = _identity(playbook, runs)
        if duty is not None:
            write_duty(runs / identity, duty.name, duty.occurrences)
        _forget_old_runs(runs, KEPT_RUNS - 1)
        shown = display or make_display()
        with shown:
            code = _run(playbook, arguments, settings, private, runs, identity, passwords, shown)
    say(_("Exit code {code}. Kept in {path}", code=code, path=words.without_root(runs / identity)))
    return code


def _run(  # noqa: PLR0913, PLR0917  # one call of ansible-runner: these are its inputs
    playbook: Path,
    arguments: Sequence[str],
    settings: Mapping[str, str],
    private: Path,
    runs: Path,
    identity: str,
    passwords: Mapping[str, str],
    display: Display,
) -> int:
    # ansible-runner is half a second of imports that the other commands need not pay.
    from ansible_runner.config.runner import RunnerConfig  # noqa: PLC0415
    from ansible_runner.runner import Runner  # noqa: PLC0415

    config = RunnerConfig(
        private_data_dir=str(private),
        project_dir=str(Path.cwd()),
        artifact_dir=str(runs),
        ident=identity,
        playbook=str(playbook),
        envvars=dict(settings),
        passwords=dict(passwords),
        fact_cache_type="memory",
        quiet=True,
    )
    config.prepare()
    for name in _RUNNER_HABITS:
        config.env.pop(name, None)
    config.env |= {name: settings[name] for name in _RUNNER_HABITS if name in settings}
    config.env["ANSIBLE_CONFIG"] = str(CONFIGURATION)
    # Its lines are shown, kept and piped as text: colours would stay in them as rubbish.
    config.env["ANSIBLE_NOCOLOR"] = "1"
    # This command's own import path is no business of Ansible's.
    config.env.pop("PYTHONPATH", None)
    ansible = Path(sys.executable).with_name("ansible-playbook")
    if not ansible.exists():
        # An execution environment has the system's Python, and its programs elsewhere.
        ansible = Path(shutil.which("ansible-playbook") or ansible)
    config.command = [str(ansible), *words.hide_extra_vars(arguments, private), str(playbook)]

    def forget_secrets(status: Mapping[str, Any], **_rest: object) -> None:
        """ansible-runner stores the whole environment; passwords and tokens live there."""
        if status["status"] == "running":
            stored = runs / identity / "command"
            stored.write_text(
                json.dumps({"command": config.command, "cwd": str(config.cwd)}), encoding="utf-8"
            )

    with _signals_passed_on() as signals:
        runner = Runner(
            config,
            event_handler=display.event,
            status_handler=forget_secrets,
            cancel_callback=signals.is_over,
        )
        runner.run()
    if signals.received:
        return 128 + signals.received
    # Without an exit status the process itself was killed, which the shell would call 137.
    return 128 + signal.SIGKILL if runner.rc is None else int(runner.rc)


class _Signals:
    """What the person or the system asked of this run, passed on to Ansible.

    Ansible ends in good order on SIGINT only: on SIGTERM it would leave its workers behind, each in a session of
    its own. So every first signal reaches it as SIGINT. A second one, or no end in time, ends all of them at once.
    """

    def __init__(self) -> None:
        self.received = 0
        self._over = False

    def handle(self, number: int, _frame: FrameType | None) -> None:
        self._over = self.received != 0
        self.received = self.received or number
        if self._over:
            for process in _descendants(os.getpid()):
                _send(process, signal.SIGKILL)
        else:
            for process in _children(os.getpid()):
                _send(process, signal.SIGINT)
            signal.alarm(_PATIENCE_SECONDS)

    def is_over(self) -> bool:
        return self._over


def _children(process: int) -> list[int]:
    """Direct children of every thread (proc(5), "children"); none where the process is gone."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(child) for child in thread.read_text(encoding="ascii").split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _descendants(process: int) -> list[int]:
    children = _children(process)
    return children + [below for child in children for below in _descendants(child)]


def _send(process: int, number: int) -> None:
    # It may have ended in the meantime: then it has what it was asked for.
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


@contextlib.contextmanager
def _signals_passed_on() -> Iterator[_Signals]:
    signals = _Signals()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    before = {number: signal.signal(number, signals.handle) for number in numbers}
    try:
        yield signals
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def default_inventories(settings: Mapping[str, str] = os.environ) -> list[str]:
    """Where Ansible finds its inventory when no ``-i`` says it: ``ANSIBLE_INVENTORY``, else ansible.cfg."""
    if given := settings.get("ANSIBLE_INVENTORY"):
        return given.split(",")
    configuration = configparser.ConfigParser(interpolation=None)
    configuration.read(CONFIGURATION, encoding="utf-8")
    return [str(ROOT / name.strip()) for name in configuration["defaults"]["inventory"].split(",")]


def _identity(playbook: Path, runs: Path) -> str:
    """A name for the run that sorts by time and that no earlier run has."""
    runs.mkdir(parents=True, exist_ok=True)
    while True:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{playbook.stem}"
        try:
            (runs / name).mkdir(mode=0o700)
        except FileExistsError:
            continue
        return name


def _forget_old_runs(runs: Path, keep: int) -> None:
    """Leaves the newest, and of each duty its newest: names start with the time."""
    kept = sorted(path for path in runs.iterdir() if path.is_dir())
    newest = {name: path for path in kept if (name := duty_of(path)) is not None}
    for old in kept[: -keep or None]:
        if old not in newest.values():
            shutil.rmtree(old)
