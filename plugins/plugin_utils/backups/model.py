"""The nouns of backups. Times are aware UTC datetimes, sizes bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database of a server. Without ``hostname`` it is asked over the local socket, as the server's own user."""

    name: str
    hostname: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is backed up, and restored, together. ``units`` are stopped while it is put back; ``probe`` is a command
    that ends well where the service answers, ``start`` what brings it up on a scratch machine."""

    name: str
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    postgresql: tuple[Database, ...] = ()
    mysql: tuple[Database, ...] = ()
    sqlite: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    probe: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The dumps that an archive of this service must hold, by their path below ``dumps``. ``localhost`` is what
        borgmatic calls a database without a host name."""
        return (
            *(f"postgresql_databases/{one.hostname or 'localhost'}/{one.name}" for one in self.postgresql),
            *(f"mysql_databases/{one.hostname or 'localhost'}/{one.name}" for one in self.mysql),
            *(f"sqlite{path}" for path in self.sqlite),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A further repository: off-site, or on a medium that is there only at times (``mount``)."""

    name: str
    location: str
    mount: str | None = None
    max_age: timedelta = timedelta(days=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a host's backups must be like. An archive with less than ``shrunken_percent`` of what the median of those
    before it held is one from which something is missing."""

    host: str
    services: tuple[Service, ...]
    passphrase: str = field(repr=False)
    location: str
    copies: tuple[Copy, ...] = ()
    compression: str = "zstd"
    max_age: timedelta = timedelta(days=8)
    shrunken_percent: int = 50

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(part for service in self.services for part in service.parts)


class FaultKind(StrEnum):
    """What can be wrong with a host's backups, the worst first."""

    LOST = "lost"  # 备份库不存在
    DAMAGED = "damaged"  # 数据损坏
    GONE = "gone"  # 备份被删除
    WRONG_KEY = "wrong_key"  # 口令不符
    LOCKED = "locked"  # 锁未释放
    FULL = "full"  # 空间不足
    UNCHECKED = "unchecked"  # 无法检查
    NEVER = "never"  # 从未备份
    MISSED = "missed"  # 未按时备份
    INTERRUPTED = "interrupted"  # 备份中断
    FAILED = "failed"  # 备份失败
    EMPTY = "empty"  # 空备份
    INCOMPLETE = "incomplete"  # 内容不全
    SHRUNKEN = "shrunken"  # 明显变小
    CLOCK = "clock"  # 时钟不准
    COPY = "copy"  # 第二份备份


@dataclass(frozen=True, slots=True)
class Fault:
    """``fields`` are what the sentence of ``sentences.py`` names, as texts and numbers."""

    kind: FaultKind
    host: str
    fields: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """``files`` and ``bytes`` are None where nobody looked into it. ``parts``: the dumps in it with their sizes."""

    id: str
    name: str
    at: datetime
    files: int | None = None
    bytes: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def checkpoint(self) -> bool:
        """What borg leaves of an archive that did not come to its end."""
        return ".checkpoint" in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """``alive``: its process is one of the server's own that runs."""

    holder: str
    age: timedelta
    alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the server says of a host's repository. ``check`` and ``listed`` are borg's exit codes, with its words;
    None where borg was not asked. ``written_at`` is the newest transaction, by the server's clock."""

    host: str
    at: datetime
    there: bool
    free: int
    total: int
    locks: tuple[Lock, ...] = ()
    written_at: datetime | None = None
    check: int | None = None
    said: str = ""
    verified: bool = False
    verified_at: datetime | None = None
    listed: int | None = None
    listed_said: str = ""
    archives: tuple[Archive, ...] = ()
    gone: tuple[Archive, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What became of one repository in a run. ``code`` None: its medium was not there."""

    name: str
    archive: str
    code: int | None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRun:
    """A run as the client recorded it. ``ended`` None: it did not come to its end, or still goes on."""

    started: datetime
    ended: datetime | None
    code: int | None
    said: str = ""
    files: int | None = None
    bytes: int | None = None
    seconds: float | None = None
    repositories: tuple[Copied, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRecord:
    """``at`` is the client's clock when it was asked, ``running`` whether a run goes on."""

    at: datetime
    running: bool = False
    runs: tuple[ClientRun, ...] = ()
