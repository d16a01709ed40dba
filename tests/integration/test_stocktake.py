"""A stocktake end to end, as a person gives its errands: counted by facts, by a phone and by hand, then approved."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import AssetStatus

from tests.integration.support import PCS, Done, School

SITE = "http://lab.school.example/find.html#"
HEAD = "资产编号,资产名称,规格型号,序列号,数量,原值,入账日期,存放地点\n"


def book() -> str:
    pcs = "".join(
        f"PC-{number:03d},台式计算机,{pc.model['product']},{pc.serial},1,4800,2021-09-01,机房一-{number:02d}\n"
        for number, pc in enumerate(list(PCS.values())[:3], 1)
    )
    return f"{HEAD}{pcs}YZ-001,学生椅,,,30,3000,2021-09-01,机房一\nTY-001,投影仪,CB-X49,,1,5200,2025-03-01,机房二\n"


def given(**variables: Any) -> list[str]:
    return ["-e", json.dumps(variables, ensure_ascii=False)]


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Three PCs, of which the third is off."""
    school = School(tmp_path)
    for number, pc in enumerate(list(PCS.values())[:3], 1):
        school.add(pc.host, pc, lab_room="机房一", lab_seat=f"{number:02d}")
    off = list(school.hosts.values())[2]
    off.update(ansible_connection="ssh", ansible_host="127.0.0.1", ansible_port=1)
    path = tmp_path / "book.csv"
    path.write_text(book(), encoding="utf-8")
    school.variables |= {
        "ledger_book": str(path),
        "lab_language": "zh_CN",
        "ledger_school": "示范中学",
        "ledger_site_url": "http://lab.school.example",
        "ledger_number_rule": "PY-{sequence:03}",
    }
    for errand in ("import_book", "collect_facts", "reconcile_ledger"):
        school.run(errand)
    assert sum(machine.asset_id is not None for machine in school.snapshot().machines) == 2
    return school


def done(school: School, errand: str, *arguments: str, **variables: Any) -> Done:
    ended = school.run(errand, "-v", *arguments, *given(**variables))
    assert ended.code == 0, ended.said
    return ended


def refused(school: School, says: str, errand: str, **variables: Any) -> None:
    events = school.snapshot().events
    ended = school.run(errand, *given(**variables))
    assert ended.code != 0
    assert says in ended.said
    assert school.snapshot().events == events


def text_of(paper: Path) -> str:
    document = pypdfium2.PdfDocument(paper)
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_a_stocktake_from_the_frozen_list_to_the_approval(school: School, tmp_path: Path) -> None:
    said = done(school, "start_stocktake", stocktake_room="机房一", stocktake_started_by="刘老师").said
    assert "账面共 4 项" in said
    year = school.snapshot().events[-1].at.year
    number = f"{year}-0001"
    counting = {"stocktake_number": number, "stocktake_counted_by": "刘老师"}
    refused(school, "尚未结束", "start_stocktake", stocktake_room="机房一", stocktake_started_by="赵强")
    refused(
        school, "请先结束盘点", "approve_stocktake", stocktake_number=number, stocktake_approved_by="李校长"
    )

    said = done(school, "count_stocktake", stocktake_method="facts", **counting).said
    assert "已盘 2 项，应盘 4 项" in said

    scans = tmp_path / "scans.csv"
    scans.write_bytes(f"编号,数量\n{SITE}TY-001,\nXX-1,\nYZ-001,28\n".encode("gb18030"))
    file = {"stocktake_method": "file", "stocktake_file": str(scans), **counting}
    refused(school, "第 3 行 XX-1", "count_stocktake", **file)
    done(school, "count_stocktake", stocktake_surplus=True, **file)
    items = [
        {"asset": "PC-001", "seat": 9, "condition": "damaged", "note": "不开机"},
        {"name": "音箱", "quantity": 2},
    ]
    done(school, "count_stocktake", stocktake_items=items, **counting)

    closing = {"stocktake_supervised_by": "周会计", "stocktake_custodian": "王老师", **counting}
    refused(school, "还有 1 项未盘：PC-003", "close_stocktake", **closing)
    before = school.snapshot().assets
    done(school, "close_stocktake", stocktake_uncounted="leave", **closing)
    assert school.snapshot().assets == before
    refused(school, "结束", "close_stocktake", **closing)
    refused(school, "不能再登记清点", "count_stocktake", stocktake_asset="PC-003", **counting)

    differences = text_of(school.reports / "papers" / f"stocktake_differences-{number}.pdf")
    for words in (
        "固定资产盘盈盘亏表",
        "示范中学",
        "YZ-001",
        "盘点人",
        "监盘人",
        "管理员",
        "部门负责人",
        "盖章",
    ):
        assert words in differences
    assert "□" in text_of(school.reports / "papers" / f"stocktake_blank-{number}.pdf")
    assert "事实采集" in text_of(school.reports / "papers" / f"stocktake_sheet-{number}.pdf")

    surplus = f"{year}-0003/2"
    approval = {
        "stocktake_number": number,
        "stocktake_approved_by": "李校长",
        "stocktake_choices": {"all": ["move", "quantity"], "PC-001": "move+condition", surplus: "create"},
    }
    refused(
        school,
        "没有 PC-999 这一行",
        "approve_stocktake",
        **{**approval, "stocktake_choices": {"PC-999": "move"}},
    )
    done(school, "approve_stocktake", "--check", **approval)
    assert school.snapshot().assets == before
    said = done(school, "approve_stocktake", **approval).said
    (entry,) = re.findall(r'"entry": "([\d-]+)"', said)
    after = {asset.asset_number: asset for asset in school.snapshot().assets}
    assert (after["PC-001"].seat, after["PC-001"].status) == ("09", AssetStatus.REPAIR)
    assert after["YZ-001"].quantity == 28
    assert after["TY-001"].room == "机房一"
    assert (after["PY-001"].name, after["PY-001"].quantity) == ("音箱", 2)
    assert "李校长" in text_of(school.reports / "papers" / f"stocktake_approval-{number}.pdf")
    refused(school, "已由李校长", "approve_stocktake", **approval)

    done(school, "undo_entry", entry_number=entry, entry_reason="审批有误")
    assert school.snapshot().assets == before


def test_an_asset_is_entered_and_corrected_by_hand(school: School) -> None:
    school.variables["lab_language"] = "en"
    fields = {
        "name": "显示器",
        "parent_number": "PC-001",
        "purchased_on": "2024-03-01",
        "original_value": 899,
    }
    said = done(school, "enter_asset", asset_fields=fields).said
    assert "PY-001 (显示器) is entered in the ledger." in said
    refused(school, "is not in the ledger", "enter_asset", asset_fields={**fields, "parent_number": "PC-900"})
    refused(school, "needs a reason", "correct_asset", asset_number="PY-001", asset_fields={"seat": "1"})
    done(
        school, "correct_asset", asset_number="PY-001", asset_fields={"seat": 1}, entry_reason="接到 01 号机"
    )
    (asset,) = (each for each in school.snapshot().assets if each.asset_number == "PY-001")
    assert (asset.parent_number, asset.seat, str(asset.original_value)) == ("PC-001", "01", "899.00")
