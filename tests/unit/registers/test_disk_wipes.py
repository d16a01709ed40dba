"""Disk wipes: whose disk, how, by whom, and the evidence of an asset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import ComponentKind, Machine
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import disk_wipes
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.disk_wipes import (
    DiskEvidence,
    DiskWipe,
    WipeMethod,
    WipeRequest,
    WipeResult,
    disk_serials,
    evidence,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import State

from tests.samples.records import EARLIER, NOW, part

WIPE = WipeRequest(
    disk_serial="S4EVNX0M", method=WipeMethod.OVERWRITE, result=WipeResult.WIPED, wiped_by="刘老师"
)


def seen(state: State) -> State:
    """PC-001 with two disks and a removed one, and a computer that nobody has booked."""
    disks = (
        part(1, ComponentKind.DISK, "a", serial="S4EVNX0M"),
        part(1, ComponentKind.DISK, "b"),
        part(1, ComponentKind.DISK, "c", serial="GONE1234", removed_at=NOW),
    )
    machine = Machine(
        id=1,
        host="jf1-01",
        asset_id=1,
        first_seen_at=EARLIER,
        last_seen_at=NOW,
        last_status_at=NOW,
        components=disks,
    )
    stranger = replace(
        machine,
        id=2,
        host="jf1-99",
        asset_id=None,
        components=(part(2, ComponentKind.DISK, "d", serial="ZZ91234"),),
    )
    return replace(state, machines=(machine, stranger))


def shown(state: State, number: str) -> list[DiskEvidence]:
    return evidence(state, number, disk_serials(state, state.assets[number]))


def recorded(state: State, **changes: Any) -> State:
    return state.after(disk_wipes.record(state, replace(WIPE, **changes)).changes)


@pytest.mark.parametrize(
    ("changes", "asset", "host"),
    [
        ({}, "PC-001", "jf1-01"),
        ({"disk_serial": " s4evnx0m "}, "PC-001", "jf1-01"),
        ({"asset": "PC-002"}, "PC-002", None),
        ({"asset": "PC-001", "disk_serial": "X"}, "PC-001", "jf1-01"),
        ({"host": "jf1-01", "disk_serial": "OLD12345"}, "PC-001", "jf1-01"),
        ({"disk_serial": "ZZ91234"}, None, "jf1-99"),
    ],
)
def test_whose_disk_it_is(state: State, changes: dict[str, Any], asset: str | None, host: str | None) -> None:
    (wipe,) = recorded(seen(state), **changes).all(DiskWipe).values()
    assert (wipe.asset_number, wipe.host) == (asset, host)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"disk_serial": ""}, "缺少硬盘序列号"),
        ({"disk_serial": "UNSEEN12"}, "不知道硬盘 UNSEEN12 属于哪台计算机"),
        ({"disk_serial": "GONE1234"}, "不知道硬盘"),
        ({"asset": "PC-099"}, "台帐中没有资产 PC-099"),
        ({"host": "jf1-77"}, "没有采集过计算机 jf1-77"),
        ({"wiped_by": " "}, "缺少擦除人"),
        ({"wiped_on": "2026-09-16"}, "尚未到来"),
        ({"wiped_on": "2020-01-01"}, "早于"),
        ({"result": WipeResult.FAILED}, "没有说明情况"),
    ],
)
def test_what_is_refused(state: State, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError) as refused:
        disk_wipes.record(seen(state), replace(WIPE, **changes))
    assert says in refused.value.message.render("zh_CN")


def test_the_newest_wipe_of_a_disk_counts(state: State) -> None:
    state = seen(state)
    failed = recorded(state, result=WipeResult.FAILED, note="坏道", wiped_on="2026-09-10")
    assert [row.wipe and row.wipe.result for row in shown(failed, "PC-001")] == [WipeResult.FAILED, None]
    later = recorded(failed, method=WipeMethod.DESTROY)
    rows = shown(later, "PC-001")
    assert [(row.serial, row.wipe and row.wipe.method) for row in rows] == [
        ("S4EVNX0M", WipeMethod.DESTROY),
        (None, None),
    ]


def test_a_disk_that_is_out_already_stays_evidence(state: State) -> None:
    after = recorded(seen(state), disk_serial="OLD12345", asset="PC-001")
    assert [row.serial for row in shown(after, "PC-001")] == ["S4EVNX0M", "OLD12345", None]
    assert shown(after, "PC-002") == []
