"""Requests, disk wipes and licences end to end, as a person gives them: entered, refused, undone, on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus, RegisterKind
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_registers
from pypdf import PdfReader

from tests.integration.support import School
from tests.integration.test_registers import given

BOOK = """资产编号,资产名称,品牌,规格型号,数量,原值,入账日期,存放地点
PC-001,台式计算机,联想,启天 M420,1,4800,2015-09-01,机房一
PC-002,台式计算机,联想,启天 M420,1,4800,2026-01-01,机房一
TY-001,投影仪,爱普生,CB-X49,1,5200,2015-03-01,机房一
"""
SCRAP = {"scrap_assets": "PC-001,TY-001", "scrap_reason": "主板损坏", "scrap_applicant": "刘老师"}
PEOPLE = "陈老师,周老师,吴老师"


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = School(tmp_path)
    book = tmp_path / "book.csv"
    book.write_text(BOOK, encoding="utf-8")
    school.variables |= {"ledger_book": str(book), "lab_language": "zh_CN", "ledger_school": "示范中学"}
    done = school.run("import_book")
    assert done.code == 0, done.said
    return school


def papers(school: School) -> list[str]:
    return sorted(re.sub(r"\d{4}-", "", path.name) for path in (school.reports / "papers").iterdir())


def statuses(school: School) -> dict[str, AssetStatus]:
    return {asset.asset_number: asset.status for asset in school.snapshot().assets}


def registers(school: School) -> dict[RegisterKind, dict[str, Any]]:
    ledger = open_ledger(f"sqlite:///{school.ledger}", migrate=False)
    try:
        with ledger.read() as session:
            return load_registers(session)
    finally:
        ledger.close()


def test_scrapping_from_the_request_to_the_disposal(school: School) -> None:
    done = school.lab_run("request_scrap", *given(**SCRAP))
    assert done.code == 0, done.said
    year = school.snapshot().events[-1].at.year
    number = f"{year}-0001"
    assert papers(school) == ["scrap_request-0001.pdf", "scrap_request-0001.xlsx"]
    text = "".join(
        page.extract_text()
        for page in PdfReader(school.reports / "papers" / f"scrap_request-{number}.pdf").pages
    )
    assert "财会〔2017〕4" in text
    young = school.run("request_scrap", *given(**{**SCRAP, "scrap_assets": "PC-002"}))
    assert young.code != 0
    assert "最低使用年限为 6 年" in young.said
    early = school.run(
        "dispose_assets", *given(scrap_number=number, scrap_document_number="x", scrap_disposed_to="y")
    )
    assert "尚未批准" in early.said

    wiped = school.run(
        "record_disk_wipe",
        *given(wipe_disk_serial="S4EVNX0M", wipe_asset="PC-001", wipe_method="overwrite", wipe_by="刘老师"),
    )
    assert wiped.code == 0, wiped.said
    unnamed = school.run("approve_scrap", *given(scrap_number=number, scrap_approved_by="李校长"))
    assert "至少 3 人" in unnamed.said
    twice = school.run(
        "approve_scrap",
        *given(scrap_number=number, scrap_approved_by="李校长", scrap_appraisers="陈老师,陈老师,吴老师"),
    )
    assert "陈老师填写了两次" in twice.said
    approved = school.run(
        "approve_scrap", *given(scrap_number=number, scrap_approved_by="李校长", scrap_appraisers=PEOPLE)
    )
    assert approved.code == 0, approved.said
    assert statuses(school)["TY-001"] is AssetStatus.TO_SCRAP
    gone = school.run(
        "dispose_assets",
        *given(
            scrap_number=number, scrap_document_number="教资〔2026〕12号", scrap_disposed_to="某某再生资源"
        ),
    )
    assert gone.code == 0, gone.said
    assert statuses(school) == {
        "PC-001": AssetStatus.SCRAPPED,
        "PC-002": AssetStatus.IN_USE,
        "TY-001": AssetStatus.SCRAPPED,
    }
    assert "disposal-0001.pdf" in papers(school)
    again = school.run("request_scrap", *given(**SCRAP))
    assert "已经报废" in again.said


def test_a_purchase_is_filled_in_from_the_ledger(school: School) -> None:
    asked = school.run(
        "request_purchase",
        *given(
            purchase_prefill="over_life,fault,shortage",
            purchase_reason="更新机房一",
            purchase_applicant="刘老师",
            purchase_unit_price="4500",
        ),
    )
    assert asked.code == 0, asked.said
    (request,) = registers(school)[RegisterKind.PURCHASE_REQUEST].values()
    assert sorted(number for line in request.lines for number in line.assets) == ["PC-001", "TY-001"]
    number = request.number
    assert papers(school) == ["purchase_request-0001.pdf", "purchase_request-0001.xlsx"]
    alone = school.run("approve_purchase", *given(purchase_number=number, purchase_approved_by="刘老师"))
    assert "不能自己批准" in alone.said
    assert (
        school.run("approve_purchase", *given(purchase_number=number, purchase_approved_by="李校长")).code
        == 0
    )
    arrived = school.run("receive_purchase", *given(purchase_number=number, purchase_received_by="陈老师"))
    assert arrived.code == 0, arrived.said


def test_lines_are_written_as_a_list(school: School) -> None:
    lines = '{"purchase_lines": [{"item": "鼠标", "quantity": 3, "unit_price": 30}]}'
    told = given(purchase_reason="补充", purchase_applicant="刘老师")
    done = school.run("request_purchase", "-e", lines, *told)
    assert done.code == 0, done.said
    wrong = school.run("request_purchase", "-e", lines.replace(": 3,", ": -3,"), *told)
    assert "第 1 行的数量：-3 不合理" in wrong.said


def test_licences_are_entered_compared_and_ended(school: School) -> None:
    owned = given(
        licence_product="WPS Office", licence_seats="60", licence_proof="HT-1", licence_packages="wps-office*"
    )
    entered = school.run("enter_licence", *owned)
    assert entered.code == 0, entered.said
    assert "已登记为授权" in school.run("enter_licence", *owned).said
    year = school.snapshot().events[-1].at.year
    events = school.snapshot().events
    compared = school.lab_run("compare_licences", "-e", "lab_language=en")
    assert compared.code == 0, compared.said
    assert "1 licences: 0 over-used" in compared.said
    assert school.snapshot().events == events
    assert [name.rpartition(".")[2] for name in papers(school)] == ["pdf", "xlsx"]
    wrong = school.run("compare_licences", *given(licence_within_days="十天"))
    assert wrong.code != 0
    assert "天数（licence_within_days）：十天 不合理" in wrong.said
    ended = school.run(
        "end_licence",
        *given(licence_number=f"{year}-0001", licence_end_reason="更换", licence_ended_by="刘老师"),
    )
    assert ended.code == 0, ended.said


def test_a_dry_run_and_an_undoing_leave_nothing(school: School) -> None:
    before = school.snapshot()
    tried = school.run("request_scrap", "--check", "--diff", *given(**SCRAP))
    assert tried.code == 0, tried.said
    assert "scrap_request.made" in tried.said
    assert school.snapshot().events == before.events
    assert school.run("request_scrap", *given(**SCRAP)).code == 0
    year = school.snapshot().events[-1].at.year
    undone = school.run("undo_entry", *given(entry_number=f"{year}-0001", entry_reason="记错了"))
    assert undone.code == 0, undone.said
    assert school.snapshot().assets == before.assets
    assert RegisterKind.SCRAP_REQUEST not in registers(school)


def test_the_schools_own_table_of_lives(school: School, tmp_path: Path) -> None:
    own = tmp_path / "lives.json"
    own.write_text("{}", encoding="utf-8")
    wrong = school.run("request_scrap", *given(ledger_lives=str(own), **SCRAP))
    assert wrong.code != 0
    assert "使用年限表" in wrong.said
