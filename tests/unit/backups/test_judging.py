"""What is wrong with a set of backups, fault by fault; and that nothing is pruned while anything is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.judging import judge, may_prune
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import (
    Archive,
    ClientRecord,
    ClientRun,
    Copied,
    Copy,
    Database,
    FaultKind,
    Lock,
    Look,
    Policy,
    Service,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.sentences import sentence, title
from hypothesis import example, given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
GB = 1024**3
POLICY = Policy(
    host="oa",
    services=(
        Service(name="oa", paths=("/srv/oa",), postgresql=(Database(name="oa"),), sqlite=("/srv/a.db",)),
    ),
    passphrase="x" * 30,
    location="ssh://backup@store/srv/oa",
    copies=(Copy(name="usb", location="/mnt/usb/b", mount="/mnt/usb"),),
)
PARTS = {"proof.json": 5_000, "postgresql_databases/localhost/oa": 9_000, "sqlite/srv/a.db": 4_096}


def archive(days: float, **more: Any) -> Archive:
    at = NOW - days * DAY
    given = {
        "id": f"{int(at.timestamp()):064x}",
        "name": f"oa-{at:%Y-%m-%dT%H:%M:%SZ}",
        "at": at,
        "files": 100,
        "bytes": 4 * GB,
        "parts": PARTS,
    }
    return Archive(**{**given, **more})


def look(*archives: Archive, **more: Any) -> Look:
    given = {
        "host": "oa",
        "at": NOW,
        "there": True,
        "free": 500 * GB,
        "total": 1000 * GB,
        "written_at": archives[-1].at if archives else None,
        "check": 0,
        "verified": True,
        "verified_at": NOW,
        "listed": 0,
        "archives": archives,
    }
    return Look(**{**given, **more})


def run(days: float, **more: Any) -> ClientRun:
    started = NOW - days * DAY
    given = {
        "started": started,
        "ended": started + timedelta(minutes=5),
        "code": 0,
        "repositories": (Copied(name="main", archive="a", code=0), Copied(name="usb", archive="a", code=0)),
    }
    return ClientRun(**{**given, **more})


GOOD = look(archive(18), archive(11), archive(4))
RECORD = ClientRecord(at=NOW, runs=(run(11), run(4)))
BROKEN = (Copied(name="main", archive="a", code=2, said="No space left on device"),)


def kinds(seen: Look, record: ClientRecord | None = RECORD, policy: Policy = POLICY) -> list[FaultKind]:
    faults = judge(policy, seen, record, now=NOW, min_free_percent=10)
    assert may_prune(faults, seen) is (not faults and not seen.locks)
    for fault in faults:
        for language in ("zh_CN", "en"):
            said = sentence(fault).render(language)
            assert "oa" in said
            # Every placeholder is filled in; a brace that is left was said by the server.
            assert "{" not in said or "{" in f"{seen.said}{seen.listed_said}"
            assert title(fault.kind).render(language)
    return [fault.kind for fault in faults]


def test_a_good_set_has_no_fault_with_or_without_the_clients_word() -> None:
    assert kinds(GOOD) == []
    assert kinds(GOOD, None) == []


@pytest.mark.parametrize(
    ("seen", "record", "found"),
    [
        (replace(GOOD, there=False), RECORD, [FaultKind.LOST]),
        (look(), RECORD, [FaultKind.NEVER]),
        (look(archive(18), archive(8.1)), RECORD, [FaultKind.MISSED]),
        (
            look(archive(11), archive(4, files=1, bytes=5_000, parts={"proof.json": 5_000})),
            RECORD,
            [FaultKind.EMPTY],
        ),
        (look(archive(11), archive(4, parts={"proof.json": 5_000})), RECORD, [FaultKind.INCOMPLETE]),
        (
            look(archive(11), archive(4, parts={**PARTS, "sqlite/srv/a.db": 0})),
            RECORD,
            [FaultKind.INCOMPLETE],
        ),
        (look(archive(18), archive(11), archive(4, bytes=1 * GB)), RECORD, [FaultKind.SHRUNKEN]),
        (replace(GOOD, gone=(archive(25),)), RECORD, [FaultKind.GONE]),
        (replace(GOOD, check=1, said="Data integrity error"), RECORD, [FaultKind.DAMAGED]),
        (replace(GOOD, check=2, said="ssh went away"), RECORD, [FaultKind.UNCHECKED]),
        (replace(GOOD, free=90 * GB), RECORD, [FaultKind.FULL]),
        (
            replace(GOOD, listed=2, listed_said="passphrase supplied in X is incorrect."),
            RECORD,
            [FaultKind.WRONG_KEY],
        ),
        (
            replace(
                GOOD,
                check=2,
                said="Failed to create/acquire the lock /srv/oa/lock.exclusive (timeout).",
                locks=(Lock(holder="old@1.2-0", age=2 * DAY, alive=False),),
            ),
            RECORD,
            [FaultKind.LOCKED],
        ),
        (look(archive(4), archive(-730)), RECORD, [FaultKind.CLOCK]),
        (replace(GOOD, at=NOW + 2 * DAY), RECORD, [FaultKind.CLOCK]),
        (GOOD, replace(RECORD, at=NOW - 730 * DAY), [FaultKind.CLOCK]),
        (look(archive(730), written_at=NOW - DAY), RECORD, [FaultKind.MISSED, FaultKind.CLOCK]),
        (
            look(archive(4), archive(1, name="oa-x.checkpoint", files=None, bytes=None)),
            RECORD,
            [FaultKind.INTERRUPTED],
        ),
        (GOOD, replace(RECORD, runs=(run(4), run(1, ended=None, code=None))), [FaultKind.INTERRUPTED]),
        (GOOD, replace(RECORD, running=True, runs=(run(4), run(0, ended=None, code=None))), []),
        (
            GOOD,
            replace(RECORD, runs=(run(4), run(1, code=1, said="/srv/oa is not there"))),
            [FaultKind.FAILED],
        ),
        (GOOD, replace(RECORD, runs=(run(4), run(1, code=2, repositories=BROKEN))), [FaultKind.FULL]),
        (GOOD, ClientRecord(at=NOW, runs=(run(40),)), [FaultKind.COPY]),
        # A failure that a later run mended is none.
        (GOOD, replace(RECORD, runs=(run(5, code=1, said="x"), run(4))), []),
        # Somebody is backing up right now: nothing is wrong, and nothing is pruned.
        (
            replace(GOOD, locks=(Lock(holder="store@1.2-0", age=timedelta(minutes=3), alive=True),)),
            RECORD,
            [],
        ),
    ],
)
def test_each_fault_is_told(seen: Look, record: ClientRecord, found: list[FaultKind]) -> None:
    assert kinds(seen, record) == found


def test_the_worst_comes_first_and_each_kind_once() -> None:
    seen = replace(GOOD, check=1, said="integrity", free=1, gone=(archive(25),), listed=0)
    record = replace(RECORD, runs=(run(1, code=2, repositories=BROKEN),))
    assert kinds(seen, record) == [FaultKind.DAMAGED, FaultKind.GONE, FaultKind.FULL, FaultKind.COPY]


def test_what_was_not_looked_into_is_not_judged_by_its_size() -> None:
    assert kinds(look(archive(18), archive(11), archive(4, files=None, bytes=None, parts={}))) == []


def test_a_share_of_nought_leaves_sizes_alone() -> None:
    seen = look(archive(18), archive(11), archive(4, bytes=1))
    assert kinds(seen, policy=replace(POLICY, shrunken_percent=0)) == [FaultKind.EMPTY]
    seen = look(archive(18), archive(11), archive(4, bytes=GB))
    assert kinds(seen, policy=replace(POLICY, shrunken_percent=0)) == []


@example(check=0, listed=1, said="{host}", ages=[], sizes=[None] * 6)
@given(
    check=st.sampled_from([0, 1, 2]),
    listed=st.sampled_from([0, 1, 2]),
    said=st.text(max_size=80),
    ages=st.lists(st.floats(-800, 800), max_size=6),
    sizes=st.lists(st.one_of(st.none(), st.integers(0, 2**50)), min_size=6, max_size=6),
)
def test_only_a_set_without_any_fault_is_ever_pruned(
    check: int, listed: int, said: str, ages: list[float], sizes: list[int | None]
) -> None:
    archives = [archive(age, bytes=size) for age, size in zip(ages, sizes, strict=False)]
    seen = look(*archives, check=check, listed=listed, said=said, listed_said=said)
    if check or listed or not archives:
        assert not may_prune(judge(POLICY, seen, RECORD, now=NOW, min_free_percent=10), seen)
    kinds(seen)
