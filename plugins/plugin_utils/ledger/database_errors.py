"""What a database says when it fails, as sentences for the person who can mend it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from ..i18n import UserError

_BUSY = (
    "The ledger {ledger} is in use by another run that did not finish in time. Nothing was written. Wait "
    "until that run is over and try again."
)
_FULL = (
    "There is no room left on the disk of the ledger {ledger}. Nothing was written. Free some space and try "
    "again."
)
_READ_ONLY = (
    "The ledger {ledger} may not be written to. Nothing was written. Give the user who runs this the right "
    "to write the ledger and its folder, and try again."
)
_CANNOT_OPEN = (
    "The ledger {ledger} cannot be opened ({detail}). Check that its folder exists and may be entered."
)
_NO_LEDGER = "The file {ledger} is not a ledger. Check the path, or restore the ledger from a backup."
_DAMAGED = "The ledger {ledger} is damaged ({detail}). Restore it from a backup."
_OUT_OF_REACH = (
    "The ledger {ledger} does not answer ({detail}). Check that PostgreSQL runs, and its address, port, user "
    "and password."
)
_DISK = (
    "The disk of the ledger {ledger} reports an error ({detail}). Nothing was written. Check the disk and "
    "its space."
)

_SQLITE = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _DISK,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_AUTH": _CANNOT_OPEN,
    "SQLITE_NOTADB": _NO_LEDGER,
    "SQLITE_CORRUPT": _DAMAGED,
}
#: PostgreSQL Appendix A, by error code and by its class (the first two characters).
_POSTGRESQL = {
    "55P03": _BUSY,
    "40P01": _BUSY,
    "40001": _BUSY,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "08": _OUT_OF_REACH,
    "28": _OUT_OF_REACH,
    "3D": _OUT_OF_REACH,
    "53": _OUT_OF_REACH,
    "57": _OUT_OF_REACH,
    "58": _DISK,
    "XX001": _DAMAGED,
}


@contextmanager
def explain(ledger: str) -> Iterator[None]:
    """Raise UserError in place of a failure of the database that a person can mend; others pass."""
    try:
        yield
    except exc.DBAPIError as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise UserError("ledger", sentence, ledger=ledger, detail=_detail(error.orig)) from None


def cannot_open(ledger: str, error: OSError) -> UserError:
    """The sentence for a ledger's file or folder that the operating system does not give."""
    sentence = _FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else _CANNOT_OPEN
    return UserError("ledger", sentence, ledger=ledger, detail=error.strerror)


def _sentence(error: exc.DBAPIError) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return _SQLITE.get("_".join(name.split("_")[:2]))
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    # Without any code: psycopg found no server that would talk to it, or lost it.
    return _OUT_OF_REACH if isinstance(error, exc.OperationalError) else None


def _detail(error: BaseException | None) -> str:
    """The driver's own words, one short line: it names host, user and database, never the password."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip()[:200] if lines else type(error).__name__
