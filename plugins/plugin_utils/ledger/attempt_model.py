"""The table of USB attempts and how it is read; as ``models.py``, and apart from it because that is long enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .column_types import Choice, Json, in_chunks
from .logins import names_digest
from .models import Base
from .records import Attempt, AttemptAction, AttemptUsers

#: So many of the newest a report shows; all of them are in the ledger.
NEWEST = 2000
#: What of an attempt is kept as it is.
PLAIN = (
    *("machine_id", "host", "room", "seat", "at", "collected_at", "action"),
    *("vendor_id", "product_id", "serial", "name", "kind", "port", "users_from"),
)


class AttemptRow(Base):
    """A USB device that was plugged in. ``digest`` tells it apart among the machine's, ``salt`` keeps the names of
    ``users`` from being guessed by what its event carries (``attempts.py``). Written once and never changed."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    machine_id: Mapped[int] = mapped_column(ForeignKey("machine.id"))
    host: Mapped[str]
    room: Mapped[str | None]
    seat: Mapped[str | None]
    at: Mapped[datetime]
    collected_at: Mapped[datetime]
    action: Mapped[AttemptAction] = mapped_column(Choice(AttemptAction))
    vendor_id: Mapped[str | None]
    product_id: Mapped[str | None]
    serial: Mapped[str | None]
    name: Mapped[str | None]
    kind: Mapped[str | None]
    port: Mapped[str | None]
    users: Mapped[list[str]] = mapped_column(Json, default=list)
    users_from: Mapped[AttemptUsers] = mapped_column(Choice(AttemptUsers))
    sources: Mapped[list[str]] = mapped_column(Json, default=list)
    salt: Mapped[str]
    digest: Mapped[str]

    __table_args__ = (
        UniqueConstraint("machine_id", "digest"),
        Index("attempt_machine", "machine_id", "at"),
        Index("attempt_at", "at"),
    )


def attempt_record(row: Any) -> Attempt:
    """``row`` is an AttemptRow or a result row with its columns."""
    plain = {name: getattr(row, name) for name in PLAIN}
    return Attempt(id=row.id, users=tuple(row.users), sources=tuple(row.sources), **plain)


def attempt_document(values: Mapping[Any, Any]) -> dict[str, Any]:
    """An attempt as its event carries it; ``values`` are its columns."""
    return {
        **{name: values[name] for name in (*PLAIN, "sources")},
        "who": names_digest(values["salt"], values["users"]),
    }


def load_attempts(
    session: Session, *, since: datetime | None = None, limit: int | None = None
) -> Iterator[Attempt]:
    """The attempts that were collected at ``since`` or later (a PC's clock may be years off), the newest first, at most
    ``limit``."""
    statement = select(AttemptRow.__table__).order_by(AttemptRow.at.desc(), AttemptRow.id.desc())
    if since is not None:
        statement = statement.where(AttemptRow.collected_at >= since)
    if limit is not None:
        statement = statement.limit(limit)
    for row in session.execute(statement):
        yield attempt_record(row)


def load_some_attempts(session: Session, numbers: Sequence[int]) -> dict[int, Attempt]:
    """Those of these numbers that there are."""
    found = {}
    for chunk in in_chunks(numbers):
        for row in session.execute(select(AttemptRow.__table__).where(AttemptRow.id.in_(chunk))):
            found[row.id] = attempt_record(row)
    return found
