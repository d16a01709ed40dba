"""Every errand through ansible-runner on the demo school's machines: one school year, as its jobs' surveys start it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import (
    AssetStatus,
    FindingKind,
    FindingStatus,
    RegisterKind,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.repair_reports import parts_to_confirm
from ansible_collections.jifang.lab.plugins.plugin_utils.registers.store import load_state

from demo.hardware import tree, write_tree
from lab_command import arguments
from lab_command.demo_machines import DemoMachines
from tests.integration.school_year import SchoolYear

# What this year does not need, and who runs it.
ELSEWHERE = {
    "back_up_switches": "the demo school has no switch that answers; tests/switches/test_errands.py has some",
    "check_switches": "the demo school has no switch that answers; tests/switches/test_errands.py has some",
    "close_ports": "the demo school has no switch that answers; tests/switches/test_errands.py has some",
    "configure_switches": "the demo school has no switch that answers; tests/switches/test_errands.py has some",
    "open_ports": "the demo school has no switch that answers; tests/switches/test_errands.py has some",
    "collect_devices": "the demo school has no network device; test_collect_devices.py brings them",
    **dict.fromkeys(
        ("back_up", "check_backups", "configure_backups", "restore", "restore_drill"),
        "the demo school has no backup server; test_backup_errands.py has one",
    ),
    "check_firewall": "the demo school has no firewall; test_firewall_errands.py has one",
    "configure_addresses": "the demo school has no server of the network; the role's scenario has one",
    "configure_firewall": "the demo school has no firewall; the role's scenario and test_firewall_errands.py have one",
    "lock_internet": "the demo school has no firewall; test_firewall_errands.py has one",
    "print_network": "nothing of a year is in it; test_print_network.py runs it on the demo school's network",
    "unlock_internet": "the demo school has no firewall; test_firewall_errands.py has one",
    "apply_baseline": "changes PCs; test_baseline_agreement.py and tests/vm/test_baseline.py",
    "check_baseline": "looks at PCs; test_baseline_agreement.py and tests/vm/test_baseline.py",
    "configure_awx": "needs an AWX; test_configure_jobs.py has a server that answers as one",
    "configure_semaphore": "needs a Semaphore; test_configure_jobs.py has a server that answers as one",
    "perform_duty": "what a job of AWX or Semaphore runs; test_jobs.py runs such jobs",
    "freeze_room": "needs a machine that starts anew; tests/vm/test_freeze.py",
    "freeze_windows": "needs Windows; test_windows_roles.py stands in for it",
    "install_schedules": "belongs to a control node; test_schedules.py has one in a container",
    "lock_usb": "needs a kernel of its own; tests/vm/test_usb_lockdown.py",
    "lock_usb_image": "needs an image; tests/unit/hives",
    "lock_usb_windows": "needs Windows; test_windows_roles.py stands in for it",
    "print_warning": "needs an attempt; test_usb_attempts.py brings some",
    "thaw_room": "needs a machine that starts anew; tests/vm/test_freeze.py",
    "unlock_usb": "needs a kernel of its own; tests/vm/test_usb_lockdown.py",
}
PURCHASE = ("purchase_request.pdf", "purchase_request.xlsx")
SCRAP = ("scrap_request.pdf", "scrap_request.xlsx")
PC, BROKEN, OFF, PROJECTOR = "2021-0101", "2021-0102", "2021-0106", "2021-0302"


@pytest.fixture(scope="module")
def year(demo_school: DemoMachines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchoolYear]:
    """The whole year has gone by when the first test looks at it."""
    year = SchoolYear(demo_school, tmp_path_factory.mktemp("year"))
    try:
        for step in (
            the_book_comes_and_the_machines_are_read,
            labels_cards_and_register_are_printed,
            the_store_and_the_keys_are_set_up,
            the_projector_is_lent_and_comes_back,
            a_module_is_gone_and_replaced_from_the_store,
            a_disk_is_bought_for_a_repair,
            the_vendor_repairs_in_warranty,
            findings_are_decided_and_reopened,
            licences_are_compared,
            the_room_is_counted,
            an_old_computer_is_scrapped,
            what_was_wrong_is_put_right,
            the_year_is_closed,
        ):
            step(year)
        yield year
    finally:
        # Other tests use the same machines.
        for pc in demo_school.school.pcs:
            write_tree(tree(pc), demo_school.hardware(pc))


def the_book_comes_and_the_machines_are_read(year: SchoolYear) -> None:
    said = year.run("import_book", {"ledger_book": str(year.school.book)})
    assert said.events
    year.run("update_ledger")
    assert (year.folder / "reports" / "site" / "index.html").is_file()


def labels_cards_and_register_are_printed(year: SchoolYear) -> None:
    year.run(
        "print_labels",
        {"paper_rooms": ["机房一"], "label_sheet": "a4_3x8", "label_skip": "3"},
        papers=["labels.pdf"],
    )
    year.run("print_cards", {"paper_assets": [PC, PROJECTOR]}, papers=["cards.pdf"])
    year.run("print_register", {"paper_rooms": ["机房一", "中心机房"]}, papers=["register.pdf"])


def the_store_and_the_keys_are_set_up(year: SchoolYear) -> None:
    for name, unit, minimum in (("内存条 DDR4 8G", "条", "1"), ("固态硬盘 240G", "块", "0")):
        item = {"stock_name": name, "stock_unit": unit, "stock_minimum": minimum, "stock_place": "器材柜"}
        year.run("add_stock_item", item, reason="开学建卡")
    received = {"stock_item": "内存条 DDR4 8G", "stock_quantity": "3", "stock_price": "129.00"}
    year.run("receive_stock", {**received, "stock_supplier": "启明教育装备有限公司"}, reason="开学采购")
    issued = {"stock_items": ["内存条 DDR4 8G=1"], "stock_receiver": "王芳", "stock_purpose": "备用机"}
    year.run("issue_stock", issued, reason="备用机加内存", papers=["stock_slip.pdf"])
    counted = {"stock_item": "内存条 DDR4 8G", "stock_counted": "3", "stock_counted_by": "刘洋"}
    year.run("count_stock", {**counted, "stock_count_reason": "多发了一条"}, reason="月末清点")

    year.run("add_key", {"key_number": "A-301", "key_room": "机房一", "key_copies": "2"}, reason="新锁")
    issue = {"key_number": "A-301", "key_holder": "王芳", "key_purpose": "上课"}
    year.run("issue_key", issue, reason="本学期任课", papers=[])
    back = {"key_number": "A-301", "key_holder": "王芳", "key_received_by": "刘洋"}
    year.run("return_key", back, reason="调课")
    year.run("issue_key", {**issue, "key_holder": "赵强"}, reason="接任任课")
    lost = {"key_number": "A-301", "key_reported_by": "赵强", "key_circumstances": "操场遗失"}
    year.run("report_lost_key", {**lost, "key_day": year.day()}, reason="遗失报告")


def the_projector_is_lent_and_comes_back(year: SchoolYear) -> None:
    loan = {
        "loan_asset": PROJECTOR,
        "loan_borrower": "王芳",
        "loan_principal": "李校长",
        "loan_leader": "张主任",
        "loan_purpose": "家长会",
        "loan_lent_on": year.day(),
        "loan_due_on": year.day(14),
        "loan_contact": "",
    }
    year.run("lend_asset", loan, reason="家长会用", papers=["loan_slip.pdf"])
    assert status_of(year, PROJECTOR) is AssetStatus.ON_LOAN
    back = {"loan_asset": PROJECTOR, "loan_condition": "intact", "loan_received_by": "刘洋"}
    year.run("return_asset", back, reason="家长会结束", papers=["loan_slip.pdf"])
    assert status_of(year, PROJECTOR) is AssetStatus.IN_USE


def a_module_is_gone_and_replaced_from_the_store(year: SchoolYear) -> None:
    pc01 = year.school.school.pcs[0]
    whole = pc01.memory
    write_tree(tree(replace(pc01, memory=(whole[0], *(0 for _ in whole[1:])))), year.school.hardware(pc01))
    year.run("collect_facts")
    year.run("reconcile_ledger")
    finding = year.finding(FindingKind.COMPONENT_CHANGED, pc01.host)
    (gone,) = (
        part.serial
        for machine in year.snapshot().machines
        if machine.host == pc01.host
        for part in machine.components
        if part.kind.value == "memory" and part.removed_at is not None
    )

    fault = {"repair_asset": PC, "repair_fault": "内存少了一条", "repair_reported_by": "王芳"}
    year.run(
        "open_repair",
        {**fault, "repair_finding": str(finding.id)},
        reason="报修",
        papers=["repair_record.pdf"],
    )
    number = {"repair_number": year.newest(RegisterKind.REPAIR)}
    year.run(
        "diagnose_repair",
        {
            **number,
            "repair_broken_part": "内存条",
            "repair_cause": "unknown",
            "repair_confirmers": ["王芳", "刘洋"],
        },
        reason="两人确认",
        papers=["repair_record.pdf"],
    )
    year.run(
        "decide_repair",
        {
            **number,
            "repair_route": "stock",
            "repair_parts": ["内存条 DDR4 8G=1"],
            "repair_receiver": "刘洋",
            "repair_approved_by": "张主任",
        },
        reason="库存有备件",
        papers=["repair_record.pdf", "stock_slip.pdf"],
    )
    closing = {"repair_result": "已更换", "repair_cost": "0", "repair_accepted_by": "王芳"}
    year.run(
        "close_repair",
        {**number, **closing, "repair_new_parts": [f"memory={gone}"]},
        reason="试机正常",
        papers=["repair_record.pdf"],
    )
    year.run(
        "confirm_finding",
        {
            "finding_id": str(finding.id),
            "finding_category": "repair_order",
            "finding_reason": "内存条损坏，已从库存更换",
            "finding_repair_number": number["repair_number"],
        },
    )
    write_tree(tree(pc01), year.school.hardware(pc01))
    year.run("collect_facts")
    assert machine_agrees_with_the_repair(year)


def a_disk_is_bought_for_a_repair(year: SchoolYear) -> None:
    year.run(
        "request_purchase",
        {
            "purchase_prefill": ["low_stock"],
            "purchase_lines": "item=固态硬盘 quantity=2 unit=块 unit_price=219, item=鼠标 quantity=10 unit_price=30",
            "purchase_reason": "硬盘损坏待换",
            "purchase_applicant": "刘洋",
        },
        reason="维修用",
        papers=PURCHASE,
    )
    purchase = {"purchase_number": year.newest(RegisterKind.PURCHASE_REQUEST)}
    fault = {"repair_asset": BROKEN, "repair_fault": "硬盘不认", "repair_reported_by": "赵强"}
    year.run("open_repair", fault, reason="报修", papers=["repair_record.pdf"])
    number = {"repair_number": year.newest(RegisterKind.REPAIR)}
    diagnosis = {"repair_broken_part": "硬盘", "repair_confirmers": ["王芳", "刘洋"]}
    year.run("diagnose_repair", {**number, **diagnosis}, reason="两人确认", papers=["repair_record.pdf"])
    year.run(
        "approve_purchase", {**purchase, "purchase_approved_by": "李校长"}, reason="同意采购", papers=PURCHASE
    )
    decision = {"repair_route": "purchase", "repair_purchase_request": purchase["purchase_number"]}
    year.run(
        "decide_repair",
        {**number, **decision, "repair_approved_by": "张主任"},
        reason="库存没有",
        papers=["repair_record.pdf"],
    )
    year.run(
        "receive_purchase", {**purchase, "purchase_received_by": "陈静"}, reason="货已到", papers=PURCHASE
    )
    arrived = {"stock_item": "固态硬盘 240G", "stock_quantity": "2", "stock_supplier": "启明教育装备有限公司"}
    year.run("receive_stock", {**arrived, "stock_document": "送货单 0931"}, reason="采购到货")
    year.run(
        "close_repair",
        {
            **number,
            "repair_result": "已更换硬盘",
            "repair_cost": "219",
            "repair_accepted_by": "赵强",
            "repair_parts": ["固态硬盘 240G=1"],
            "repair_receiver": "刘洋",
        },
        reason="试机正常",
        papers=["repair_record.pdf", "stock_slip.pdf"],
    )


def the_vendor_repairs_in_warranty(year: SchoolYear) -> None:
    days = f"booked_on={year.day()} warranty_until={year.day(700)}"
    card = f"name=投影仪 brand=爱普生 room=机房一 original_value=5200 {days} notes='家长委员会 捐赠'"
    year.run("enter_asset", {"asset_fields": card}, reason="捐赠入账", papers=["asset_card.pdf"])
    given = max(asset.asset_number for asset in year.snapshot().assets if "-9" in asset.asset_number)
    fault = {"repair_asset": given, "repair_fault": "不亮", "repair_reported_by": "王芳"}
    year.run("open_repair", fault, reason="报修", papers=["repair_record.pdf"])
    number = {"repair_number": year.newest(RegisterKind.REPAIR)}
    broken = {**number, "repair_broken_part": "灯泡"}
    year.run("diagnose_repair", broken, reason="保修期内", papers=["repair_record.pdf"])
    year.run(
        "decide_repair",
        {**number, "repair_route": "warranty"},
        reason="联系供应商",
        papers=["repair_record.pdf", "vendor_call.pdf"],
    )
    closing = {"repair_result": "更换灯泡", "repair_cost": "0", "repair_accepted_by": "王芳"}
    year.run("close_repair", {**number, **closing}, reason="修好", papers=["repair_record.pdf"])


def findings_are_decided_and_reopened(year: SchoolYear) -> None:
    finding = {"finding_id": str(year.finding(FindingKind.SURPLUS, "pc05").id)}
    year.run("dismiss_finding", {**finding, "finding_reason": "外校借用，台帐不登记"})
    assert year.finding(FindingKind.SURPLUS, "pc05").status is FindingStatus.DISMISSED
    year.run("reopen_finding", {**finding, "finding_reason": "编号写错了"})
    assert year.finding(FindingKind.SURPLUS, "pc05").status is FindingStatus.OPEN


def licences_are_compared(year: SchoolYear) -> None:
    owned = {
        "licence_product": "WPS Office 2023 教育版",
        "licence_seats": "60",
        "licence_proof": "HT-2026-18",
        "licence_packages": ["wps-office*"],
        "licence_valid_until": year.day(30),
    }
    year.run("enter_licence", owned, reason="续签")
    year.run("compare_licences", {"licence_within_days": "90"}, papers=["licences.pdf", "licences.xlsx"])
    again = {"paper_kind": "licences", "paper_number": "all"}
    year.run("print_paper", again, papers=["licences.pdf", "licences.xlsx"])
    ended = {"licence_number": year.newest(RegisterKind.LICENCE), "licence_end_reason": "改用新版"}
    year.run("end_licence", {**ended, "licence_ended_by": "陈静"}, reason="换版本")


def the_room_is_counted(year: SchoolYear) -> None:
    started = {"stocktake_room": "机房一", "stocktake_started_by": "刘洋"}
    year.run("start_stocktake", started, reason="期末盘点", papers=["stocktake_blank.pdf"])
    number = {"stocktake_number": year.newest(RegisterKind.STOCKTAKE)}
    by = {**number, "stocktake_counted_by": "刘洋"}
    year.run("count_stocktake", {**by, "stocktake_method": "facts", "stocktake_days": "1"}, reason="开机盘点")
    scans = year.folder / "scans.csv"
    scans.write_text(f"编号\n{PROJECTOR}\nhttp://lab.school.example/find.html#2021-0301\nXX-1\n", "utf-8")
    file = {"stocktake_method": "file", "stocktake_file": str(scans), "stocktake_surplus": "true"}
    year.run("count_stocktake", {**by, **file}, reason="扫码盘点")
    one = {"stocktake_asset": "2021-0207", "stocktake_condition": "damaged", "stocktake_note": "屏幕碎裂"}
    year.run("count_stocktake", {**by, **one}, reason="人工盘点")
    several = {"stocktake_items": "asset=2021-0203 seat=05, name=音箱 quantity=2"}
    year.run("count_stocktake", {**by, **several}, reason="人工补盘")
    closing = {
        "stocktake_supervised_by": "陈静",
        "stocktake_custodian": "周敏",
        "stocktake_uncounted": "leave",
    }
    year.run(
        "close_stocktake",
        {**by, **closing},
        reason="盘点结束",
        papers=["stocktake_sheet.pdf", "stocktake_differences.pdf"],
    )
    year.run(
        "approve_stocktake",
        {**number, "stocktake_approved_by": "李校长", "stocktake_choices": "all=move"},
        reason="同意调账",
        papers=["stocktake_approval.pdf"],
    )


def an_old_computer_is_scrapped(year: SchoolYear) -> None:
    disk = year.school.school.pcs[5].disk_serial
    wipe = {"wipe_disk_serial": disk, "wipe_asset": OFF, "wipe_method": "overwrite", "wipe_by": "刘洋"}
    year.run("record_disk_wipe", {**wipe, "wipe_on": year.day()}, reason="报废前擦除")
    request = {
        "scrap_assets": [OFF],
        "scrap_reason": "主板损坏，无维修价值",
        "scrap_early_reason": "无法修复",
        "scrap_applicant": "刘洋",
    }
    year.run(
        "request_scrap",
        request,
        reason="年度报废",
        papers=SCRAP,
    )
    number = {"scrap_number": year.newest(RegisterKind.SCRAP_REQUEST)}
    approval = {"scrap_approved_by": "李校长", "scrap_appraisers": ["陈静", "周志", "吴梅"]}
    year.run("approve_scrap", {**number, **approval}, reason="鉴定通过", papers=SCRAP)
    disposal = {"scrap_document_number": "教资〔2026〕12号", "scrap_disposed_to": "某某再生资源公司"}
    year.run(
        "dispose_assets",
        {**number, **disposal, "scrap_proceeds": "120.50"},
        reason="交回收公司",
        papers=["disposal.pdf", "disposal.xlsx"],
    )
    assert status_of(year, OFF) is AssetStatus.SCRAPPED


def what_was_wrong_is_put_right(year: SchoolYear) -> None:
    before = {asset.asset_number: asset for asset in year.snapshot().assets}
    fields = {"asset_number": PC, "asset_fields": '{"custodian": "王芳", "notes": "靠窗，第一排"}'}
    wrong = year.run("correct_asset", fields, reason="更换保管人")
    year.run("undo_entry", {"entry_number": wrong.entry}, reason="登记错了设备")
    assert {asset.asset_number: asset for asset in year.snapshot().assets} == before


def the_year_is_closed(year: SchoolYear) -> None:
    for kind, number in (("stock_list", "期末"), ("repair_totals", "all")):
        answers = {"paper_kind": kind, "paper_number": number}
        year.run("print_paper", answers, papers=[f"{kind}.pdf", f"{kind}.xlsx"])
    year.run("print_paper", {"paper_kind": "asset_card", "paper_number": PC}, papers=["asset_card.pdf"])
    year.run("reparse_ledger")
    year.run("render_reports")
    year.run("verify_ledger")


def status_of(year: SchoolYear, number: str) -> AssetStatus:
    return {asset.asset_number: asset.status for asset in year.snapshot().assets}[number]


def machine_agrees_with_the_repair(year: SchoolYear) -> bool:
    """No new part is left that the facts have not shown."""
    with year.reading() as session:
        return not parts_to_confirm(load_state(session, year.today, machines=True))


@pytest.mark.containers
def test_every_errand_is_run_in_the_year(year: SchoolYear) -> None:
    assert set(year.done) == set(arguments.playbooks()) - ELSEWHERE.keys()
    assert set(ELSEWHERE) <= set(arguments.playbooks())


@pytest.mark.containers
def test_the_history_holds_at_the_end_of_the_year(year: SchoolYear) -> None:
    """``verify_ledger`` was its last errand; every event before it has its person."""
    assert year.done[-1] == "verify_ledger"
    events = year.snapshot().events
    assert {event.actor for event in events} == {"周敏"}
    assert len(events) > 100


@pytest.mark.containers
def test_the_site_tells_of_the_year(year: SchoolYear) -> None:
    site = "".join(path.read_text("utf-8") for path in (year.folder / "reports" / "site").glob("*.html"))
    for words in ("内存少了一条", "WPS Office 2023 教育版", "固态硬盘 240G"):
        assert words in site
