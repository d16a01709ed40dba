"""USB attempts end to end: from a PC's logs to the ledger, the site, a finding and a warning slip."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AttemptAction,
    AttemptUsers,
    FindingKind,
    FindingStatus,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_registers
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.usb_allowances import UsbAllowance

from tests.integration.support import PCS, School
from tests.integration.test_registers import given

LOG = "var/log/jifang/usb-attempts.jsonl"
AUDIT = "var/log/usbguard/usbguard-audit.log"
HOSTS = sorted(host for host, pc in PCS.items() if pc.room == "机房一")[:2]
NOW = datetime.now(UTC).replace(microsecond=0)
STICK = {
    "v": 1,
    "action": "refused",
    "vendor": "0951",
    "product": "1666",
    "serial": "001A92053B6A",
    "name": "Kingston DataTraveler 3.0",
    "class": "storage",
    "port": "1-4.2",
    "users": ["student"],
    "seat": "seat0",
}
ALLOWED = {
    "vendor": "0781",
    "product": "5581",
    "serial": "4C530001230721",
    "room": "机房一",
    "until": "2099-12-31",
    "note": "王老师 课件",
}


def line(minutes: int, **fields: Any) -> str:
    at = (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({**STICK, "at": at, **fields}) + "\n"


def audit(minutes: int) -> str:
    at = (NOW - timedelta(minutes=minutes)).timestamp()
    return (
        f"[{at:.3f}] (A) uid=0 pid=7 result='SUCCESS' device.rule='block id 0951:1666 serial \"001A92053B6A\" "
        'name "DataTraveler 3.0" via-port "1-4.2" with-interface 08:06:50\' '
        "device.system_name='/devices/usb1/1-4' type='Device.Insert' \n"
    )


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path)
    for host in HOSTS:
        school.add(host)
    school.variables |= {"lab_language": "zh_CN", "ledger_school": "示范中学", "usb_allow": [ALLOWED]}
    return school


def write(school: School, host: str, name: str, text: str) -> None:
    path = Path(school.hosts[host]["lab_hardware_root"]) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def allowances(school: School) -> list[UsbAllowance]:
    ledger = open_ledger(f"sqlite:///{school.ledger}", migrate=False)
    try:
        with ledger.read() as session:
            return list(load_registers(session).get(UsbAllowance.kind, {}).values())
    finally:
        ledger.close()


def test_from_a_stick_to_a_signed_slip(school: School) -> None:
    first, second = HOSTS
    write(
        school,
        first,
        LOG,
        line(50) + line(30, serial="OTHER", name="'); DROP TABLE attempt; --") + '{"v":1,"at"',
    )
    write(school, first, AUDIT, audit(50))
    write(school, second, AUDIT, audit(40))
    done = school.lab_run("update_ledger", LAB_LANGUAGE="zh_CN")
    assert done.code == 0, done.said
    assert "新增 USB 违规 3 次" in done.said

    snapshot = school.snapshot()
    found = {(one.host, one.serial): one for one in snapshot.attempts}
    stick = found[first, "001A92053B6A"]
    assert (stick.room, stick.action, stick.users) == ("机房一", AttemptAction.REFUSED, ("student",))
    assert (stick.users_from, stick.sources) == (AttemptUsers.RECORD, ("role", "usbguard"))
    assert stick.at == NOW - timedelta(minutes=50)
    assert found[second, "001A92053B6A"].sources == ("usbguard",)
    findings = [one for one in snapshot.findings if one.kind is FindingKind.USB_ATTEMPT]
    assert {one.hosts for one in findings} >= {(first,), (second,)}

    # The next night reads the same logs, and a line more.
    with (Path(school.hosts[first]["lab_hardware_root"]) / LOG).open("a", encoding="utf-8") as log:
        log.write(
            "\n" + line(5, action="allowed", **{k: ALLOWED[k] for k in ("vendor", "product", "serial")})
        )
    again = school.lab_run("update_ledger", LAB_LANGUAGE="zh_CN")
    assert again.code == 0, again.said
    assert "新增 USB 违规" not in again.said
    assert sorted(one.action for one in school.snapshot().attempts) == ["allowed", *["refused"] * 3]

    page = (school.reports / "site" / "usb.html").read_text(encoding="utf-8")
    assert "机房一：已阻止" in page
    assert "&#39;); DROP TABLE attempt; --" in page
    assert "王老师 课件" in page
    room = next((school.reports / "site" / "rooms").iterdir()).read_text(encoding="utf-8")
    assert "001A92053B6A" in room
    export = (school.reports / "ledger.json").read_text(encoding="utf-8")
    assert "student" not in export

    slip = school.lab_run("print_warning", *given(warning_attempt=str(stick.id), warning_class="高二（3）班"))
    assert slip.code == 0, slip.said
    (paper,) = (school.reports / "papers").iterdir()
    assert paper.name == f"warning_slip-{NOW.year}-0001.pdf"
    document = pypdfium2.PdfDocument(paper.read_bytes())
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "student" in text
    assert "001A92053B6A" in text
    twice = school.run("print_warning", *given(warning_attempt=str(stick.id)))
    assert twice.code != 0
    assert "已开具警告单" in twice.said

    assert (
        school.run("undo_entry", *given(entry_number=f"{NOW.year}-0001", entry_reason="认错人了")).code == 0
    )
    assert school.run("print_warning", *given(warning_attempt=str(stick.id))).code == 0


def test_a_slip_settles_the_finding_of_its_machine_and_day(school: School) -> None:
    write(school, HOSTS[0], LOG, line(0))
    assert school.run("update_ledger").code == 0
    (finding,) = (one for one in school.snapshot().findings if one.kind is FindingKind.USB_ATTEMPT)
    done = school.run("print_warning", "--check", *given(warning_finding=str(finding.id)))
    assert done.code == 0, done.said
    assert not (school.reports / "papers").exists()
    assert school.run("print_warning", *given(warning_finding=str(finding.id))).code == 0
    assert school.run("reconcile_ledger").code == 0
    (settled,) = (one for one in school.snapshot().findings if one.kind is FindingKind.USB_ATTEMPT)
    assert settled.status is FindingStatus.RESOLVED


def test_the_ledger_follows_the_list_of_allowed_sticks(school: School) -> None:
    assert school.collect().code == 0
    (one,) = allowances(school)
    assert (one.serial, one.note, one.ended_on) == (ALLOWED["serial"], "王老师 课件", None)
    events = len(school.snapshot().events)
    assert school.collect().code == 0
    assert [e.action for e in school.snapshot().events[events:]] == ["run.committed"]

    school.variables["usb_allow"] = [{**ALLOWED, "serial": ""}]
    wrong = school.collect()
    assert wrong.code == 0, wrong.said
    assert "usb_allow" in wrong.said
    assert [each.ended_on for each in allowances(school)] == [None]

    school.variables["usb_allow"] = []
    assert school.collect().code == 0
    assert [each.ended_on is not None for each in allowances(school)] == [True]


def test_a_dry_run_leaves_no_attempt(school: School) -> None:
    assert school.collect().code == 0
    write(school, HOSTS[0], LOG, line(1))
    done = school.collect("--check", "--diff")
    assert done.code == 0, done.said
    assert "attempt.recorded" in done.said
    assert school.snapshot().attempts == ()


def test_the_look_at_the_baseline_has_a_page(school: School) -> None:
    assert school.run("update_ledger").code == 0
    drift = [{"role": "lab_pc", "text": "文件 /etc/issue：<b>不符</b>"}]
    pc = {"host": HOSTS[0], "seat": "01", "looked": True, "drift": drift, "notes": []}
    kept = school.reports / "baseline.json"
    kept.write_text(json.dumps([{"room": "机房一", "pcs": [pc]}]), encoding="utf-8")
    assert school.run("render_reports").code == 0
    page = (school.reports / "site" / "baseline.html").read_text(encoding="utf-8")
    assert "文件 /etc/issue：&lt;b&gt;不符&lt;/b&gt;" in page
    kept.write_text("{", encoding="utf-8")
    done = school.run("render_reports")
    assert done.code == 0, done.said
    assert "不是 check_baseline 写的内容" in done.said
    assert "还没有检查过基线" in (school.reports / "site" / "baseline.html").read_text(encoding="utf-8")


def test_a_stick_of_a_room_that_is_not_there_stops_the_lock_before_any_pc_is_asked(tmp_path: Path) -> None:
    school = School(tmp_path)
    for host, stick in zip(HOSTS, (ALLOWED, {**ALLOWED, "room": "第一机房"}), strict=True):
        # No PC answers there: the school's own playbook must not come so far.
        school.add(
            host, ansible_connection="ssh", ansible_host="127.0.0.1", ansible_port=9, usb_allow=[stick]
        )
    done = school.run("lock_usb")
    assert done.code != 0
    assert 'usb_allow, entry 1: no host of the inventory is in room "第一机房"' in done.said
    assert "unreachable=1" not in done.said
