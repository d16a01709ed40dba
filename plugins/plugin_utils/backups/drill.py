"""What a drill proved: files by their hashes, databases by their rows, the service by its answer, and how long it took.

The recovery time (RTO) is from the order to restore until the service answers, the recovery point (RPO) the age of the
newest archive: what would be lost. Duty 7.4 gives 24 hours for the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..i18n import Message, UserError
from .answers import clean

#: The duty: a service is back within a day (7.4).
LONGEST = timedelta(hours=24)
_LINES = 5
_DATABASES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DrilledDatabase:
    """``wrong``: tables whose rows are not those that were backed up, each with both numbers."""

    kind: str
    name: str
    tables: int
    rows: int
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """One service out of one archive. ``at`` is when the archive was made, ``age`` what it was old when the drill
    began. ``answered`` None: nobody said how the service is asked. ``changed`` files were written to while the
    backup ran."""

    host: str
    service: str
    archive: str
    at: datetime | None
    age: timedelta
    took: timedelta
    files: int = 0
    wrong: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    changed: int = 0
    databases: tuple[DrilledDatabase, ...] = ()
    answered: bool | None = None
    said: str = ""

    @property
    def proven(self) -> bool:
        """Whether everything that was backed up came back, in time, and answers where it can be asked."""
        return (
            not self.said
            and self.at is not None
            and not (self.wrong or self.missing)
            and not any(one.wrong for one in self.databases)
            and self.answered is not False
            and self.took <= LONGEST
        )

    @property
    def tables(self) -> int:
        return sum(one.tables for one in self.databases)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.databases)


def read_drilled(answer: Mapping[str, Any], host: str, now: datetime) -> Drilled:
    """What the program on the scratch machine said. ``now`` is the control node's clock.

    Raises ``UserError`` where it said something else.
    """
    try:
        archive, files = answer["archive"], answer["files"] or {}
        at = None if archive is None else datetime.fromisoformat(archive["at"]).astimezone(UTC)
        return Drilled(
            host=host,
            service=clean(answer["service"]),
            archive="—" if archive is None else clean(archive["name"]),
            at=at,
            age=timedelta(0) if at is None else max(timedelta(0), now - at),
            took=timedelta(seconds=float(answer["seconds"])),
            files=int(files.get("files", 0)),
            wrong=tuple(map(clean, files.get("wrong", ()))),
            missing=tuple(map(clean, files.get("missing", ()))),
            changed=int(files.get("changed", 0)),
            databases=tuple(
                DrilledDatabase(
                    kind=clean(one["kind"]),
                    name=clean(one["name"]),
                    tables=int(one["tables"]),
                    rows=int(one["rows"]),
                    wrong=tuple(map(clean, one["wrong"])),
                )
                for one in answer["databases"][:_DATABASES]
            ),
            answered=None if answer["answered"] is None else answer["answered"] is True,
            said=clean(answer["said"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UserError(
            "backups",
            "{host} did not answer as the backup's program does: {said}. Run configure_backups first, then again.",
            host=host,
            said="—",
        ) from error


def recovery_point(drilled: Iterable[Drilled]) -> timedelta | None:
    """The age of the oldest of the newest archives: what a loss of everything would cost today."""
    newest: dict[tuple[str, str], timedelta] = {}
    for one in drilled:
        if one.at is not None:
            key = one.host, one.service
            newest[key] = min(one.age, newest.get(key, one.age))
    return max(newest.values(), default=None)


def recovery_time(drilled: Iterable[Drilled]) -> timedelta:
    """Every service, one after another, each out of the archive that took longest."""
    longest: dict[tuple[str, str], timedelta] = {}
    for one in drilled:
        key = one.host, one.service
        longest[key] = max(one.took, longest.get(key, timedelta(0)))
    return sum(longest.values(), timedelta(0))


def told(one: Drilled) -> Message:
    """One sentence of a restore."""
    fields: dict[str, object] = {
        "host": one.host,
        "service": one.service,
        "archive": one.archive,
        "files": one.files,
        "rows": one.rows,
        "seconds": f"{one.took.total_seconds():.0f}",
    }
    if one.proven:
        return Message(
            "backups",
            "{host} {service}: proven. {archive} came back in {seconds} s: {files} files, {rows} rows.",
            fields,
        )
    return Message(
        "backups",
        "{host} {service}: not proven. {archive}: {trouble}. Run check_backups and back_up, then the drill again.",
        {**fields, "trouble": trouble(one)},
    )


def trouble(one: Drilled) -> Message:
    """What is wrong with it, the gravest alone."""
    if one.said:
        return Message("backups", "it could not be restored ({said})", {"said": one.said})
    if lost := (*one.missing, *one.wrong):
        fields = {"count": len(lost), "names": tuple(lost[:_LINES])}
        return Message("backups", "{count} files did not come back as they were: {names}", fields)
    if rows := tuple(line for each in one.databases for line in each.wrong):
        return Message("backups", "tables with other numbers of rows: {tables}", {"tables": rows[:_LINES]})
    if one.answered is False:
        return Message("backups", "the service does not answer")
    return Message("backups", "it took longer than 24 hours")
