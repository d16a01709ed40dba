"""The newest check as a file, and as findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.findings import backup_findings
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import Fault, FaultKind
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.status import (
    Checked,
    merged,
    read_status,
    write_status,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import wording

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
GOOD = Checked(
    host="oa", at=NOW, archives=3, newest=NOW - timedelta(days=4), files=5, bytes=9, verified_at=NOW
)
RED = replace(
    GOOD,
    host="db",
    faults=(Fault(FaultKind.DAMAGED, "db", {"said": "checksum"}), Fault(FaultKind.MISSED, "db", {"days": 9})),
)


def test_a_check_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "backups.json"
    assert read_status(path) == ()
    path.write_text(write_status([GOOD, RED]), encoding="utf-8")
    assert read_status(path) == (GOOD, RED)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"hosts": [1]}', '{"hosts": [{"host": "x"}]}', "\udcff"])
def test_a_file_that_is_none_is_said_to_be(tmp_path: Path, text: str) -> None:
    path = tmp_path / "backups.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UserError, match="not what check_backups writes"):
        read_status(path)


def test_each_host_keeps_its_newest_check_for_as_long_as_it_is_backed_up() -> None:
    newer = replace(GOOD, archives=4)
    assert merged([GOOD, RED], [newer], ["oa", "db", "new"]) == (RED, newer)
    assert merged([GOOD, RED], [], ["oa"]) == (GOOD,)


def test_findings_are_one_for_each_host_with_all_its_faults() -> None:
    (found,) = backup_findings([GOOD, RED], ["oa", "db"], NOW)
    assert (found.key, found.advice, found.hosts) == ("backup:db", "backup_damaged", ("db",))
    assert [one.fact for one in found.differences] == ["damaged", "missed", "2026-11-20 14:30"]


def test_what_nobody_checked_is_red_too() -> None:
    (never,) = backup_findings([], ["oa"], NOW)
    assert never.advice == "backup_unchecked"
    (old,) = backup_findings([GOOD], ["oa"], NOW + timedelta(days=3, hours=1))
    assert old.advice == "backup_unchecked"
    assert list(backup_findings([RED], [], NOW)) == []


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_its_advice_and_its_word(kind: FaultKind) -> None:
    assert wording.advice(f"backup_{kind}").render("zh_CN") != f"backup_{kind}"
    assert wording.value("backup", kind.value) is not None
