"""Devices the whole way: asked in their protocols, beside the PCs in one ledger, matched with the book, read again."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Finding, FindingStatus

from tests.integration import device_servers as servers
from tests.integration.support import School

ROOM = "中心机房"
SECRETS = (servers.COMMUNITY, servers.AUTH_KEY, servers.PRIV_KEY, servers.PASSWORD)
DEVICES = {"switch": "snmp", "switch-v3": "snmp", "printer": "ipp", "ups": "nut", "projector": "pjlink"}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """One PC and a device of each protocol; the servers' own files lie outside the school's folder."""
    assert servers.missing() == [], "install the packages of lab_command/packages.txt, section test"
    made = School(tmp_path / "school")
    made.folder.mkdir()
    made.add("pc01")
    there = tmp_path / "servers"
    tree = [
        (
            oid,
            kind,
            servers.octets("94:29:2f:33:44:05") if value == servers.octets(f"{servers.MAC}:05") else value,
        )
        for oid, kind, value in servers.UPS_TREE
    ]
    with (
        servers.snmp_agent(
            there / "switch", servers.SWITCH_TREE, f"H3C Comware {servers.COMMUNITY}"
        ) as switch,
        servers.snmp_agent(there / "v3", tree, f"CS121 {servers.PRIV_KEY}") as secured,
        servers.printer(there / "printer") as printer,
        servers.ups_server(there / "nut") as ups,
        servers.projector(said={**servers.PROJECTOR, "INFO": servers.PASSWORD}) as projector,
    ):
        ports = {
            "switch": switch,
            "switch-v3": secured,
            "printer": printer,
            "ups": ups,
            "projector": projector,
        }
        for host, protocol in DEVICES.items():
            made.hosts[host] = {
                "ansible_connection": "ssh",
                "ansible_host": "127.0.0.1",
                "lab_device": protocol,
                "lab_device_port": ports[host],
                "lab_device_seconds": 10,
                "lab_room": ROOM,
            }
        made.hosts["switch"]["lab_snmp_community"] = servers.COMMUNITY
        made.hosts["switch-v3"] |= {
            "lab_snmp_user": servers.USER,
            "lab_snmp_auth_key": servers.AUTH_KEY,
            "lab_snmp_auth_protocol": "SHA256",
            "lab_snmp_priv_key": servers.PRIV_KEY,
        }
        made.hosts["projector"]["lab_pjlink_password"] = servers.PASSWORD
        yield made


def write_book(path: Path, rows: list[tuple[str, ...]]) -> None:
    header = ("资产编号", "资产名称", "品牌", "型号", "序列号", "机房", "座位号", "原值")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])


BOOK = [
    ("N-1", "网络交换机", "华三", "S5130S-28S-EI", "219801A2WE9216000042", ROOM, "", "3200"),
    ("N-2", "激光打印机", "惠普", "LaserJet 400", "VNB3X12345", ROOM, "", "2100"),
    ("N-3", "多媒体教室投影仪", "爱普生", "CB-X06E", "X5AA1234567", "教室 301", "", "4300"),
    ("N-4", "UPS电源", "山特", "Smart-UPS 2200", "AS1234567890", ROOM, "", "2600"),
    ("N-5", "网络交换机", "华为", "S5735", "210235A1BCDEF", "教室 301", "", "2900"),
    ("N-6", "网络交换机", "华为", "S5735", "210235A1BCDF0", ROOM, "", "2900"),
]


def open_findings(school: School) -> dict[tuple[str, ...], Finding]:
    found = [row for row in school.snapshot().findings if row.status is FindingStatus.OPEN]
    return {(row.kind.value, *(row.asset_numbers or row.hosts)): row for row in found}


def test_devices_reach_the_ledger_beside_the_pcs_and_no_secret_goes_anywhere(school: School) -> None:
    done = school.run("collect_devices", "-vvvv")
    assert done.code == 0, done.said
    assert school.statuses() == dict.fromkeys(DEVICES, "observed")
    assert (again := school.run("collect_devices")).changed == 0, again.said
    assert school.collect().code == 0
    assert school.statuses() == dict.fromkeys([*DEVICES, "pc01"], "observed")
    machines = {machine.host: machine for machine in school.snapshot().machines}
    kinds = {host: machine.inventory.get("device", {}).get("kind") for host, machine in machines.items()}
    assert kinds == {
        "pc01": None,
        "switch": "switch",
        "switch-v3": "ups",
        "printer": "printer",
        "ups": "ups",
        "projector": "projector",
    }
    assert machines["projector"].state["device"]["lamps"] == [{"hours": 1532, "on": True}]
    assert (report := school.run("render_reports")).code == 0, report.said
    files = [path for path in school.folder.rglob("*") if path.is_file() and path != school.inventory]
    assert len(files) > 5
    for secret in SECRETS:
        assert secret not in done.said
        assert [path for path in files if secret.encode() in path.read_bytes()] == []
    evidence = school.evidence()
    assert len(evidence) >= len(DEVICES)
    assert [text for text in evidence for secret in SECRETS if secret in text] == []
    # Echoed secrets were there to be blotted out.
    assert sum("[secret]" in text for text in evidence) == 3


def test_the_book_and_the_devices_agree_or_it_is_said_why(school: School) -> None:
    write_book(school.folder / "book.csv", BOOK)
    school.variables["ledger_book"] = str(school.folder / "book.csv")
    assert (done := school.run("import_book")).code == 0, done.said
    assert (done := school.run("update_ledger")).code == 0, done.said
    found = open_findings(school)
    links = {row.host: row.asset_id for row in school.snapshot().machines}
    numbers = {asset.id: asset.asset_number for asset in school.snapshot().assets}
    assert {host: numbers.get(i) for host, i in links.items()} == {
        "pc01": None,
        "switch": "N-1",
        "switch-v3": None,
        "printer": "N-2",
        "ups": "N-4",
        "projector": "N-3",
    }
    assert found["mismatch", "N-4"].differences[0].field == "brand"
    assert found["misplaced", "N-3"].room == "教室 301"
    assert found["surplus", "switch-v3"].advice == "surplus_device"
    # Of a room without a switch in the inventory nothing is said; where it has fewer than the book, that is.
    assert not any("N-5" in key for key in found)
    assert found["unknown", "N-6"].advice == "unknown_not_listed"
    assert ("surplus", "pc01") in found


def test_a_device_that_is_off_is_unknown_and_hides_no_pc(school: School) -> None:
    write_book(
        school.folder / "book.csv", [*BOOK, ("P-1", "台式计算机", "联想", "X", "NEVER1", ROOM, "9", "1")]
    )
    school.variables["ledger_book"] = str(school.folder / "book.csv")
    school.hosts["pc01"]["lab_room"] = ROOM
    assert school.run("import_book").code == 0
    assert school.run("update_ledger").code == 0
    school.hosts["projector"]["lab_device_port"] = servers.free_port()
    assert (done := school.run("update_ledger")).code == 0, done.said
    assert "refused the connection" in done.said
    found = open_findings(school)
    assert found["unknown", "N-3"].advice == "unknown_off_device"
    # All PCs of the room answered, so that the booked one is missing, whatever the projector does.
    assert ("shortage", "P-1") in found


def test_a_wrong_variable_and_a_wrong_password_fail_by_themselves_alone(school: School) -> None:
    school.hosts["projector"]["lab_pjlink_password"] = "wrong-canary-1"
    school.hosts["printer"]["lab_device"] = "lpd"
    done = school.run("collect_devices")
    assert done.code == 2
    assert "refused the PJLink password" in done.said
    assert "the variable lab_device is lpd" in done.said
    assert "wrong-canary-1" not in done.said
    statuses = school.statuses()
    assert statuses["projector"] == statuses["printer"] == "failed"
    assert statuses["switch"] == statuses["ups"] == "observed"


def test_kept_evidence_is_read_again(school: School) -> None:
    assert school.run("collect_devices").code == 0
    done = school.run("reparse_ledger")
    assert (done.code, done.changed) == (0, 0), done.said


def test_check_mode_writes_nothing(school: School) -> None:
    done = school.run("collect_devices", "--check")
    assert done.code == 0, done.said
    assert not school.ledger.exists()
