"""Schools of any size, for speed and for long tables."""

from __future__ import annotations

from decimal import Decimal

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    Difference,
    Event,
    Finding,
    FindingKind,
    Machine,
    Sighting,
    SightingStatus,
    Snapshot,
)

from tests.samples.records import EARLIER, NOW, RUN, asset, event, machine, pc
from tests.samples.school import sample_snapshot


def large_snapshot(assets: int) -> Snapshot:
    """``assets`` book rows in rooms of 50 seats, PCs and monitors in turn.

    One PC in 25 has a finding, one in 40 is silent."""
    booked: list[Asset] = []
    machines: list[Machine] = []
    findings: list[Finding] = []
    sightings: list[Sighting] = []
    events: list[Event] = []
    for index in range(assets):
        number, is_monitor = index + 1, index % 2 == 1
        place = index // 2 + 1
        room, seat = f"机房{(place - 1) // 50 + 1}", f"{(place - 1) % 50 + 1:02d}"
        screen = f"V9-{place:06d}"
        if is_monitor:
            booked.append(
                asset(
                    number,
                    "液晶显示器",
                    seat,
                    room=room,
                    asset_number=f"2023-{number:06d}",
                    brand="联想",
                    model="T2054p",
                    serial=screen,
                    original_value=Decimal(699),
                    parent_number=f"2023-{number - 1:06d}",
                )
            )
            continue
        silent = place % 40 == 0
        booked.append(
            pc(number, seat, room=room, asset_number=f"2023-{number:06d}", serial=f"PF2K{place:06d}")
        )
        machines.append(
            machine(
                place,
                f"pc{place:06d}",
                seat,
                room=room,
                serial=f"PF2K{place:06d}",
                monitor=screen,
                asset_id=number,
                last_status=SightingStatus.UNREACHABLE if silent else SightingStatus.OBSERVED,
            )
        )
        sightings.append(
            Sighting(
                run_id=RUN,
                host=f"pc{place:06d}",
                status=machines[-1].last_status,
                at=NOW,
                room=room,
                seat=seat,
                machine_id=place,
            )
        )
        events.append(
            event(place, "machine.added", f"machine:{place}", None, {"host": f"pc{place:06d}"}, at=EARLIER)
        )
        if place % 25 == 0:
            findings.append(
                Finding(
                    id=place,
                    kind=FindingKind.MISMATCH,
                    key=f"mismatch:{place}",
                    advice="mismatch_memory_less",
                    room=room,
                    seat=seat,
                    asset_numbers=(f"2023-{number:06d}",),
                    hosts=(f"pc{place:06d}",),
                    differences=(Difference(field="memory", book="32 GB", fact="16 GB"),),
                    opened_at=NOW,
                    last_seen_at=NOW,
                )
            )
    return Snapshot(
        taken_at=NOW,
        school="示范中学",
        assets=tuple(booked),
        machines=tuple(machines),
        findings=tuple(findings),
        sightings=tuple(sightings),
        events=tuple(events),
        runs=sample_snapshot().runs,
    )
