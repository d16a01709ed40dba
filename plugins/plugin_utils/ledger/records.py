"""The ledger's nouns as plain values: what matching, reconciliation and reports work on.

The database layer (``models.py``) makes these from rows; pure code takes and returns them and never sees
a session. Times are aware UTC datetimes, sizes bytes, money CNY as Decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class AssetStatus(StrEnum):
    """The state of an asset as the school card names it."""

    IN_USE = "in_use"  # 在用
    IDLE = "idle"  # 闲置
    REPAIR = "repair"  # 维修
    ON_LOAN = "on_loan"  # 外借
    SEALED = "sealed"  # 封存
    TO_SCRAP = "to_scrap"  # 待报废
    SCRAPPED = "scrapped"  # 已报废


class ComponentKind(StrEnum):
    BOARD = "board"
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"
    GPU = "gpu"
    NIC = "nic"
    MONITOR = "monitor"
    OPTICAL = "optical"
    BATTERY = "battery"


class FindingKind(StrEnum):
    SURPLUS = "surplus"  # 盘盈
    SHORTAGE = "shortage"  # 盘亏
    MISMATCH = "mismatch"  # 信息不符
    COMPONENT_CHANGED = "component_changed"  # 部件变更
    SWAP_SUSPECTED = "swap_suspected"  # 疑似互换
    MISPLACED = "misplaced"  # 位置不符
    SERIAL_UNTRUSTED = "serial_untrusted"  # 序列号不可信
    UNKNOWN = "unknown"  # 未知
    LOW_STOCK = "low_stock"  # 库存不足
    USB_ATTEMPT = "usb_attempt"  # USB 违规
    MISSED_RUN = "missed_run"  # 错过执行
    NETWORK = "network"  # 网络问题
    BACKUP = "backup"  # 备份异常


class FindingStatus(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"  # what was found is no longer so


class SightingStatus(StrEnum):
    OBSERVED = "observed"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class AttemptAction(StrEnum):
    """What became of a device that somebody plugged in."""

    REFUSED = "refused"  # 已阻止
    ALLOWED = "allowed"  # 已放行


class AttemptUsers(StrEnum):
    """How it is known who was logged in at an attempt."""

    RECORD = "record"  # the PC's log says so; nobody named is nobody logged in
    SESSION = "session"  # a session that a look saw had begun before it and still went on
    NEAREST = "nearest"  # seen nearest to it, before or after
    UNKNOWN = "unknown"


class RegisterKind(StrEnum):
    """The registers. The value is the prefix of an event's subject: ``loan:2026-0001``."""

    ENTRY = "entry"  # 登记
    LOAN = "loan"  # 外借
    REPAIR = "repair"  # 维修
    STOCK_ITEM = "stock_item"  # 备件、耗材
    STOCK_MOVE = "stock_move"  # 入库、领用
    KEY = "key"  # 钥匙
    KEY_ISSUE = "key_issue"  # 钥匙领用
    STOCKTAKE = "stocktake"  # 盘点
    STOCKTAKE_COUNT = "stocktake_count"  # 盘点记录
    PURCHASE_REQUEST = "purchase_request"  # 采购申请
    SCRAP_REQUEST = "scrap_request"  # 报废申请
    DISK_WIPE = "disk_wipe"  # 硬盘擦除
    LICENCE = "licence"  # 软件授权
    WARNING = "warning"  # 警告单
    USB_ALLOWANCE = "usb_allowance"  # 放行的 U 盘


class DecisionCategory(StrEnum):
    """Why a person took a finding as it is."""

    REPAIR_ORDER = "repair_order"  # 报修单
    UPGRADE = "upgrade"  # 升级
    DAMAGE = "damage"  # 损坏
    OTHER = "other"  # 其他


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One row of the property register, as a person entered it. Facts never change it.

    ``class_standard`` names the standard that ``class_code`` belongs to (for example ``GB/T 14885-2022``):
    the same code means different things in different editions. Both stay None where unknown.
    """

    id: int
    asset_number: str
    name: str
    finance_card: str | None = None
    class_standard: str | None = None
    class_code: str | None = None
    brand: str | None = None
    model: str | None = None
    serial: str | None = None
    specification: str | None = None
    quantity: int = 1
    unit: str | None = None
    original_value: Decimal | None = None
    booked_on: date | None = None
    purchased_on: date | None = None
    warranty_until: date | None = None
    supplier: str | None = None
    room: str | None = None
    seat: str | None = None
    custodian: str | None = None
    department: str | None = None
    funding_source: str | None = None
    status: AssetStatus = AssetStatus.IN_USE
    parent_number: str | None = None  # asset_number of the asset that this one belongs to
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account that was logged in at a host: ``seen_at`` is the last look that saw it there, ``since`` when
    its session began, None where that is not known."""

    user: str
    host: str
    seen_at: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part seen in a machine. ``removed_at`` is set once a later full observation lacks it.

    Of its newest change (it came, or it went) ``whole_at`` is the last look before it that knew this kind of
    part, and ``logins`` who was logged in then or since. ``returned``: it had been here before.

    ``key`` tells parts of one kind in one machine apart: the serial where there is one, else maker, model,
    size and a running number, so that a part moved to another slot stays the same part.
    """

    machine_id: int
    kind: ComponentKind
    key: str
    slot: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    size_bytes: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    first_seen_at: datetime
    last_seen_at: datetime
    removed_at: datetime | None = None
    whole_at: datetime | None = None
    logins: tuple[Login, ...] = ()
    returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A computer that was really seen, whatever the book says. Identity is decided by ``identity.py``.

    ``room`` and ``seat`` are where the inventory says that ``host`` stands. ``inventory`` and ``state``
    are the two halves of the newest facts document (``facts/schema.json``), ``unknown`` and ``raw`` its
    notes. ``asset_id`` is the register row that matching linked it to. ``weak_identity`` says that it was
    told by host and model alone; ``ambiguous_with`` names machines that it could neither be merged with nor
    told apart from for certain.
    """

    id: int
    host: str
    room: str | None = None
    seat: str | None = None
    simulated: bool = False
    asset_id: int | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    last_status: SightingStatus = SightingStatus.OBSERVED
    last_status_at: datetime
    inventory: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    weak_identity: bool = False
    ambiguous_with: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A USB device that somebody plugged into a machine. ``at`` is by the PC's clock; ``collected_at`` is the look that
    told of it, by ours. ``room`` and ``seat`` are where the machine stood then.

    ``kind`` is what the device is for (``facts/schema.json``), ``sources`` the logs that tell of it.
    """

    id: int
    machine_id: int
    host: str
    room: str | None = None
    seat: str | None = None
    at: datetime
    collected_at: datetime
    action: AttemptAction
    vendor_id: str | None = None
    product_id: str | None = None
    serial: str | None = None
    name: str | None = None
    kind: str | None = None
    port: str | None = None
    users: tuple[str, ...] = ()
    users_from: AttemptUsers = AttemptUsers.UNKNOWN
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one run says of one host."""

    run_id: str
    host: str
    status: SightingStatus
    at: datetime
    room: str | None = None
    seat: str | None = None
    machine_id: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field on both sides, as plain values that a report can print. ``field`` is a stable code
    such as ``memory``, ``model``, ``serial``, ``seat``, ``monitor``."""

    field: str
    book: str | None
    fact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A disagreement with both of its sides and the next step.

    ``key`` is stable from run to run: the same disagreement found again is the same finding.
    ``advice`` is a code; reports translate it to the sentence that says what to do next. Of a change of parts
    ``last_whole_at`` is the last look that saw everything as it was before, ``logins`` who was logged in then or
    since, the last first, and ``stands_for`` names the single changes that it tells of. ``category`` and
    ``repair_number`` are of a person's decision, with ``closed_reason``.
    """

    kind: FindingKind
    key: str
    advice: str
    room: str | None = None
    seat: str | None = None
    asset_numbers: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    last_whole_at: datetime | None = None
    logins: tuple[Login, ...] = ()
    stands_for: tuple[str, ...] = ()
    id: int | None = None
    status: FindingStatus = FindingStatus.OPEN
    opened_at: datetime | None = None
    last_seen_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_reason: str | None = None
    category: DecisionCategory | None = None
    repair_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the append-only history; ``digest`` covers every other field and ``previous``."""

    number: int
    at: datetime
    actor: str
    reason: str
    action: str
    subject: str  # "asset:2023-0001", "machine:7", "finding:12", "run:…", "import:…"
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    previous: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """What a look at the baseline found at one PC: ``drift`` says what is not as wanted, where it was ``looked`` at."""

    host: str
    room: str | None
    seat: str | None
    looked: bool
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The newest look at all PCs; ``changed_at`` is since when its result is the same."""

    changed_at: datetime
    pcs: tuple[LookedAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    id: str
    started_at: datetime
    finished_at: datetime | None
    playbook: str
    actor: str
    hosts: int
    observed: int
    unreachable: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a report needs, read in one transaction. ``registers`` are what people entered
    (``registers.nouns``), by kind and number. ``attempts`` are the newest (``attempt_model.NEWEST``);
    ``baseline`` is no part of the ledger, but of what the reports show."""

    taken_at: datetime
    school: str
    assets: tuple[Asset, ...]
    machines: tuple[Machine, ...]
    findings: tuple[Finding, ...]
    sightings: tuple[Sighting, ...]  # the newest per host
    events: tuple[Event, ...]
    runs: tuple[Run, ...]
    registers: Mapping[RegisterKind, Mapping[str, Any]] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    baseline: Baseline | None = None
