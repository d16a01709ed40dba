"""The runs that ``lab run`` keeps, read back: a folder for each, named by its start and its playbook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .model import Occurrence
from .standing import Run

#: How many runs ``lab run`` keeps, besides the newest of each duty.
KEPT_RUNS = 200
#: Beside ``rc`` and ``command`` of a run that a duty started: the duty and the times that it was started for.
DUTY_FILE = "duty"
#: In the folder of runs: since when the schedule is installed.
INSTALLED_FILE = "schedules.json"
_NAME = re.compile(r"(\d{8}T\d{6}\.\d{6})Z-([A-Za-z0-9_.-]{1,100})", re.ASCII)
_MOST_RUNS = 2_000
_BYTES = 200_000
# Options of ansible-playbook after which a run says nothing of the whole.
_PARTIAL = re.compile(
    r"-C|--check|-l.*|--limit(=.*)?|--list-.*|--syntax-check|-t.*|--tags(=.*)?|--skip-tags(=.*)?|--step"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """``since`` is from when on it is known what ran; None where no schedule was ever installed."""

    runs: tuple[Run, ...]
    since: datetime | None


def read_history(folder: Path, keeps: int = KEPT_RUNS) -> History:
    """What ``folder`` holds. With ``keeps`` runs or more in it, older ones were forgotten; then nothing is known of
    their time.

    A folder that cannot be read as a run (half written, foreign) is left out.
    """
    runs = tuple(sorted(_runs(folder), key=lambda run: run.started))
    since = _installed(folder)
    if since is not None and len(runs) >= keeps:
        # Those of duties are kept longer than others, so they do not show where the gap begins.
        ordinary = sorted(run.started for run in runs)[-keeps:]
        since = max(since, ordinary[0])
    return History(runs=runs, since=since)


def duty_of(run: Path) -> str | None:
    """The duty that a kept run was started for; None for a person's own."""
    name = _json(run / DUTY_FILE).get("duty")
    return name if isinstance(name, str) else None


def mark_installed(folder: Path, since: datetime) -> None:
    """Says in ``folder`` since when schedules start what is due; what was said first counts."""
    try:
        with (folder / INSTALLED_FILE).open("x", encoding="utf-8") as stream:
            json.dump({"since": since.isoformat()}, stream)
    except FileExistsError:
        return


def write_duty(run: Path, duty: str, occurrences: Sequence[Occurrence]) -> None:
    """Says in the folder of a run what it was started for."""
    record = {
        "duty": duty,
        "occurrences": [{"due": one.due.isoformat(), "room": one.room} for one in occurrences],
    }
    (run / DUTY_FILE).write_text(json.dumps(record), encoding="utf-8")


def _runs(folder: Path) -> Iterator[Run]:
    try:
        names = sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))
    except FileNotFoundError:
        return
    for name in names[-_MOST_RUNS:]:
        match = _NAME.fullmatch(name)
        assert match is not None  # noqa: S101  # chosen by it above
        try:
            started = datetime.strptime(match[1], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        except ValueError:
            continue
        yield Run(
            name=name,
            playbook=match[2],
            started=started,
            code=_code(folder / name / "rc"),
            occurrences=tuple(_occurrences(folder / name / DUTY_FILE)),
            whole=_whole(folder / name / "command"),
        )


def _code(path: Path) -> int | None:
    text = _text(path)
    return int(text) if re.fullmatch(r"-?\d{1,5}", text) else None


def _whole(path: Path) -> bool:
    words = _json(path).get("command")
    return isinstance(words, list) and not any(_PARTIAL.fullmatch(str(word)) for word in words[1:])


def _occurrences(path: Path) -> Iterator[Occurrence]:
    record = _json(path)
    listed = record.get("occurrences")
    for entry in listed[:1000] if isinstance(listed, list) else ():
        try:
            due = datetime.fromisoformat(entry["due"]).astimezone(UTC)
            yield Occurrence(due, str(record["duty"]), str(entry["room"]))
        except (TypeError, KeyError, ValueError, OverflowError):
            continue


def _installed(folder: Path) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_json(folder / INSTALLED_FILE)["since"])
    except (KeyError, TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(_text(path) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_BYTES).decode("utf-8", "replace").strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
