"""The demo school: data, hardware trees, book and inventory say the same, and part where they are meant to."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import linux_payload, plan
from openpyxl import load_workbook

from demo.book import HEADERS, rows, write_book
from demo.edid import edid
from demo.hardware import Folder, Link, tree, write_tree
from demo.school import School, load
from lab_command.paths import ROOT

GIB = 1024**3


@pytest.fixture(scope="module")
def school() -> School:
    return load()


@pytest.fixture(scope="module")
def facts(school: School, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The facts of each PC, read from its tree by the real probe."""
    found = {}
    for pc in school.pcs:
        root = tmp_path_factory.mktemp("trees") / pc.host
        write_tree(tree(pc), root)
        evidence = linux_payload.Probe(plan.linux_plan(packages=False), str(root))
        found[pc.host] = build_facts(json.loads(linux_payload.dump(evidence.run())))
    return found


def test_trees_are_pure_and_stay_inside(school: School) -> None:
    for pc in school.pcs:
        files = tree(pc)
        assert files == tree(pc)
        for name, content in files.items():
            assert not name.startswith("/")
            if isinstance(content, Link):
                target = (Path("/tree") / name).parent / content.target
                resolved = Path(*_normal(target))
                assert resolved.is_relative_to("/tree")
                assert any((Path("/tree") / other).is_relative_to(resolved) for other in files), (
                    name,
                    content,
                )


def _normal(path: Path) -> list[str]:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return parts


def test_a_tree_replaces_the_one_before(school: School, tmp_path: Path) -> None:
    first, second = school.pcs[0], school.pcs[-1]
    write_tree(tree(first), tmp_path)
    inode = tmp_path.stat().st_ino
    write_tree(tree(second), tmp_path)
    written = {
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_symlink() or path.is_file()
    }
    assert written == {name for name, content in tree(second).items() if not isinstance(content, Folder)}
    assert tmp_path.stat().st_ino == inode


def test_facts_say_what_the_school_says(school: School, facts: dict[str, dict[str, Any]]) -> None:
    for pc in school.pcs:
        document = facts[pc.host]
        inventory = document["inventory"]
        assert document["simulated"] is True
        assert inventory["system"]["serial"] == pc.serial
        assert inventory["system"]["uuid"] == pc.uuid
        assert inventory["memory"]["total_bytes"] == pc.memory_bytes
        assert [module["populated"] for module in inventory["memory"]["modules"]] == [
            size > 0 for size in pc.memory
        ]
        assert [disk["serial"] for disk in inventory["disks"]] == [pc.disk_serial]
        assert [disk["size_bytes"] for disk in inventory["disks"]] == [pc.disk["size"]]
        assert [disk["media"] for disk in inventory["disks"]] == [pc.disk["media"]]
        assert [nic["permanent_mac"] for nic in inventory["nics"]] == [pc.mac]
        expected = [pc.monitor.serial] if pc.monitor else []
        assert [monitor["serial"] for monitor in inventory["monitors"]] == expected
        assert [gpu["driver"] for gpu in inventory["gpus"]] == [pc.model["gpu"]["driver"]]
        assert len(inventory["cpus"]) == len(pc.model["cpus"])
        assert document["state"]["hostname"] == pc.host


def test_facts_leave_little_unknown(facts: dict[str, dict[str, Any]]) -> None:
    allowed = {"inventory.packages", "state.smart[0]"}
    assert {path for document in facts.values() for path in document["unknown"]} <= allowed


def test_operating_systems_are_told_apart(facts: dict[str, dict[str, Any]]) -> None:
    systems = {
        host: (doc["inventory"]["os"]["id"], doc["inventory"]["os"]["family"]) for host, doc in facts.items()
    }
    assert systems["pc01"] == ("uos", "debian")
    assert systems["pc04"] == ("kylin", "debian")
    assert systems["pc05"] == ("debian", "debian")
    assert systems["oa"] == ("openEuler", "redhat")


def test_the_server_differs(facts: dict[str, dict[str, Any]]) -> None:
    inventory = facts["oa"]["inventory"]
    assert inventory["chassis"]["type"] == "Rack Mount Chassis"
    assert inventory["memory"]["arrays"][0]["ecc"] == "Multi-bit ECC"
    assert inventory["memory"]["total_bytes"] == 128 * GIB
    assert inventory["monitors"] == []


def test_identifiers_are_unique_where_they_should_be(school: School) -> None:
    for identifiers in (
        [pc.uuid for pc in school.pcs],
        [pc.mac for pc in school.pcs],
        [pc.board_serial for pc in school.pcs],
        [pc.disk_serial for pc in school.pcs],
        [pc.number for pc in school.pcs],
    ):
        assert len(set(identifiers)) == len(identifiers)


def test_the_five_disagreements(school: School, facts: dict[str, dict[str, Any]]) -> None:
    seen = {host: document["inventory"] for host, document in facts.items()}
    book = rows(school)
    by_seat = {(row.room, row.seat, row.name): row for row in book}
    computers = {row.asset: row for row in book if "计算机" in row.name or row.name == "服务器"}

    assert not any(row.seat == "05" for row in computers.values())
    assert [pc.host for pc in school.pcs if not pc.powered] == ["pc06"]
    assert any(row.seat == "06" for row in computers.values())
    assert seen["pc03"]["memory"]["total_bytes"] == 8 * GIB
    assert "/16G/" in by_seat["机房一", "03", "台式计算机"].specification
    assert seen["pc04"]["system"]["serial"] == seen["teacher"]["system"]["serial"] == "GX620210915A"
    booked = [by_seat["机房一", seat, "液晶显示器"].serial for seat in ("01", "02")]
    assert [seen[host]["monitors"][0]["serial"] for host in ("pc02", "pc01")] == booked


def test_everything_else_agrees(school: School, facts: dict[str, dict[str, Any]]) -> None:
    """A disagreement that nobody meant would be a sixth finding."""
    book = {(row.room, row.seat, row.name): row for row in rows(school)}
    for pc in school.pcs:
        inventory = facts[pc.host]["inventory"]
        row = book.get((pc.room, pc.seat, pc.model["book"]["name"]))
        assert (row is None) == (pc.host == "pc05")
        if row and pc.host not in ("pc04", "teacher"):
            assert row.serial == inventory["system"]["serial"]
        if row and pc.host != "pc03":
            assert f"/{inventory['memory']['total_bytes'] // GIB}G/" in row.specification
        if pc.monitor and pc.host not in ("pc01", "pc02"):
            assert book[pc.room, pc.seat, "液晶显示器"].serial == pc.monitor.serial


def test_book_looks_like_a_real_one(school: School, tmp_path: Path) -> None:
    write_book(school, tmp_path / "book.xlsx")
    sheet = load_workbook(tmp_path / "book.xlsx").active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0][0] == "育才实验学校固定资产明细账"
    assert "A1:U1" in [str(area) for area in sheet.merged_cells.ranges]
    assert cells[2] == HEADERS
    body = cells[3:-1]
    assert len(body) == len(rows(school)) == 16
    assert {type(row[HEADERS.index("原值(元)")]).__name__ for row in body} == {"int", "str"}
    assert {type(row[HEADERS.index("入账日期")]).__name__ for row in body} == {"datetime", "str"}
    assert cells[-1][2] == "合计"
    assert cells[-1][HEADERS.index("原值(元)")] == sum(row.price for row in rows(school))


def test_the_book_is_the_same_every_time(school: School, tmp_path: Path) -> None:
    def cells(name: str) -> list[tuple[object, ...]]:
        write_book(school, tmp_path / name)
        sheet = load_workbook(io.BytesIO((tmp_path / name).read_bytes())).active
        assert sheet is not None
        return list(sheet.iter_rows(values_only=True))

    assert cells("a.xlsx") == cells("b.xlsx")


def test_edid_conforms(school: School, tmp_path: Path) -> None:
    """By the independent tool edid-decode, which the test packages bring."""
    decoder = shutil.which("edid-decode")
    assert decoder, "install edid-decode (./lab test does)"
    for pc in school.pcs:
        if pc.monitor:
            data = edid(pc.monitor)
            assert len(data) == 128 and sum(data) % 256 == 0
            (tmp_path / "edid").write_bytes(data)
            done = subprocess.run(
                [decoder, "--check", str(tmp_path / "edid")], capture_output=True, text=True
            )
            assert "EDID conformity: PASS" in done.stdout
            assert f"Display Product Serial Number: '{pc.monitor.serial}'" in done.stdout


def test_inventory_is_in_step(school: School) -> None:
    inventory = yaml.safe_load((ROOT / "inventory" / "demo" / "hosts.yml").read_text("utf-8"))["all"]
    assert inventory["vars"]["lab_school"] == school.name
    said = {
        host: (group["vars"]["lab_room"], values["lab_seat"])
        for group in inventory["children"]["machines"]["children"].values()
        for host, values in group["hosts"].items()
    }
    assert said == {pc.host: (pc.room, pc.seat) for pc in school.pcs}


def test_inventory_trusts_no_unknown_host() -> None:
    text = (ROOT / "inventory" / "demo" / "hosts.yml").read_text("utf-8")
    assert "StrictHostKeyChecking=yes" in text
    assert "/dev/null" not in text


def test_the_schools_own_variables_do_not_reach_the_demo(tmp_path: Path) -> None:
    """Also not through the environment: the demo never writes into the school's ledger."""
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory", symlinks=True)
    (tmp_path / "group_vars" / "all").mkdir(parents=True)
    (tmp_path / "group_vars" / "all" / "ledger.yml").write_text(
        "ledger_url: postgresql+psycopg://db.school.example/ledger\nlab_school: 真实学校\nledger_home: /srv/ledger\n"
    )
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "show.yml").write_text(
        "- hosts: localhost,pc01\n  connection: local\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.debug: {msg: '<{{ lab_school }} {{ ledger_url }}>'}\n"
    )
    (tmp_path / "ansible.cfg").write_text("[defaults]\n")
    (tmp_path / ".lab" / "demo").mkdir(parents=True)
    (tmp_path / ".lab" / "demo" / "addresses.json").write_text('{"pc01": "192.0.2.11"}')
    said = {}
    for inventory in ("demo/hosts.yml", "hosts.yml"):
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                *("-i", f"inventory/{inventory}", "playbooks/show.yml"),
            ],
            cwd=tmp_path,
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
                "LEDGER_URL": "postgresql+psycopg://db.school.example/ledger",
                "LC_ALL": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        said[inventory] = re.findall(r"<([^>]+)>", done.stdout)
    home = tmp_path / ".lab" / "demo" / "ledger"
    assert said["demo/hosts.yml"] == [f"育才实验学校 sqlite:///{home}/ledger.db"] * 2
    assert said["hosts.yml"] == ["真实学校 postgresql+psycopg://db.school.example/ledger"]
