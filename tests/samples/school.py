"""A small school in which everything that reports show occurs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    ComponentKind,
    Run,
    Sighting,
    SightingStatus,
    Snapshot,
)

from tests.samples.attempts import sample_attempts, sample_baseline
from tests.samples.entered import entered
from tests.samples.findings import sample_findings
from tests.samples.records import (
    EARLIER,
    GIB,
    NOW,
    ROOM,
    RUN,
    SERVER_ROOM,
    TEACHER_SEAT,
    asset,
    event,
    machine,
    monitor,
    part,
    pc,
)


def sample_snapshot() -> Snapshot:
    """机房一 with six pupil PCs and a teacher PC, an OA server, all kinds of finding; marked simulated."""
    pcs = [
        machine(1, "pc01", "01", monitor="V9-0022", asset_id=1),
        machine(2, "pc02", "02", monitor="V9-0021", asset_id=2, os_name="Kylin V10 SP1"),
        machine(3, "pc03", "03", gib=8, monitor="V9-0023", asset_id=3),
        machine(
            4,
            "pc04",
            "04",
            serial="PF2KFAKE",
            asset_id=4,
            unknown={
                "inventory.monitors": {"reason": "unreadable", "detail": "EDID of HDMI-A-1 is cut off"},
                "inventory.tpm": {"reason": "no_permission"},
            },
        ),
        machine(5, "pc05", "05", monitor="V9-0025", first_seen_at=NOW),
        machine(7, "teacher", TEACHER_SEAT, serial="PF2KFAKE", monitor="V9-0027", asset_id=7),
        machine(8, "oa", "A1", room=SERVER_ROOM, gib=32, asset_id=8, os_name="openEuler 22.03 (LTS-SP3)"),
    ]
    pcs[0] = replace(pcs[0], raw={"inventory.chassis.asset_tag": "Default string"})
    gone = part(
        3,
        ComponentKind.MEMORY,
        "38A100032",
        slot="DIMM2",
        manufacturer="Samsung",
        model="M378A1K43EB2-CWE",
        serial="38A100032",
        size_bytes=8 * GIB,
        attributes={"type": "DDR4", "speed_mts": 3200},
        removed_at=NOW,
        last_seen_at=EARLIER,
    )
    pcs[2] = replace(pcs[2], components=(*pcs[2].components, gone))
    machines = tuple(replace(pc, simulated=True) for pc in pcs)
    assets = (
        *(pc(number, f"{number:02d}") for number in (1, 2, 3)),
        pc(4, "04", serial="PF2K0004"),
        pc(6, "06"),
        pc(7, TEACHER_SEAT, name="教师机", original_value=Decimal("5899.00")),
        pc(
            8,
            "01",
            name="机架式服务器",
            room="机房二",
            brand="浪潮",
            model="NF5280M5",
            specification="银牌4210*2/32G",
            original_value=Decimal("38600.00"),
        ),
        pc(9, "08"),
        *(monitor(20 + number, f"{number:02d}", f"V9-{20 + number:04d}") for number in (1, 2, 3)),
        asset(40, "短焦投影仪", None, brand="爱普生", model="CB-725W", original_value=Decimal("8999.00")),
        asset(41, "柜式空调", None, brand="格力", status=AssetStatus.REPAIR, original_value=None),
        asset(
            42, "台式计算机", None, room=None, status=AssetStatus.SCRAPPED, original_value=Decimal("3999.00")
        ),
    )
    sightings = (
        *(
            Sighting(
                run_id=RUN,
                host=pc.host,
                status=SightingStatus.OBSERVED,
                at=NOW,
                room=pc.room,
                seat=pc.seat,
                machine_id=pc.id,
            )
            for pc in machines
        ),
        Sighting(
            run_id=RUN,
            host="pc06",
            status=SightingStatus.UNREACHABLE,
            at=NOW,
            room=ROOM,
            seat="06",
            message="ssh: connect to host 10.20.1.6 port 22: No route to host",
        ),
    )
    events = (
        event(
            1,
            "asset.created",
            "asset:2023-0003",
            None,
            {"name": "台式计算机", "status": "in_use"},
            reason="导入 2023 资产台帐.xlsx",
        ),
        event(
            2,
            "asset.updated",
            "asset:2023-0003",
            {"custodian": "李老师", "seat": "13"},
            {"custodian": "王老师", "seat": "03"},
            actor="王老师",
            reason="岗位调整",
        ),
        event(3, "machine.added", "machine:3", None, {"host": "pc03"}),
        event(
            4,
            "component.removed",
            "machine:3",
            {"kind": "memory", "slot": "DIMM2", "serial": "38A100032"},
            None,
        ),
        event(5, "finding.opened", "finding:3", None, {"kind": "mismatch"}),
    )
    runs = (
        Run(
            id=RUN,
            started_at=NOW,
            finished_at=NOW + timedelta(seconds=41),
            playbook="collect_facts.yml",
            actor="root",
            hosts=8,
            observed=7,
            unreachable=1,
            failed=0,
        ),
        Run(
            id="20261116T081500Z-00c0ffee",
            started_at=EARLIER,
            finished_at=None,
            playbook="collect_facts.yml",
            actor="root",
            hosts=8,
            observed=8,
            unreachable=0,
            failed=0,
        ),
    )
    state = entered(assets)
    return Snapshot(
        taken_at=NOW,
        school="示范中学",
        assets=tuple(state.assets.values()),
        machines=machines,
        findings=sample_findings(),
        sightings=sightings,
        events=events,
        runs=runs,
        registers=state.registers,
        attempts=sample_attempts(),
        baseline=sample_baseline(),
    )
