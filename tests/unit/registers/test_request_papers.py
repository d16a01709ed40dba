"""Papers of requests and licences: every figure of the register stands on them; hostile texts break none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Break,
    Fields,
    Form,
    Opinion,
    Signatures,
    Table,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.licence import licence_table
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import form_of, write_form, write_papers
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import LANGUAGES, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.registers import purchases, scrap
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.licence_report import compare, summary
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Paper, State
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.samples.registers import TODAY
from tests.unit.registers import test_disk_wipes as wipes
from tests.unit.registers import test_licences as owned
from tests.unit.registers.test_purchases import NEW as PURCHASE
from tests.unit.registers.test_scrap import APPROVAL, DISPOSAL, LIVES
from tests.unit.registers.test_scrap import NEW as SCRAP

HOSTILE = "=cmd|' /C calc'!A0 #let x = 1 \x1b[31m \u202e" + "长" * 400


def desk(language: str) -> Desk:
    return Desk(school="示范中学", made_on=TODAY, site_url="http://lab.school.example", language=language)


def words(form: Form) -> str:
    """All texts of a form."""
    found = [form.title, form.number]
    for block in form.blocks:
        match block:
            case Fields(rows):
                found += [text for row in rows for field in row for text in (field.label, field.value)]
            case Table(columns, rows, totals):
                found += [column.title for column in columns]
                found += [cell for row in (*rows, totals or ()) for cell in row]
            case Text(heading, lines):
                found += [heading, *lines]
            case Opinion(label):
                found.append(label)
            case Signatures(roles):
                found += roles
    return "\n".join(found)


def scrapped(state: State) -> State:
    state = wipes.seen(state)
    state = state.after(scrap.ask(state, replace(SCRAP, assets=("PC-001", "PC-008")), LIVES).changes)
    state = wipes.recorded(state)
    state = state.after(scrap.approve(state, APPROVAL).changes)
    return state.after(scrap.dispose(state, DISPOSAL).changes)


def test_the_scrap_request_says_age_rule_value_and_wipe(state: State) -> None:
    form = form_of(scrapped(state), Paper("scrap_request", "2026-0001"), desk("zh_CN"))
    said = words(form)
    for text in (
        "计算机设备报废申请表",
        "2021-09-01",
        "5 年 0 个月",
        "6 年",
        "4,800.00",
        "4,000.00",
        "800.00",
        "9,600.00",
        "表1：计算机设备，不低于6年",
        "当月增加的固定资产，当月开始计提折旧",
        "不考虑预计净残值",
        "S4EVNX0M",
        "全盘覆写",
        "已擦除",
        "未登记",
        "不得拆卸零部件",
        "无法修复",
        "鉴定人 3 吴老师",
        "李校长于 2026-09-15 批准",
    ):
        assert text in said


def test_appraisers_who_are_not_named_have_lines_to_sign(state: State) -> None:
    asked = state.after(scrap.ask(state, replace(SCRAP, appraisers=()), LIVES).changes)
    form = form_of(asked, Paper("scrap_request", "2026-0001"), desk("zh_CN"))
    (signatures,) = [block for block in form.blocks if isinstance(block, Signatures)]
    assert signatures.roles == ("鉴定人 1", "鉴定人 2", "鉴定人 3")
    assert "未采集到硬盘信息" in words(form)


def test_what_is_not_known_is_said_to_be_unknown(state: State) -> None:
    unknown = replace(state.assets["PC-001"], booked_on=None, original_value=None)
    state = replace(state, assets={**state.assets, "PC-001": unknown})
    asked = state.after(scrap.ask(state, SCRAP, LIVES).changes)
    form = form_of(asked, Paper("scrap_request", "2026-0001"), desk("zh_CN"))
    table = next(block for block in form.blocks if isinstance(block, Table))
    assert table.rows[0][4:] == ("未知", "未知", "6 年", "未知", "未知", "未知")
    assert table.totals is not None
    assert table.totals[-1] == "未知"


def test_a_disposal_has_two_copies(state: State) -> None:
    form = form_of(scrapped(state), Paper("disposal", "2026-0001"), desk("zh_CN"))
    assert sum(isinstance(block, Break) for block in form.blocks) == 1
    said = words(form)
    assert "第一联：资产管理部门存" in said
    assert "第二联：财务部门存" in said
    assert said.count("教资〔2026〕12号") == said.count("某某再生资源") == 2


def test_the_purchase_request_says_each_line_and_the_total(state: State) -> None:
    asked = state.after(purchases.ask(state, PURCHASE).changes)
    said = words(form_of(asked, Paper("purchase_request", "2026-0001"), desk("zh_CN")))
    for text in (
        "计算机设备采购申请表",
        "台式计算机",
        "4,800.00",
        "9,600.00",
        "公用经费",
        "工作需要",
        "更新机房一",
    ):
        assert text in said


def licensed(state: State) -> State:
    found = owned.entered(state)
    found = owned.entered(
        found,
        product="几何画板",
        patterns=("gsp*",),
        valid_from="2021-09-01",
        valid_until="2026-08-31",
        proof="F-1",
    )
    computers = [owned.machine(number, ("wps-office", "gsp5")) for number in (1, 2, 3)]
    return replace(found, machines=(*computers, owned.machine(4, None, "机房二")))


def test_the_comparison_of_licences(state: State) -> None:
    report = compare(licensed(state))
    said = words(licence_table(report, desk("zh_CN")))
    for text in ("软件授权对照表", "超用 1", "已到期", "无授权安装", "pc001, pc002, pc003", "未采集：pc004"):
        assert text in said
    assert summary(report).render("zh_CN") == (
        "共 2 项授权：超用 1 项，已到期 1 项，即将到期 0 项，未使用 0 项。"
        "无授权安装 3 台；4 台计算机中有 1 台未采集软件清单。"
    )


def test_the_comparison_is_printed_again_for_all_or_for_one_licence(state: State) -> None:
    now = licensed(state)
    said = words(form_of(now, Paper("licences", "all"), desk("zh_CN")))
    assert said == words(licence_table(compare(now), desk("zh_CN")))
    first, second = (use.licence for use in compare(now).uses)
    one = words(form_of(now, Paper("licences", first.number), desk("zh_CN")))
    assert first.title in one
    assert second.title not in one
    with pytest.raises(UserError, match="2020-0009"):
        form_of(now, Paper("licences", "2020-0009"), desk("zh_CN"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_are_written_to_sign_and_to_edit(state: State, tmp_path: Path, language: str) -> None:
    """All texts are given by somebody who means no good."""
    state = wipes.seen(state)
    named = replace(state.assets["PC-001"], name=HOSTILE, brand=HOSTILE, room=HOSTILE[:90])
    state = replace(state, assets={**state.assets, "PC-001": named})
    people = tuple(HOSTILE[:450] + str(number) for number in range(3))
    scrapping = replace(SCRAP, reason=HOSTILE, applicant=HOSTILE, early_reason=HOSTILE, appraisers=people)
    state = state.after(scrap.ask(state, scrapping, LIVES).changes)
    state = wipes.recorded(state, wiped_by=HOSTILE)
    state = state.after(scrap.approve(state, replace(APPROVAL, approved_by=HOSTILE)).changes)
    state = state.after(scrap.dispose(state, replace(DISPOSAL, disposed_to=HOSTILE)).changes)
    line = {"item": HOSTILE, "quantity": 1, "specification": HOSTILE}
    buying = replace(PURCHASE, lines=(line,), reason=HOSTILE)
    state = state.after(purchases.ask(state, buying).changes)
    state = state.after(
        purchases.approve(state, purchases.PurchaseApproval(number="2026-0001", approved_by=HOSTILE)).changes
    )
    kinds = ("scrap_request", "disposal", "purchase_request")
    papers = write_papers(state, [Paper(kind, "2026-0001") for kind in kinds], desk(language), tmp_path)
    state = owned.entered(
        state, product=HOSTILE, publisher=HOSTILE, rooms=tuple(f"{n}{HOSTILE}" for n in range(20))
    )
    state = replace(state, machines=(*state.machines, owned.machine(9, ("wps-office",), HOSTILE)))
    papers += write_form(licence_table(compare(state), desk(language)), tmp_path, "licences", editable=True)
    assert [path.suffix for path in papers] == [".pdf", ".xlsx"] * 4
    for path in papers:
        if path.suffix == ".pdf":
            assert len(PdfReader(path).pages) >= 1
        else:
            cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]
            assert any(cell.value for cell in cells)
            assert all(cell.data_type != "f" for cell in cells)


def test_a_paper_names_the_day_of_its_facts(state: State) -> None:
    """Printed again a year later, the age and the value are those that were signed."""
    later = replace(scrapped(state), today=date(2027, 9, 15))
    assert "5 年 0 个月" in words(form_of(later, Paper("scrap_request", "2026-0001"), desk("zh_CN")))
