"""The page of the baseline: read from the file that check_baseline keeps, shown by room."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import LookedAt
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.baseline import read_baseline
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.register_pages import RegisterViews
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.views import Views
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.words import Words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.samples import sample_snapshot

PC = {
    "host": "pc01",
    "seat": "01",
    "looked": True,
    "drift": [{"role": "lab_pc", "text": "off"}],
    "notes": ["x"],
}


def kept(folder: Path, value: Any) -> Path:
    path = folder / "baseline.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_what_the_look_found_is_read(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / "none.json") is None
    baseline = read_baseline(kept(tmp_path, [{"room": "机房一", "pcs": [PC]}, {"room": "", "pcs": []}]))
    assert baseline is not None
    assert baseline.pcs == (
        LookedAt(host="pc01", room="机房一", seat="01", looked=True, drift=("off",), notes=("x",)),
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{",
        "[" * 100_000,
        {},
        [1],
        [{"room": "a"}],
        [{"room": "a", "pcs": 7}],
        [{"room": 1, "pcs": [PC]}],
        [{"room": "a", "pcs": [{**PC, "host": None}]}],
        [{"room": "a", "pcs": [{**PC, "drift": {}}]}],
        [{"room": "a", "pcs": [{**PC, "drift": [1]}]}],
        [{"room": "a", "pcs": [{**PC, "drift": [{}]}]}],
        [{"room": "a", "pcs": [{**PC, "notes": [{}]}]}],
    ],
)
def test_another_file_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(UserError, match="check_baseline"):
        read_baseline(kept(tmp_path, value))


def test_what_pcs_said_is_bounded(tmp_path: Path) -> None:
    pc = {**PC, "drift": [{"text": "x\x1b[2J" + "y" * 5000}] * 60}
    baseline = read_baseline(
        kept(tmp_path, [{"room": "机房一", "pcs": [pc] * 50 + [{**PC, "drift": []}] * 5000}])
    )
    assert baseline is not None
    first = baseline.pcs[0]
    assert (len(baseline.pcs), len(first.drift), len(first.drift[0])) == (5000, 50, 300)
    assert "\x1b" not in first.drift[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["room", *PC, "pcs", "text"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused(tmp_path: Path, value: Any) -> None:
    with suppress(UserError):
        read_baseline(kept(tmp_path, json.dumps(value)))


def test_rooms_list_what_is_not_as_wanted_and_count_what_is() -> None:
    registers = RegisterViews(Views(sample_snapshot()), Words())
    (sheet,) = (sheet for sheet in registers.sheets if sheet.name == "baseline")
    assert [(table.title, [row.cells[0].text for row in table.rows]) for table in sheet.tables] == [
        ("中心机房：1 台中 1 台符合", []),
        ("机房一：4 台中 1 台符合", ["pc02", "pc03", "pc06"]),
    ]
    drifted = sheet.tables[1].rows[1].cells
    assert "软件包 game-7：不应安装" in drifted[3].text
    assert "game-8" not in drifted[3].text
    assert drifted[3].note == "BIOS 启动，问不到启动顺序"
    assert sheet.tables[1].rows[2].cells[2].text == "未查看"
    assert [(task.text, task.note) for task in sheet.tasks] == [("机房一", "2 台不符")]
    assert sheet.urgent
    assert [table.key for found, table in registers.of_room("机房一") if found.name == "baseline"] == [
        "room-2"
    ]
