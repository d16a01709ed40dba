"""Forms that several tests set."""

from __future__ import annotations

from datetime import date
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Align,
    Column,
    Cut,
    Field,
    Fields,
    Form,
    Opinion,
    Signatures,
    Table,
    Text,
)

HOSTILE = (
    "#panic()",
    '#read("/etc/passwd")',
    "$ x^2 $ *bold* _it_ `raw` <label> @ref \\ [a] // b",
    "{{7*7}}",
    '=HYPERLINK("http://example.invalid","x")',
    "@SUM(1+1)",
    "<script>alert(1)</script>",
    "a\x00b\x1b[2Jc\x07",
    "\u202egnp.exe\u202c\u200f",
    "\ud800 lone",
    "🖥️👩‍💻 emoji",
    "e\u0301 combining \u0e33 thai",
    "W" * 2_000,
    "长" * 2_000,
    "）" * 2_000,
    "a\u00a0" * 1_000,
    "-" * 2_000,
)


def form(*blocks: Any, **fields: Any) -> Form:
    return Form(
        **{
            "title": "计算机设备外借单",
            "number": "WJ-2026-0017",
            "school": "示范中学",
            "made_on": date(2026, 11, 25),
            "blocks": blocks,
            **fields,
        }
    )


def loan() -> Form:
    booked = Fields(
        (
            (Field("资产编号", "2023-0001"), Field("资产名称", "台式计算机")),
            (Field("借用事由", "参加市中小学信息学竞赛集训", span=2),),
        )
    )
    return form(
        booked,
        Opinion("设备管理员意见", 24),
        Signatures(("校长", "分管领导", "借用人")),
        Cut(title="计算机设备外借单（存根）"),
        booked,
        Signatures(("借用人",)),
        code="https://example.invalid/find.html#event-12345",
        footer="本单一式两份",
    )


def table(rows: int, *, totals: bool = True) -> Table:
    columns = (
        Column("序号", 1, Align.CENTER),
        Column("资产编号", 2),
        Column("配置", 4),
        Column("原值", 2, Align.RIGHT),
    )
    return Table(
        columns,
        [
            (
                str(number),
                f"2023-{number:06d}",
                "i5-12400 16 GB 512 GB 固态硬盘 " * (1 + number % 3),
                "4,599.00",
            )
            for number in range(1, rows + 1)
        ],
        ("", "合计", "", f"{4599 * rows:,}.00") if totals else None,
    )


def text_form(text: str) -> Form:
    """One text everywhere where a text can stand."""
    short = text[:100]
    return form(
        Fields(((Field(short, text), Field("标签", short)), (Field("备注", text, span=2),))),
        Opinion(short, 20),
        Table(
            (Column(short, 1), Column("列", 0.4), Column("乙", 3)),
            [(text, short, text), ("1", text[:300], "3")],
        ),
        Text(short, (text,)),
        Signatures((short, "校长")),
        Cut(title=short),
        title=short,
        number=short,
        school=short,
        footer=short,
    )
