import copy
import json

from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import (
    ComponentRow,
    MachineKeyRow,
    ObservationRow,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import ComponentKind
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.reparse import reparse
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_machines

from tests.unit.ledger.ledger_samples import facts_of, header, module, observed, pc_inventory
from tests.unit.ledger.test_commit import commit, everything, rows


def seen(n, host, *, run="run-1", minutes=1, **sections):
    """The evidence of these PCs holds their number and what is in them: the parsers below are short."""
    facts = facts_of(pc_inventory(n, **sections))
    evidence = {"v": 1, "probe": "linux", "facts": facts}
    return observed(host, facts, run=run, minutes=minutes, evidence=evidence)


def yesterday(evidence):
    return evidence["facts"]


def today(evidence):
    """Finds the asset tag of a board, takes a module for the flash chip that it is, mistrusts a serial."""
    facts = copy.deepcopy(evidence["facts"])
    facts["inventory"]["board"]["asset_tag"] = "SCHOOL-1"
    facts["inventory"]["memory"]["modules"].pop()
    facts["inventory"]["system"]["serial"] = None
    facts["raw"]["inventory.system.serial"] = "PC000001"
    return facts


def machine(ledger):
    with ledger.read() as session:
        return next(load_machines(session))


def test_the_same_parsers_change_nothing(ledger):
    commit(ledger, [header(), seen(1, "pc01")])
    before = everything(ledger)
    assert reparse(ledger, actor="root", build=yesterday) == []
    assert everything(ledger) == before


def test_better_parsers_are_shown_then_applied(ledger):
    commit(ledger, [header(), seen(1, "pc01")])
    before = everything(ledger)
    told = reparse(ledger, actor="root", build=today, dry_run=True)
    assert everything(ledger) == before
    [change] = told
    assert (change.host, change.machine_id, change.observation_id, change.error) == ("pc01", 1, 1, None)
    paths = {path: (old, new) for path, old, new in change.differences}
    assert paths["inventory.board.asset_tag"] == (None, "SCHOOL-1")
    assert paths["inventory.system.serial"] == ("PC000001", None)
    assert paths["raw.inventory.system.serial"] == (None, "PC000001")
    assert "inventory.memory.modules[1]" in paths

    assert reparse(ledger, actor="root", build=today) == told
    assert reparse(ledger, actor="root", build=today) == []
    found = machine(ledger)
    assert found.inventory["board"]["asset_tag"] == "SCHOOL-1"
    assert found.raw == {"inventory.system.serial": "PC000001"}
    memory = [part for part in found.components if part.kind is ComponentKind.MEMORY]
    assert [(part.serial, part.removed_at) for part in memory] == [("0001A1B2", None)]
    assert {row.kind for row in rows(ledger, MachineKeyRow)} == {"board_serial", "uuid", "mac", "disk"}
    with ledger.read() as session:
        assert verify(session).ok


def test_a_part_that_a_better_parser_finds_was_there_from_the_start(ledger):
    commit(ledger, [header(), seen(1, "pc01")])
    commit(ledger, [seen(1, "pc01", run="run-2", minutes=60)])

    def build(evidence):
        facts = copy.deepcopy(evidence["facts"])
        extra = dict.fromkeys(facts["inventory"]["memory"]["modules"][0], None)
        facts["inventory"]["memory"]["modules"].append({**extra, **module("DIMM 3", "NEW")})
        return facts

    reparse(ledger, actor="root", build=build)
    found = machine(ledger)
    [part] = [part for part in found.components if part.serial == "NEW"]
    assert (part.first_seen_at, part.last_seen_at) == (found.first_seen_at, found.last_seen_at)


def test_older_observations_are_read_again_too(ledger):
    commit(ledger, [header(), seen(1, "pc01")])
    commit(ledger, [seen(1, "pc01", run="run-2", minutes=60, disks=[])])
    changes = reparse(ledger, actor="root", build=today)
    assert [(change.observation_id, change.machine_id) for change in changes] == [(1, 1), (2, 1)]
    assert [row.inventory["board"]["asset_tag"] for row in rows(ledger, ObservationRow)] == ["SCHOOL-1"] * 2
    assert len(rows(ledger, ComponentRow, kind=ComponentKind.DISK)) == 1


def test_evidence_that_cannot_be_read_any_more_is_told_and_left(ledger):
    commit(ledger, [header(), seen(1, "pc01"), seen(2, "pc02")])

    def build(evidence):
        if evidence["facts"]["inventory"]["system"]["serial"] == "PC000001":
            raise UserError(
                "ledger", "The field {field} of the record is missing or not as the format says.", field="x"
            )
        return today(evidence)

    changes = reparse(ledger, actor="root", build=build)
    assert [(change.host, change.error is None) for change in changes] == [("pc01", False), ("pc02", True)]
    assert machine(ledger).inventory["board"]["asset_tag"] is None


def test_differences_are_bounded(ledger):
    commit(ledger, [header(), seen(1, "pc01")])

    def build(evidence):
        facts = copy.deepcopy(evidence["facts"])
        package = {"name": "p", "version": "1", "architecture": "amd64"}
        facts["inventory"]["packages"] = [package] * 500
        return facts

    [change] = reparse(ledger, actor="root", build=build, dry_run=True)
    assert len(change.differences) == 100
    json.dumps(change.differences)


def test_todays_own_parsers_agree_with_themselves(ledger):
    evidence = {
        "v": 1,
        "probe": "linux",
        "root": "/",
        "uid": 0,
        "files": {"/etc/os-release": "ID=debian\n", "/sys/class/dmi/id/product_name": "M720q\n"},
        "globs": {},
        "links": {},
        "commands": {"dmidecode": {"error": "absent"}},
        "native": {"hostname": "pc01"},
    }
    commit(ledger, [header(), observed("pc01", build_facts(evidence), evidence=evidence)])
    assert machine(ledger).inventory["os"]["id"] == "debian"
    assert reparse(ledger, actor="root") == []
