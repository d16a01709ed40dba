"""The JSON export, schema jifang.ledger/1."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    Asset,
    AssetStatus,
    Component,
    Event,
    Finding,
    Machine,
    RegisterKind,
    Run,
    Sighting,
    Snapshot,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.loans import Loan
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.nouns import document_of
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.export import export_json

from tests.samples import HOSTILE, hostile_snapshot, machine, sample_snapshot
from tests.samples.records import event


def _export(snapshot: Snapshot, folder: Path) -> dict[str, Any]:
    export_json(snapshot, folder / "ledger.json")
    assert [path.name for path in folder.iterdir()] == ["ledger.json"]
    return json.loads((folder / "ledger.json").read_text(encoding="utf-8"))


def test_nobody_who_was_logged_in_is_exported(tmp_path: Path) -> None:
    snapshot = sample_snapshot()
    named = {login.user for finding in snapshot.findings for login in finding.logins}
    assert named == {"pupil07"}
    export_json(snapshot, tmp_path / "ledger.json")
    exported = (tmp_path / "ledger.json").read_text(encoding="utf-8")
    for name in ("pupil07", "pupil11", "g2c3-chenmin", '"陈敏"'):
        assert name not in exported, name
    assert "001A92053B6A" in exported


def test_the_history_of_a_warning_slip_is_exported_without_its_pupil(tmp_path: Path) -> None:
    slip = next(iter(sample_snapshot().registers[RegisterKind.WARNING].values()))
    issued = event(6, "warning.issued", "warning:2026-0001", None, document_of(slip))
    export_json(replace(sample_snapshot(), events=(issued,)), tmp_path / "ledger.json")
    (exported,) = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))["events"]
    assert exported["after"]["rule"] == slip.rule
    assert {"pupil", "pupil_class", "accounts"}.isdisjoint(exported["after"])


def test_every_record_with_every_field(tmp_path: Path) -> None:
    snapshot = sample_snapshot()
    document = _export(snapshot, tmp_path)
    assert list(document) == [
        "schema", "taken_at", "school", "assets", "machines", "findings", "sightings", "runs", "attempts",
        "events", "registers",
    ]  # fmt: skip
    assert document["schema"] == "jifang.ledger/1"
    for name, record in (
        ("assets", Asset),
        ("machines", Machine),
        ("findings", Finding),
        ("sightings", Sighting),
        ("runs", Run),
        ("events", Event),
    ):
        assert len(document[name]) == len(getattr(snapshot, name))
        told = [field.name for field in fields(record) if field.name != "logins"]
        assert all(list(item) == told for item in document[name])
    part = [field.name for field in fields(Component) if field.name != "logins"]
    assert list(document["machines"][0]["components"][0]) == part


def test_what_people_entered(tmp_path: Path) -> None:
    loan = Loan(
        number="2026-0001",
        asset_number="TY-001",
        borrower=HOSTILE[0],
        principal="李校长",
        leader="张主任",
        purpose="家长会",
        lent_on=date(2026, 9, 15),
        due_on=date(2026, 9, 20),
        status_before=AssetStatus.IDLE,
    )
    snapshot = replace(sample_snapshot(), registers={RegisterKind.LOAN: {loan.number: loan}})
    (entered,) = _export(snapshot, tmp_path)["registers"]
    assert list(entered) == ["register", *(field.name for field in fields(Loan))]
    assert (entered["register"], entered["borrower"], entered["due_on"]) == ("loan", HOSTILE[0], "2026-09-20")


def test_values(tmp_path: Path) -> None:
    document = _export(sample_snapshot(), tmp_path)
    first = document["assets"][0]
    assert (first["original_value"], first["booked_on"], first["status"]) == (
        "4599.00",
        "2023-09-01",
        "in_use",
    )
    assert document["taken_at"] == "2026-11-23T08:15:00+00:00"
    assert document["findings"][2]["differences"] == [{"field": "memory", "book": "16 GB", "fact": "8 GB"}]
    assert document["machines"][3]["unknown"]["inventory.tpm"] == {"reason": "no_permission"}


def test_one_record_a_line(tmp_path: Path) -> None:
    snapshot = sample_snapshot()
    export_json(snapshot, tmp_path / "ledger.json")
    lines = (tmp_path / "ledger.json").read_text(encoding="utf-8").splitlines()
    records = [
        getattr(snapshot, name)
        for name in ("assets", "machines", "findings", "sightings", "runs", "attempts", "events")
    ]
    records.append([noun for nouns in snapshot.registers.values() for noun in nouns.values()])
    assert len(lines) == 1 + sum(1 + len(group) for group in records)
    assert json.loads(lines[2].rstrip(","))["asset_number"] == "2023-0001"


def test_hostile_text_comes_back_as_it_was(tmp_path: Path) -> None:
    document = _export(hostile_snapshot(), tmp_path)
    names = {asset["name"] for asset in document["assets"]}
    assert set(HOSTILE) - names == {HOSTILE[9]}
    assert "? lone" in names


def test_log_in_sessions_stay_in_the_ledger(tmp_path: Path) -> None:
    pc = machine(1, "pc01", "01", state={"hostname": "pc01", "sessions": [{"user": "xiaoming"}]})
    document = _export(replace(sample_snapshot(), machines=(pc,)), tmp_path)
    assert document["machines"][0]["state"] == {"hostname": "pc01"}


def test_numbers_that_json_has_not(tmp_path: Path) -> None:
    pc = machine(1, "pc01", "01", state={"smart": [{"power_on_hours": float("nan"), "disk": "sda"}]})
    document = _export(replace(sample_snapshot(), machines=(pc,)), tmp_path)
    assert document["machines"][0]["state"]["smart"] == [{"power_on_hours": None, "disk": "sda"}]
    assert document["machines"][0]["components"][0]["kind"] == "board"
