"""A book into a real ledger: all of it or nothing, and nothing twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.apply import (
    diff_text,
    import_book,
    load_assets,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.issues import BookError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.options import ImportOptions
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger, open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.models import EventRow, ImportRow
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Asset
from sqlalchemy import select

from tests.unit.ledger.book.making import xlsx

HEADERS = ("资产编号", "资产名称", "原值", "入账日期", "存放地点", "使用状况", "上级资产")
PC = ("1", "台式计算机", "4,599.00", "2023.9.1", "机房一-01", "在用", None)
SCREEN = ("2", "显示器", 899, "2023年9月1日", "机房一-01", "在用", "1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield opened
    opened.close()


def book(folder: Path, *rows: Sequence[Any]) -> Path:
    path = folder / "固定资产.xlsx"
    path.write_bytes(
        xlsx([("育才中学固定资产台账",), HEADERS, *rows, ("合计", None, 5498)], merged=["A1:G1"])
    )
    return path


def assets(ledger: Ledger) -> list[Asset]:
    with ledger.read() as session:
        return load_assets(session)


def actions(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.read() as session:
        assert verify(session).ok
        return [
            (row.action, row.subject)
            for row in session.execute(select(EventRow).order_by(EventRow.number)).scalars()
        ]


def test_a_book_becomes_the_register(tmp_path: Path, ledger: Ledger) -> None:
    path = book(tmp_path, SCREEN, PC)
    summary = import_book(ledger, path, actor="张老师")
    assert (summary.created, summary.updated, summary.unchanged, summary.changed) == (("2", "1"), (), 0, True)
    assert summary.headline().render() == (
        "固定资产.xlsx：新增 2 项，变更 0 项，未变 0 项；台帐中有而账簿中没有 0 项；警告 0 条。"
    )
    assert [(item.asset_number, item.room, item.seat, item.parent_number) for item in assets(ledger)] == [
        ("2", "机房一", "01", "1"),
        ("1", "机房一", "01", None),
    ]
    assert actions(ledger) == [
        ("asset.created", "asset:2"),
        ("asset.created", "asset:1"),
        ("import.committed", "import:1"),
    ]
    with ledger.read() as session:
        row = session.execute(select(ImportRow)).scalar_one()
        event = (
            session.execute(select(EventRow).order_by(EventRow.number.desc()).limit(1))
            .scalar_one()
            .to_record()
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (row.file_name, row.sha256, row.rows, row.actor) == ("固定资产.xlsx", digest, 2, "张老师")
    assert row.mapping["存放地点"] == "location"
    assert event.after is not None
    assert (event.actor, event.after["sha256"], event.after["created"]) == ("张老师", digest, 2)


def test_the_same_book_again_changes_and_records_nothing(tmp_path: Path, ledger: Ledger) -> None:
    path = book(tmp_path, PC, SCREEN)
    import_book(ledger, path, actor="a")
    before = actions(ledger)
    again = import_book(ledger, path, actor="a")
    assert (again.changed, again.unchanged, again.created, again.updated) == (False, 2, (), ())
    assert actions(ledger) == before
    assert diff_text(again.plan) == ("", "")


def test_changes_and_their_diff(tmp_path: Path, ledger: Ledger) -> None:
    import_book(ledger, book(tmp_path, PC, SCREEN), actor="a")
    moved = (*PC[:4], "机房二-07", "维修", None)
    alone = (*SCREEN[:6], None)
    new = ("3", "投影仪", None, None, None, None, "2")
    path = book(tmp_path, moved, alone, new)
    summary = import_book(ledger, path, actor="b", options=ImportOptions(erase_empty=True))
    assert (summary.created, summary.updated) == (("3",), ("1", "2"))
    assert diff_text(summary.plan) == (
        "1 机房: 机房一\n1 座位: 01\n1 使用状况: 在用\n2 上级资产: 1\n",
        "3 资产编号: 3\n3 资产名称: 投影仪\n3 数量: 1\n3 使用状况: 在用\n3 上级资产: 2\n"
        "1 机房: 机房二\n1 座位: 07\n1 使用状况: 维修\n2 上级资产: \n",
    )
    assert [(item.asset_number, item.room, item.parent_number) for item in assets(ledger)] == [
        ("1", "机房二", None),
        ("2", "机房一", None),
        ("3", None, "2"),
    ]
    assert actions(ledger)[-4:] == [
        ("asset.created", "asset:3"),
        ("asset.updated", "asset:1"),
        ("asset.updated", "asset:2"),
        ("import.committed", "import:2"),
    ]


def test_one_error_and_nothing_is_written(tmp_path: Path, ledger: Ledger) -> None:
    import_book(ledger, book(tmp_path, PC), actor="a")
    before = (assets(ledger), actions(ledger))
    bad = ("9", "投影仪", "-5", *SCREEN[3:])
    with pytest.raises(BookError) as error:
        import_book(ledger, book(tmp_path, (*PC[:4], "机房二-01", *PC[5:]), SCREEN, bad), actor="a")
    assert error.value.message.render() == (
        "账簿 固定资产.xlsx 有 1 处错误，未导入任何内容。请改正后重新导入：\n"
        "  第 5 行 C 列“原值”，值“-5”：金额为负数。请填写资产的购置金额；减值请按变动登记。"
    )
    assert error.value.message.render("en").startswith(
        "The book 固定资产.xlsx was not imported at all; errors: 1."
    )
    assert (error.value.count, [issue.row for issue in error.value.issues]) == (1, [5])
    assert (assets(ledger), actions(ledger)) == before


def test_many_errors_are_cut(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(BookError) as error:
        import_book(ledger, book(tmp_path, *[("1", "电脑", "x", None, None, None)] * 200), actor="a")
    lines = error.value.message.render().splitlines()
    assert (len(lines), lines[-1]) == (52, "  ……另有 150 项")


def test_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, ledger: Ledger) -> None:
    path = book(tmp_path, PC, SCREEN)
    dry = import_book(ledger, path, actor="a", dry_run=True)
    assert (dry.created, dry.changed) == (("1", "2"), True)
    assert (assets(ledger), actions(ledger)) == ([], [])
    assert diff_text(import_book(ledger, path, actor="a").plan) == diff_text(dry.plan)


def test_what_the_book_lacks_stays(tmp_path: Path, ledger: Ledger) -> None:
    import_book(ledger, book(tmp_path, PC, SCREEN), actor="a")
    summary = import_book(ledger, book(tmp_path, PC), actor="a")
    assert (summary.missing_in_book, summary.changed) == (("2",), False)
    assert len(assets(ledger)) == 2


def test_a_long_diff_is_cut(tmp_path: Path, ledger: Ledger) -> None:
    rows = [(str(number), "电脑", None, None, None, None, None) for number in range(250)]
    before, after = diff_text(import_book(ledger, book(tmp_path, *rows), actor="a").plan)
    assert (before, after.splitlines()[-1], len(after.splitlines())) == ("", "……另有 50 项", 200 * 4 + 1)


def test_an_unreadable_book_leaves_the_ledger_alone(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04half")
    with pytest.raises(UserError):
        import_book(ledger, tmp_path / "x.xlsx", actor="a")
    assert actions(ledger) == []
