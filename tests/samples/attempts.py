"""What was plugged in at the small school: refused, let in, known and unknown."""

from __future__ import annotations

from datetime import date, timedelta

from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import AllowEntry
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Attempt,
    AttemptAction,
    AttemptUsers,
    Baseline,
    LookedAt,
)

from tests.samples.records import NOW, ROOM

STICK = Attempt(
    id=1,
    machine_id=3,
    host="pc03",
    room=ROOM,
    seat="03",
    at=NOW - timedelta(hours=6),
    collected_at=NOW,
    action=AttemptAction.REFUSED,
    vendor_id="0951",
    product_id="1666",
    serial="001A92053B6A",
    name="Kingston DataTraveler 3.0",
    kind="storage",
    port="1-4.2",
    users=("g2c3-chenmin",),
    users_from=AttemptUsers.RECORD,
    sources=("role", "usbguard"),
)


def sample_attempts() -> tuple[Attempt, ...]:
    """The newest first, as a snapshot has them."""

    def attempt(number: int, hours: int, **fields: object) -> Attempt:
        values = {name: getattr(STICK, name) for name in STICK.__slots__}
        return Attempt(**{**values, "id": number, "at": NOW - timedelta(hours=hours), **fields})  # type: ignore[arg-type]

    return (
        attempt(5, 2, users=("pupil07", "teacher"), users_from=AttemptUsers.SESSION),
        attempt(
            4,
            3,
            machine_id=2,
            host="pc02",
            seat="02",
            vendor_id="18d1",
            product_id="4ee1",
            serial="9B181FFAZ0",
            name="Xiaomi 红米 Note",
            kind="phone",
            users=("pupil11",),
            users_from=AttemptUsers.NEAREST,
            sources=("kernel",),
        ),
        attempt(
            3,
            5,
            machine_id=7,
            host="teacher",
            seat="教师机",
            action=AttemptAction.ALLOWED,
            vendor_id="0781",
            product_id="5581",
            serial="4C530001230721",
            name="SanDisk Ultra",
            users=("teacher",),
        ),
        STICK,
        attempt(
            2,
            24 * 300,
            collected_at=NOW - timedelta(days=299),
            vendor_id=None,
            product_id=None,
            serial=None,
            name=None,
            kind="card",
            room=None,
            seat=None,
            users=(),
            users_from=AttemptUsers.UNKNOWN,
        ),
    )


def sample_baseline() -> Baseline:
    """Two that are not as wanted, one that is, one that was off."""
    return Baseline(
        changed_at=NOW - timedelta(days=1),
        pcs=(
            LookedAt(host="pc01", room=ROOM, seat="01", looked=True),
            LookedAt(
                host="pc02",
                room=ROOM,
                seat="02",
                looked=True,
                drift=("服务 timesyncd：没有运行",),
            ),
            LookedAt(
                host="pc03",
                room=ROOM,
                seat="03",
                looked=True,
                drift=tuple(f"软件包 game-{n}：不应安装" for n in range(10)),
                notes=("BIOS 启动，问不到启动顺序",),
            ),
            LookedAt(host="pc06", room=ROOM, seat="06", looked=False),
            LookedAt(host="oa", room="中心机房", seat="A1", looked=True),
        ),
    )


def sample_allowances(today: date) -> tuple[AllowEntry, ...]:
    """One that works, one for every room, one that ended."""
    stick = {"vendor": "0781", "product": "5581"}
    return (
        AllowEntry(
            **stick, serial="4C530001230721", room=ROOM, until=today + timedelta(days=30), note="王老师 课件"
        ),
        AllowEntry(**stick, serial="4C530009999999", room="*", until=today, note="电教组 装机盘"),
        AllowEntry(
            **stick, serial="4C530008888888", room=ROOM, until=today - timedelta(days=1), note="李老师 公开课"
        ),
    )
