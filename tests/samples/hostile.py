"""The small school in which every free text is an attack."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Baseline,
    Difference,
    LookedAt,
    Snapshot,
)

from tests.samples.entered import hostile_registers
from tests.samples.school import sample_snapshot

HOSTILE = (
    "{{ lookup('pipe','id') }}",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    '=HYPERLINK("http://example.invalid","x")',
    "javascript:alert(3)",
    "\u202egnp.exe\u202c",
    "\x1b[2J\x1b]0;owned\x07",
    "../../../etc/passwd",
    "\"' onmouseover=alert(4) x='",
    "\ud800 lone",
    "http://example.invalid/x",
    "长" * 10_000,
)


def hostile_snapshot() -> Snapshot:
    """The sample school in which every free text is an attack."""
    base = sample_snapshot()
    assets = tuple(
        replace(
            booked,
            name=HOSTILE[i % len(HOSTILE)],
            brand=HOSTILE[(i + 1) % len(HOSTILE)],
            model=HOSTILE[(i + 2) % len(HOSTILE)],
            serial=HOSTILE[(i + 3) % len(HOSTILE)],
            specification=HOSTILE[(i + 4) % len(HOSTILE)],
            seat=HOSTILE[(i + 5) % len(HOSTILE)],
            custodian=HOSTILE[(i + 6) % len(HOSTILE)],
            notes=HOSTILE[(i + 7) % len(HOSTILE)],
        )
        for i, booked in enumerate(base.assets)
    )
    machines = tuple(
        replace(
            pc,
            host=f"{HOSTILE[i]}",
            room=HOSTILE[(i + 1) % len(HOSTILE)],
            inventory={
                **pc.inventory,
                "system": {"product": HOSTILE[i], "serial": HOSTILE[-1 - i]},
                "os": HOSTILE[i],
            },
            state={
                "hostname": HOSTILE[i],
                "addresses": [{"interface": HOSTILE[i]}, HOSTILE[i]],
                "smart": HOSTILE[i],
            },
            unknown={
                f"inventory.{HOSTILE[i]}": {"reason": HOSTILE[i], "detail": HOSTILE[i]},
                "inventory.disks": HOSTILE[i],
            },
            raw={"inventory.system.uuid": HOSTILE[i]},
            components=tuple(
                replace(
                    part,
                    model=HOSTILE[i],
                    serial=HOSTILE[(i + j) % len(HOSTILE)],
                    slot=HOSTILE[(i + j + 1) % len(HOSTILE)],
                )
                for j, part in enumerate(pc.components)
            ),
        )
        for i, pc in enumerate(base.machines)
    )
    findings = tuple(
        replace(
            finding,
            advice=HOSTILE[i % len(HOSTILE)],
            hosts=(HOSTILE[i % len(HOSTILE)],),
            differences=(
                Difference(
                    field=HOSTILE[i % len(HOSTILE)],
                    book=HOSTILE[i % len(HOSTILE)],
                    fact=HOSTILE[(i + 1) % len(HOSTILE)],
                ),
            ),
        )
        for i, finding in enumerate(base.findings)
    )
    events = tuple(
        replace(
            event,
            actor=HOSTILE[i],
            reason=HOSTILE[i + 1],
            action=HOSTILE[i + 2],
            after={HOSTILE[i]: HOSTILE[i + 3], "x": [HOSTILE[i]]},
        )
        for i, event in enumerate(base.events)
    )
    runs = tuple(replace(run, playbook=HOSTILE[i], actor=HOSTILE[i + 1]) for i, run in enumerate(base.runs))
    return replace(
        base,
        school=HOSTILE[1] + HOSTILE[0],
        assets=assets,
        machines=machines,
        findings=findings,
        events=events,
        runs=runs,
        registers=hostile_registers(base.registers, HOSTILE),
        baseline=Baseline(
            changed_at=base.taken_at,
            pcs=tuple(
                LookedAt(host=text, room=text, seat=text, looked=True, drift=HOSTILE, notes=HOSTILE)
                for text in HOSTILE
            ),
        ),
        attempts=tuple(
            replace(
                attempt,
                host=HOSTILE[i],
                room=HOSTILE[i + 1],
                seat=HOSTILE[i + 2],
                vendor_id=HOSTILE[i],
                product_id=HOSTILE[i + 1],
                serial=HOSTILE[i + 2],
                name=HOSTILE[i + 3],
                kind=HOSTILE[i + 4],
                users=HOSTILE,
            )
            for i, attempt in enumerate(base.attempts)
        ),
    )
