"""One open finding of every kind, and one that was dismissed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Difference,
    Finding,
    FindingKind,
    FindingStatus,
    Login,
)

from tests.samples.records import EARLIER, NOW, ROOM, SERVER_ROOM


def sample_findings() -> tuple[Finding, ...]:
    def finding(
        number: int, kind: FindingKind, advice: str, *differences: Difference, **fields: Any
    ) -> Finding:
        return Finding(
            **{
                "id": number,
                "kind": kind,
                "key": f"{kind}:{number}",
                "advice": advice,
                "room": ROOM,
                "differences": differences,
                "opened_at": NOW - timedelta(minutes=number),
                "last_seen_at": NOW,
                **fields,
            }
        )

    return (
        finding(
            1,
            FindingKind.SURPLUS,
            "surplus",
            Difference(field="serial", book=None, fact="PF2K0005"),
            Difference(field="model", book=None, fact="启天M435-A193"),
            seat="05",
            hosts=("pc05",),
        ),
        finding(
            2,
            FindingKind.UNKNOWN,
            "unknown_off",
            Difference(field="sighting", book="booked", fact="unreachable"),
            seat="06",
            asset_numbers=("2023-0006",),
            hosts=("pc06",),
        ),
        finding(
            3,
            FindingKind.MISMATCH,
            "mismatch_memory_less",
            Difference(field="memory", book="16 GB", fact="8 GB"),
            seat="03",
            asset_numbers=("2023-0003",),
            hosts=("pc03",),
        ),
        finding(
            4,
            FindingKind.SERIAL_UNTRUSTED,
            "serial_shared",
            Difference(field="serial", book=None, fact="PF2KFAKE"),
            asset_numbers=("2023-0004", "2023-0007"),
            hosts=("pc04", "teacher"),
        ),
        finding(
            5,
            FindingKind.SWAP_SUSPECTED,
            "swap_monitors",
            Difference(field="place", book="机房一 / 01", fact="机房一 / 02"),
            Difference(field="place", book="机房一 / 02", fact="机房一 / 01"),
            seat="01",
            asset_numbers=("2023-0021", "2023-0022"),
            hosts=("pc01", "pc02"),
        ),
        finding(
            6,
            FindingKind.COMPONENT_CHANGED,
            "component_changed",
            Difference(field="memory", book="DIMM2 Samsung 8 GB 38A100032", fact=None),
            last_whole_at=EARLIER,
            logins=(Login(user="pupil07", host="pc03", seen_at=NOW),),
            seat="03",
            asset_numbers=("2023-0003",),
            hosts=("pc03",),
        ),
        finding(
            7,
            FindingKind.MISPLACED,
            "misplaced",
            Difference(field="place", book="机房二 / 01", fact="中心机房 / A1"),
            room=SERVER_ROOM,
            seat="A1",
            asset_numbers=("2023-0008",),
            hosts=("oa",),
        ),
        finding(
            8,
            FindingKind.SHORTAGE,
            "shortage",
            Difference(field="sighting", book="booked", fact="not_seen"),
            seat="08",
            asset_numbers=("2023-0009",),
        ),
        finding(
            9,
            FindingKind.MISMATCH,
            "mismatch",
            Difference(field="disk", book="1 TB", fact="512 GB"),
            seat="02",
            asset_numbers=("2023-0002",),
            hosts=("pc02",),
            status=FindingStatus.DISMISSED,
            closed_at=EARLIER,
            closed_by="王老师",
            closed_reason="台帐笔误,已口头核实",
        ),
        finding(
            10,
            FindingKind.LOW_STOCK,
            "low_stock",
            Difference(field="stock", book="内存条 DDR4 8G ≥ 4 条", fact="3 条"),
            room=None,
            key="low_stock:2025-0001",
        ),
        finding(
            11,
            FindingKind.USB_ATTEMPT,
            "usb_attempt",
            Difference(
                field="usb",
                book=None,
                fact="2026-11-23 14:15 Kingston DataTraveler 3.0 0951:1666 S/N 001A92053B6A",
            ),
            logins=(Login(user="pupil07", host="pc03", seen_at=NOW),),
            stands_for=("attempt:5",),
            seat="03",
            asset_numbers=("2023-0003",),
            hosts=("pc03",),
        ),
        finding(
            12,
            FindingKind.MISSED_RUN,
            "run_missed",
            Difference(field="duty", book="friday_backup", fact="missed"),
            Difference(field="due", book="2026-11-20 17:30", fact=None),
            room=None,
        ),
        finding(
            13,
            FindingKind.NETWORK,
            "network_place",
            Difference(field="switch", book=None, fact="sw1 GigabitEthernet1/0/3"),
            Difference(field="said", book="sw1 GigabitEthernet1/0/2", fact="pc02"),
            key="network:sw1:wrong port:gi1/0/3",
        ),
        finding(
            14,
            FindingKind.BACKUP,
            "backup_missed",
            Difference(field="backup", book="good", fact="missed"),
            Difference(field="backup_newest", book=None, fact="2026-11-13 17:31"),
            room=None,
            hosts=("server1",),
        ),
    )
