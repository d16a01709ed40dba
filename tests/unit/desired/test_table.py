"""The table of rooms."""

from __future__ import annotations

from ansible_collections.jifang.lab.plugins.plugin_utils.desired import table

ROOT = {"text": "account root: can log in by password"}
PCS = (
    table.Looked("pc17", "机房一", "17", [ROOT, {"text": "package telnet: is installed"}]),
    table.Looked("pc03", "机房一", "03", [ROOT]),
    table.Looked("pc04", "机房一", "04", [], ["BIOS"]),
    table.Looked("pc05", "机房一", "05", None),
    table.Looked("server", "", "", []),
)


def test_rooms_are_counted_and_equal_drift_is_one_line() -> None:
    assert table.render(PCS, "en").splitlines() == [
        "Room    PCs  As wanted  Drifted  Not looked at",
        "-       1    1          0        0",
        "机房一  4    1          2        1",
        "机房一 (2): account root: can log in by password [pc03, pc17]",
        "机房一 (1): BIOS [pc04]",
        "机房一 (1): package telnet: is installed [pc17]",
    ]
    assert table.render(PCS, "zh_CN").startswith("机房    电脑  符合  不符  未查看\n")


def test_data_says_who_was_not_looked_at() -> None:
    rooms = table.as_data(PCS)
    assert [room["room"] for room in rooms] == ["", "机房一"]
    assert [(pc["host"], pc["looked"], len(pc["drift"])) for pc in rooms[1]["pcs"]] == [
        ("pc03", True, 1),
        ("pc04", True, 0),
        ("pc05", False, 0),
        ("pc17", True, 2),
    ]
