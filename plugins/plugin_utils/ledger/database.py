"""Opening, reading and writing the ledger: one SQLite file, or a PostgreSQL database by URL.

Whatever the database says that a person can mend is raised as UserError; a password never appears in it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ..i18n import UserError
from .column_types import bulk_insert
from .database_errors import cannot_open, explain
from .events import Chain, asset_document
from .models import EventRow
from .records import Asset, Event

#: The schema's revisions, oldest first, as ``migrations/versions`` has them (a test compares): knowing them
#: here saves importing Alembic where there is nothing to migrate.
REVISIONS = ("0001", "0002", "0003", "0004")
_PAUSE = 0.05  # seconds between two attempts
#: PostgreSQL advisory lock that the one writer holds: "jifang" in ASCII.
_WRITER_LOCK = int.from_bytes(b"jifang", "big")


class Transaction:
    """One writing transaction. ``session`` is for rows, ``record`` for the history; both land or neither."""

    def __init__(self, session: Session, *, actor: str, reason: str, at: datetime) -> None:
        self.session = session
        self.actor = actor
        self.reason = reason
        self.at = at
        self.events: list[Event] = []
        self._chain = Chain(session)

    def record(
        self,
        action: str,
        subject: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> Event:
        """Append an event, such as ``("finding.dismissed", "finding:12", {…}, {…})``.

        Values may be anything that JSON has, dates, Decimals and StrEnums. An event on an asset carries the
        whole asset: use ``record_asset``.
        """
        fields = {"action": action, "subject": subject, "before": before, "after": after}
        recorded = self._chain.append({"at": self.at, "actor": self.actor, "reason": self.reason, **fields})
        self.events.append(recorded)
        return recorded

    def record_asset(self, action: str, before: Asset | None, after: Asset | None) -> Event:
        """Append the event of an asset that was made (no ``before``), changed or removed (no ``after``)."""
        asset = after or before
        if asset is None:
            raise ValueError("an asset's event needs the asset before or after it")
        return self.record(
            action,
            f"asset:{asset.asset_number}",
            None if before is None else asset_document(before),
            None if after is None else asset_document(after),
        )

    def flush(self) -> None:
        """Write rows and events to the database, still within the transaction."""
        self.session.flush()
        bulk_insert(self.session, EventRow, [line._asdict() for line in self._chain.lines])
        self._chain.lines.clear()


class Ledger:
    """An open ledger. ``name`` is what messages call it: its path or its address, without the password."""

    def __init__(self, engine: Engine, name: str, clock: Callable[[], datetime]) -> None:
        self.engine = engine
        self.name = name
        self._clock = clock

    @contextmanager
    def write(self, *, actor: str, reason: str = "", dry_run: bool = False) -> Iterator[Transaction]:
        """One transaction by the one writer; others wait their turn. ``dry_run`` does all and takes it back.

        Raises UserError where the database is locked, full, read-only or out of reach; nothing is written
        then.
        """
        with explain(self.name), Session(self.engine.execution_options(jifang_write=True)) as session:
            session.connection()
            transaction = Transaction(session, actor=actor, reason=reason, at=self._clock())
            yield transaction
            transaction.flush()
            if dry_run:
                session.rollback()
            else:
                session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one unchanging state of the ledger and writes nothing."""
        with explain(self.name), Session(self.engine.execution_options(jifang_read=True)) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_ledger(
    url: str, *, migrate: bool = True, wait: float = 30.0, clock: Callable[[], datetime] | None = None
) -> Ledger:
    """Open ``sqlite:////path/to/ledger.sqlite`` or ``postgresql+psycopg://user:password@host/database``.

    A new SQLite file is made with mode 0600, its missing folders with 0700. ``migrate`` brings an older or
    empty ledger to this version; without it such a ledger is refused. ``wait`` is how many seconds a writer
    waits for another. Raises UserError: no such URL, out of reach, no ledger, newer than this version.
    """
    parsed = _parse(url)
    name = _name(parsed)
    with explain(name):
        if parsed.get_backend_name() == "sqlite":
            engine = _sqlite(parsed, wait, create=migrate)
        else:
            engine = _postgresql(parsed, wait)
        with engine.connect() as connection:
            revision = _revision(connection, name)
        if revision is not None and revision not in REVISIONS:
            raise UserError(
                "ledger",
                "The ledger {ledger} has schema version {version}, which is newer than this program knows. "
                "Update Jifang on this machine and try again.",
                ledger=name,
                version=revision,
            )
        if revision != REVISIONS[-1]:
            if not migrate:
                raise UserError(
                    "ledger",
                    "The ledger {ledger} is empty or of an older version. Run an errand that writes to it, "
                    "such as the import of the property book, and try again.",
                    ledger=name,
                )
            _migrate(engine, name, wait)
    return Ledger(engine, name, clock or (lambda: datetime.now(UTC)))


def ledger_exists(url: str) -> bool:
    """Whether there may be a ledger at ``url``: False only for an SQLite file that is not there."""
    parsed = _parse(url)
    return parsed.get_backend_name() != "sqlite" or Path(str(parsed.database)).exists()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        parsed = None
    if parsed is not None and parsed.database:
        if parsed.drivername in ("postgresql", "postgresql+psycopg"):
            return parsed.set(drivername="postgresql+psycopg")
        in_memory = parsed.database == ":memory:" or parsed.database.startswith("file:") or parsed.query
        if parsed.drivername in ("sqlite", "sqlite+pysqlite") and not in_memory:
            return parsed
    # The text is not repeated: it may hold a password.
    raise UserError(
        "ledger",
        "The address of the ledger is not understood. Write sqlite:////folder/ledger.sqlite or "
        "postgresql+psycopg://user:password@host:5432/database.",
    )


def _name(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or "localhost"
    return f"postgresql://{host}{f':{url.port}' if url.port else ''}/{url.database}"


def _sqlite(url: URL, wait: float, *, create: bool) -> Engine:
    path = Path(str(url.database))
    if create:
        try:
            _make_file(path)
        except OSError as error:
            raise cannot_open(str(path), error) from error
    elif not path.exists():
        raise UserError(
            "ledger",
            "There is no ledger at {ledger}. Check the path, or import the property book to begin one.",
            ledger=path,
        )
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": wait, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        # FULL: a power cut right after a commit loses nothing. recursive_triggers: REPLACE meets them too.
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Python's sqlite3 would begin at the first change, deferred, so that two writers could collide.
        write = connection.get_execution_options().get("jifang_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _make_file(path: Path) -> None:
    """Make the empty file and its missing folders, for their owner alone: the ledger names people."""
    for folder in reversed([folder for folder in path.parents if not folder.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _postgresql(url: URL, wait: float) -> Engine:
    engine = create_engine(
        url, poolclass=NullPool, connect_args={"connect_timeout": 10, "client_encoding": "utf8"}
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("jifang_write"):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait * 1000)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
        elif options.get("jifang_read"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    return engine


def _revision(connection: Connection, name: str) -> str | None:
    """The schema's revision, None for an empty database. Raises UserError where it is another program's."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise UserError(
            "ledger",
            "The database {ledger} belongs to another program. Give the ledger a file or database of its own.",
            ledger=name,
        )
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _migrate(engine: Engine, name: str, wait: float) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # Outside any transaction; the file remembers it. Readers and the writer never wait for each
            # other.
            _keep_a_wal(connection.connection.driver_connection, wait)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.execution_options(jifang_write=True).begin() as connection:
        if (
            _revision(connection, name) != REVISIONS[-1]
        ):  # another process may have done it while this one waited
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _keep_a_wal(connection: Any, wait: float) -> None:
    """SQLite does not wait by itself where another process makes the same ledger at this moment."""
    until = monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if (
                error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                or monotonic() > until
            ):
                raise
            sleep(_PAUSE)
