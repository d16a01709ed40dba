"""What a person sees of a running playbook: a line per host, moving on a terminal, plain elsewhere."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Self

from .progress import is_terminal
from .speech import _, plain, say

# Event of ansible-runner → mark. "ok" alone says nothing on plain lines.
_MARKS = {
    "runner_on_ok": "✔",
    "runner_on_failed": "✘",
    "runner_on_unreachable": "○",
    "runner_on_skipped": "–",
}
# Modules whose message is about themselves.
_DIFFERENCE_LINES = 400
_TALKATIVE = ("ansible.builtin.validate_argument_spec", "ansible.builtin.assert")
_TROUBLE = ("runner_on_failed", "runner_on_unreachable")
# Actions that work on the control node in the name of a play's first machine, and change nothing on it.
_OF_THE_LEDGER = re.compile(r"jifang\.lab\.(?:ledger_\w+|drift_table)")
_CONTROL_NODE = "localhost"
# What Ansible says before ssh's own words.
_BEFORE_SSH = re.compile(r".*?(?:over|via) ssh: ", re.DOTALL)


class Display:
    """Plain lines: plays and tasks as they start, hosts where something is to be said, a line per host at the end.

    Without ``messages`` the results of tasks are left out: the caller shows them itself.
    """

    def __init__(self, *, messages: bool = True) -> None:
        self._messages = messages
        self._silent: set[str] = set()
        self._elsewhere: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        return None

    def event(self, event: Mapping[str, Any]) -> bool:
        """Takes one event of ansible-runner; true where its file is worth keeping among the artifacts."""
        kind, data = event.get("event", ""), event.get("event_data") or {}
        match kind:
            case "playbook_on_play_start":
                self.say(f"\n▶ {_name(data.get('name'))}")
            case "playbook_on_no_hosts_matched":
                self.say(
                    _(
                        "  No machine matches. Write them into inventory/hosts.yml, or name an inventory with -i."
                    )
                )
            case "playbook_on_task_start" if data.get("task_action") not in _TALKATIVE:
                self.task(_name(data.get("task")))
            case "playbook_on_stats":
                self.stats(data)
            case "error" | "warning" | "verbose":
                self.say(plain(str(event.get("stdout", "")).strip("\r\n"), 20000))
            case _ if kind in _MARKS:
                self.host(kind, data)
        return not (kind == "runner_on_start" or (kind == "runner_on_ok" and not _changed(data)))

    def say(self, text: str) -> None:
        if text.strip():
            say(text.rstrip())

    def task(self, name: str) -> None:
        self.say(f"  {name}")

    def host(self, kind: str, data: Mapping[str, Any]) -> None:
        result = data.get("res") or {}
        named = str(data.get("host", ""))
        host = plain(named, 100)
        if named != _CONTROL_NODE and _OF_THE_LEDGER.fullmatch(str(data.get("task_action", ""))):
            host = _CONTROL_NODE
            self._elsewhere[named] += _changed(data)
        if kind == "runner_on_unreachable":
            self._silent.add(named)
        if kind in _TROUBLE and not data.get("ignore_errors"):
            self.say(f"    {_MARKS[kind]} {self.line(host, data, _reason(kind, result))}")
        elif kind == "runner_on_ok" and _changed(data):
            self.say(f"    ● {self.line(host, data, _('changed'))}")
        # What a task has to tell a person it gives as a message; the control node needs no name in front.
        if (
            self._messages
            and kind == "runner_on_ok"
            and data.get("task_action") not in _TALKATIVE
            and (message := _message(result))
        ):
            self.say(message if host == _CONTROL_NODE else f"    ✔ {self.line(host, data, message)}")

        if self._messages and kind == "runner_on_ok":
            for line in _difference(result):
                self.say(f"      {line}")

    def line(self, host: str, data: Mapping[str, Any], what: str) -> str:  # noqa: ARG002  # for the moving display
        return _("{host}: {what}", host=host, what=what)

    def stats(self, data: Mapping[str, Any]) -> None:
        self.say("")
        for host in sorted(data.get("processed") or {}):
            counts = {
                name: (data.get(name) or {}).get(host, 0)
                for name in ("ok", "changed", "failures", "dark", "skipped")
            }
            counts["changed"] -= self._elsewhere[host]
            if counts["failures"]:
                mark, verdict = "✘", _("failed")
            elif counts["dark"] or host in self._silent:
                mark, verdict = "○", _("not reached")
            elif counts["changed"]:
                mark, verdict = "●", _("changed")
            else:
                mark, verdict = "✔", _("fine")
            detail = _("{ok} done, {changed} changed, {skipped} left out", **counts)
            self.say(f"  {mark} {plain(host, 100)} · {verdict} · {detail}")


class LiveDisplay(Display):
    """The same on a terminal, with the running task and how many hosts have answered on one moving line."""

    def __init__(self, *, messages: bool = True) -> None:
        super().__init__(messages=messages)
        self._started = 0

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(20))
        counter = TextColumn("{task.completed}/{task.total}")
        self._progress = Progress(
            *columns, counter, TimeElapsedColumn(), console=Console(stderr=True), transient=True
        )
        self._line = self._progress.add_task(_("starting"), total=None)
        self._progress.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._progress.stop()

    def event(self, event: Mapping[str, Any]) -> bool:
        if event.get("event") == "runner_on_start":
            self._started += 1
            self._progress.update(self._line, total=self._started)
        return super().event(event)

    def task(self, name: str) -> None:
        self._started = 0
        self._progress.reset(self._line, description=name, total=None)

    def host(self, kind: str, data: Mapping[str, Any]) -> None:
        host = plain(str(data.get("host", "")), 60)
        self._progress.update(
            self._line,
            advance=1,
            description=f"{_MARKS[kind]} {host} · {_name(data.get('task'))}",
        )
        super().host(kind, data)

    def line(self, host: str, data: Mapping[str, Any], what: str) -> str:
        """With its task: the line that named it has moved on."""
        task = _name(data.get("task"))
        return super().line(f"{task} · {host}" if task else host, data, what)


def make_display(terminal: Callable[[], bool] = is_terminal, *, messages: bool = True) -> Display:
    return LiveDisplay(messages=messages) if terminal() else Display(messages=messages)


def _name(name: object) -> str:
    """The name of a play or task; the suite's own in the reader's language."""
    return plain(_(str(name)), 200) if name else ""


def _changed(data: Mapping[str, Any]) -> bool:
    return bool((data.get("res") or {}).get("changed"))


def _message(result: Mapping[str, Any]) -> str:
    """The message of a result as lines; an empty text where there is none or it is a structure."""
    message = result.get("msg")
    if isinstance(message, list) and all(isinstance(line, str) for line in message):
        message = "\n".join(message)
    return plain(message, 20000).strip() if isinstance(message, str) else ""


def _difference(result: Mapping[str, Any]) -> list[str]:
    """What ``--diff`` asked for: the lines that go and come, without those around them."""
    parts = result.get("diff") or []
    lines: list[str] = []
    for part in parts if isinstance(parts, list) else [parts]:
        before, after = (str(part.get(side) or "").splitlines() for side in ("before", "after"))
        headed = list(difflib.unified_diff(before, after, lineterm="", n=0))
        lines += [line for line in headed[2:] if not line.startswith("@@")]
    if len(lines) > _DIFFERENCE_LINES:
        lines[_DIFFERENCE_LINES:] = [_("… and {n} more lines", n=len(lines) - _DIFFERENCE_LINES)]
    return [plain(line, 500) for line in lines]


def _reason(kind: str, result: Mapping[str, Any]) -> str:
    reason = result.get("msg") or result.get("stderr") or result.get("exception") or _("no reason given")
    reason = plain(str(reason).strip(), 2000)
    if kind == "runner_on_unreachable":
        return _("not reached ({detail})", detail=_BEFORE_SSH.sub("", reason, count=1))
    return reason
