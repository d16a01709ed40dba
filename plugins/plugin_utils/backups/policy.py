"""A host's variables ``backup_client_…`` as its policy. Every refusal names the variable and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from ..desired.variables import shown
from ..i18n import UserError
from .model import Copy, Database, Policy, Service

ROLE = "backup_client"
_DOMAIN = "backups"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_SERVICE = re.compile(r"[a-z][a-z0-9_]{0,30}")
_DATABASE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_$.-]{0,62}")
_PATH = re.compile(r"/[^\x00-\x1f\x7f*?\[\]]{0,400}")
_LOCATION = re.compile(r"(?:ssh://)?[^\x00-\x20\x7f]{1,400}")
_COMPRESSION = re.compile(
    r"none|lz4|(?:zstd|zlib|lzma)(?:,[0-9]{1,2})?|auto,(?:zstd|zlib|lzma)(?:,[0-9]{1,2})?"
)
_PASSPHRASE_CHARACTERS = 20
_SERVICE_KEYS = ("paths", "exclude", "postgresql", "mysql", "sqlite", "units", "start", "probe")
_DATABASE_KEYS = ("name", "hostname", "port", "username", "password")
_COPY_KEYS = ("name", "location", "mount", "max_age_days")
#: The service that holds the suite itself.
SUITE = "suite"


def read_policy(host: str, values: Mapping[str, Any], *, server: str, suite: Service | None = None) -> Policy:
    """``values``: every variable of the role by its full name, as the host has it. ``server``: where its repository
    lies, as ``ssh://USER@ADDRESS/FOLDER``. ``suite`` is backed up too where ``backup_client_suite`` is true.

    Raises ``UserError``.
    """
    if not _NAME.fullmatch(host):
        raise UserError(
            _DOMAIN,
            "{host} cannot be the name of a backup. Give it a name of letters, digits, points and hyphens in the"
            " inventory.",
            host=shown(host),
        )
    services = tuple(_services(values["backup_client_services"]))
    if suite is not None and values["backup_client_suite"]:
        services = (*services, suite)
    if not services:
        raise UserError(
            _DOMAIN,
            "{host} has nothing to back up. Name its services in backup_client_services, for example"
            " oa with paths [/srv/oa].",
            host=host,
        )
    passphrase = values["backup_client_passphrase"]
    if not isinstance(passphrase, str) or len(passphrase) < _PASSPHRASE_CHARACTERS or "\n" in passphrase:
        raise UserError(
            _DOMAIN,
            "backup_client_passphrase of {host} is not a text of one line with at least {count} characters."
            " Make one with “openssl rand -hex 24” and keep it in a vaulted file.",
            host=host,
            count=_PASSPHRASE_CHARACTERS,
        )
    return Policy(
        host=host,
        services=services,
        passphrase=passphrase,
        location=f"{server}/{host}",
        copies=tuple(_copies(values["backup_client_copies"])),
        compression=_text(values, "backup_client_compression", _COMPRESSION, "zstd,3"),
        max_age=timedelta(
            days=_number(values["backup_client_max_age_days"], "backup_client_max_age_days", 1, 400)
        ),
        shrunken_percent=_number(
            values["backup_client_shrunken_percent"], "backup_client_shrunken_percent", 0, 100
        ),
    )


def suite_service(*, ledger_url: str, password: str | None, paths: list[str]) -> Service:
    """The suite's own: the ledger wherever it is, and the folders with inventory, keys and switch configurations.

    Raises ``UserError`` where the ledger is in no database of which a dump is known.
    """
    kind, _, _ = ledger_url.partition(":")
    folders = tuple(_paths(paths, "backup_client_suite_paths"))
    if kind.startswith("sqlite"):
        return Service(name=SUITE, paths=folders, sqlite=("/" + ledger_url.partition(":")[2].lstrip("/"),))
    if kind.startswith("postgresql"):
        parts = urlsplit(ledger_url)
        database = Database(
            name=parts.path.lstrip("/"),
            hostname=parts.hostname,
            port=parts.port,
            username=parts.username,
            password=unquote(parts.password) if parts.password else password,
        )
        return Service(name=SUITE, paths=folders, postgresql=(database,))
    raise UserError(
        _DOMAIN, "The ledger is neither in SQLite nor in PostgreSQL, so no dump of it can be made."
    )


def _services(value: Any) -> Iterator[Service]:
    name = "backup_client_services"
    for key, given in _mapping(value or {}, name).items():
        place = f"{name}.{shown(key)}"
        if not isinstance(key, str) or not _SERVICE.fullmatch(key) or key == SUITE:
            raise UserError(
                _DOMAIN,
                "{value} in {place} cannot be right. An example of what can: {example}.",
                value=shown(key),
                place=name,
                example="oa",
            )
        parts = _keys(given, place, _SERVICE_KEYS)
        service = Service(
            name=key,
            paths=tuple(_paths(parts.get("paths") or [], f"{place}.paths")),
            exclude=tuple(_paths(parts.get("exclude") or [], f"{place}.exclude")),
            postgresql=tuple(_databases(parts.get("postgresql") or [], f"{place}.postgresql")),
            mysql=tuple(_databases(parts.get("mysql") or [], f"{place}.mysql")),
            sqlite=tuple(_paths(parts.get("sqlite") or [], f"{place}.sqlite")),
            units=tuple(
                _texts(
                    parts.get("units") or [], f"{place}.units", re.compile(r"[\w@.:-]{1,100}"), "oa.service"
                )
            ),
            start=tuple(
                _texts(parts.get("start") or [], f"{place}.start", re.compile(r"[^\x00]{1,500}"), "systemctl")
            ),
            probe=tuple(
                _texts(parts.get("probe") or [], f"{place}.probe", re.compile(r"[^\x00]{1,500}"), "curl")
            ),
        )
        if not (service.paths or service.postgresql or service.mysql or service.sqlite):
            raise UserError(
                _DOMAIN, "{place} names neither paths nor databases. Write at least one of them.", place=place
            )
        yield service


def _databases(value: Any, place: str) -> Iterator[Database]:
    for number, one in enumerate(_list(value, place, "oa")):
        here = f"{place}[{number}]"
        parts = {"name": one} if isinstance(one, str) else _keys(one, here, _DATABASE_KEYS)
        port = parts.get("port")
        yield Database(
            name=_matching(parts.get("name"), f"{here}.name", _DATABASE, "oa"),
            hostname=_optional(
                parts.get("hostname"), f"{here}.hostname", re.compile(r"[\w.:-]{1,253}"), "127.0.0.1"
            ),
            port=None if port in (None, "") else _number(port, f"{here}.port", 1, 65_535),
            username=_optional(
                parts.get("username"), f"{here}.username", re.compile(r"[\w.@-]{1,63}"), "backup"
            ),
            password=None if not parts.get("password") else str(parts["password"]),
        )


def _copies(value: Any) -> Iterator[Copy]:
    name = "backup_client_copies"
    for number, one in enumerate(_list(value or [], name, "{name: usb, location: /mnt/usb/backup}")):
        here = f"{name}[{number}]"
        parts = _keys(one, here, _COPY_KEYS)
        copy = _matching(parts.get("name"), f"{here}.name", _SERVICE, "usb")
        if copy == "main":
            raise UserError(
                _DOMAIN, "{place} cannot be main, which is the server's repository.", place=f"{here}.name"
            )
        yield Copy(
            name=copy,
            location=_matching(parts.get("location"), f"{here}.location", _LOCATION, "/mnt/usb/backup"),
            mount=_optional(parts.get("mount"), f"{here}.mount", _PATH, "/mnt/usb"),
            max_age=timedelta(days=_number(parts.get("max_age_days", 35), f"{here}.max_age_days", 1, 400)),
        )


# --- single values


def _wrong(value: Any, place: str, example: str) -> UserError:
    return UserError(
        _DOMAIN,
        "{value} in {place} cannot be right. An example of what can: {example}.",
        value=shown(value),
        place=place,
        example=example,
    )


def _mapping(value: Any, place: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(value, place, "oa: {paths: [/srv/oa]}")
    return value


def _keys(value: Any, place: str, keys: tuple[str, ...]) -> Mapping[Any, Any]:
    found = _mapping(value, place)
    if unknown := sorted(set(map(str, found)) - set(keys)):
        raise UserError(
            _DOMAIN,
            "{place} has the unknown key {key}. There are: {keys}.",
            place=place,
            key=shown(unknown[0]),
            keys=keys,
        )
    return found


def _list(value: Any, place: str, example: str) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _wrong(value, place, f"[{example}]")
    return list(value)


def _matching(value: Any, place: str, pattern: re.Pattern[str], example: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _wrong(value, place, example)
    return str(value)


def _optional(value: Any, place: str, pattern: re.Pattern[str], example: str) -> str | None:
    return None if value in (None, "") else _matching(value, place, pattern, example)


def _texts(value: Any, place: str, pattern: re.Pattern[str], example: str) -> list[str]:
    return [_matching(one, place, pattern, example) for one in _list(value, place, example)]


def _paths(value: Any, place: str) -> list[str]:
    """Whole paths, none of which is the root: a restore puts each aside as a whole."""
    found = [path.rstrip("/") for path in _texts(value, place, _PATH, "/srv/oa")]
    for path in found:
        if not path or any(part in ("", ".", "..") for part in path.split("/")[1:]):
            raise _wrong(path or "/", place, "/srv/oa")
    return list(dict.fromkeys(found))


def _number(value: Any, place: str, low: int, high: int) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise UserError(
        _DOMAIN,
        "{place} is {value}. Write a whole number from {low} to {high}.",
        place=place,
        value=shown(value),
        low=low,
        high=high,
    )


def _text(values: Mapping[str, Any], name: str, pattern: re.Pattern[str], example: str) -> str:
    return _matching(values[name], name, pattern, example)
