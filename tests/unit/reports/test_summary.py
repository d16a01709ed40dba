"""The summary for a terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import LANGUAGES
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.summary import render_summary, summarize

from tests.samples import hostile_snapshot, large_snapshot, sample_snapshot


def test_chinese() -> None:
    lines = render_summary(summarize(sample_snapshot()))
    assert lines[:5] == [
        "示范中学，数据截至 2026-11-23 16:15",
        "在账资产 14 项，原值 87,188.00 元；其中最近采集到 9 项；共见到过计算机 7 台。",
        "其中模拟硬件 7 台。",
        "最近一次运行：8 台主机中采集到 7 台，未应答 1 台，失败 0 台。",
        "待处理事项 12 项（盘盈 1 · 盘亏 1 · 信息不符 1 · 部件变更 1 · 疑似互换 1 · "
        "位置不符 1 · 序列号不可信 1 · 未知 1 · 库存不足 1 · USB 违规 1 · 错过执行 1 · 备份异常 1）",
    ]
    assert len(lines) == 29
    place = lines.index("[信息不符] 机房一 · 03 2023-0003 pc03：内存 账面 16 GB，实际 8 GB")
    assert lines[place + 1] == "    下一步：内存少于账面。开箱清点内存条，查明缺少部分的去向，或更正账目。"


def test_the_five_disagreements_of_a_school_are_named() -> None:
    text = "\n".join(render_summary(summarize(sample_snapshot()), "en"))
    for words in (
        "[Surplus]",
        "pc05",
        "pc06",
        "16 GB, seen 8 GB",
        "pc04 teacher",
        "2023-0021 2023-0022 pc01 pc02",
    ):
        assert words in text


def test_lines_are_bounded() -> None:
    lines = render_summary(summarize(large_snapshot(1000)), "en", lines=5)
    assert lines[-1] == "and 15 more"
    assert sum(line.startswith("[") for line in lines) == 5


def test_nothing_to_settle() -> None:
    calm = replace(sample_snapshot(), findings=(), runs=())
    assert (
        render_summary(summarize(calm), "en")[-1] == "Nothing to settle: what was seen agrees with the book."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_cannot_drive_the_terminal(language: str) -> None:
    for line in render_summary(summarize(hostile_snapshot()), language):
        assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs", "Zl", "Zp"}
        assert len(line) < 2000


def test_many_names_and_sides_are_bounded() -> None:
    base = sample_snapshot()
    crowd = replace(
        base.findings[3],
        hosts=tuple(f"pc{n}" for n in range(500)),
        differences=base.findings[3].differences * 50,
    )
    line = render_summary(summarize(replace(base, findings=(crowd,))), "en")[-2]
    assert "…(502)" in line and len(line) < 500
