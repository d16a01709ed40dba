"""Forms as PDF: text, geometry, pages. Never bytes, but for equal forms."""

from __future__ import annotations

import io
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
import typst
from ansible_collections.jifang.lab.plugins.plugin_utils.forms import fonts
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Break,
    Column,
    Field,
    Fields,
    Form,
    Opinion,
    Signatures,
    Table,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import render_pdf, write_pdf
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.unit.forms.pages import codes, crossings, images, missing_glyphs, read
from tests.unit.forms.samples import HOSTILE, form, loan, table, text_form


def _number(at: int, of: int) -> str:
    return f"第{at}页共{of}页"


def test_a_form_with_two_stubs_is_one_page_with_everything_on_it() -> None:
    pdf = render_pdf(loan())
    (page,) = read(pdf)
    assert (round(page.width), round(page.height)) == (210, 297)
    for text in (
        "单位:示范中学",
        "编号:WJ-2026-0017",
        "2026年11月25日",
        "设备管理员意见",
        "(盖章)",
        _number(1, 1),
        "本单一式两份",
    ):
        assert text in page.joined()
    assert page.joined().count("2023-0001") == 2
    (title, stub_title) = page.find("计算机设备外借单")
    assert abs((title.left + title.right) / 2 - (22 + 194) / 2) < 1, (
        "the title is centred between the margins"
    )
    assert title.bottom < page.find("设备管理员意见")[0].top < page.height / 2 < stub_title.top + 15
    assert crossings(page) == []
    assert missing_glyphs(pdf) == 0


def test_the_code_is_read_by_another_decoder_on_both_stubs() -> None:
    (image,) = images(render_pdf(loan()))
    assert codes(image) == ["https://example.invalid/find.html#event-12345"] * 2


def test_labels_and_values_stand_on_one_line_in_their_cells() -> None:
    (page,) = read(
        render_pdf(form(Fields(((Field("资产编号", "2023-0001"), Field("资产名称", "台式计算机")),))))
    )
    label, value, second = (page.find(text)[0] for text in ("资产编号", "2023-0001", "资产名称"))
    assert abs(label.top - second.top) < 0.2
    assert abs((label.top + label.bottom) / 2 - (value.top + value.bottom) / 2) < 0.6
    between = [rule for rule in page.rules if label.right < rule.left < value.left]
    assert between, "a rule stands between label and value"
    assert all(0.15 < rule.right - rule.left < 0.4 for rule in between), "half a point wide, with its bounds"


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 25, 26, 27, 28, 29, 30, 31, 32, 33, 60])
def test_a_table_repeats_its_header_and_leaves_no_row_alone(rows: int) -> None:
    pages = read(render_pdf(form(table(rows), landscape=True)))
    seen: list[int] = []
    for at, page in enumerate(pages, start=1):
        assert page.width > page.height
        assert len(page.find("资产编号")) == 1, "each page has the header once"
        assert _number(at, len(pages)) in page.joined()
        assert crossings(page) == []
        here = [number for number in range(1, rows + 1) if page.find(f"2023-{number:06d}")]
        seen += here
        if at > 1:
            assert "WJ-2026-0017" in page.joined(), "a further page names its form"
            assert page.find("资产编号")[0].bottom < page.find(f"2023-{here[0]:06d}")[0].top
    assert seen == list(range(1, rows + 1))
    if len(pages) > 1:
        assert len(here) >= 2, "the last page has two rows at least"
    assert f"{4599 * rows:,}.00" in pages[-1].joined()


@pytest.mark.parametrize("rows", range(18, 32))
def test_signatures_are_never_on_a_page_without_rows(rows: int) -> None:
    paper = form(
        table(rows), Text(lines=("有 1 项账上没有原值。",)), Signatures(("制表人", "复核人")), landscape=True
    )
    pages = read(render_pdf(paper))
    last = pages[-1]
    assert "有1项账上没有原值。" in last.joined()
    (note,), (role,), (total,) = (last.find(text) for text in ("没有原值", "制表人", "合计"))
    assert total.bottom < note.top < note.bottom < role.top < role.bottom + 25 < last.height - 15
    assert last.find(f"2023-{rows:06d}")
    assert last.find(f"2023-{rows - 1:06d}")
    assert sum(len(page.find("制表人")) for page in pages) == 1
    assert all(crossings(page) == [] for page in pages)


def test_no_row_is_split_across_pages() -> None:
    three_lines = "第一行" * 40
    rows = [(str(number), f"始{number:03d}{three_lines}末{number:03d}") for number in range(100, 160)]
    pages = read(render_pdf(form(Table((Column("序号"), Column("内容", 3)), rows))))
    assert len(pages) > 2
    for number in range(100, 160):
        holders = [(f"始{number}" in page.joined(), f"末{number}" in page.joined()) for page in pages]
        assert holders.count((True, True)) == 1
        assert holders.count((False, False)) == len(pages) - 1


def test_a_row_that_no_page_holds_is_split_and_nothing_of_it_is_lost() -> None:
    long = "".join(chr(0x4E00 + number) for number in range(2_000))
    block = Table((Column("窄", 1), Column("宽", 9)), [(long, "x"), ("甲", "乙"), ("丙", "丁")])
    pages = read(render_pdf(form(block)))
    chars = [char.text for page in pages for char in page.chars]
    assert len(pages) > 3
    assert all(chars.count(char) >= 1 for char in long)
    foot = set("第页共")
    assert all(
        char.box.bottom < page.height - 15
        for page in pages
        for char in page.chars
        if char.text in long and char.text not in foot
    ), "none stands in the foot"


def test_a_long_serial_wraps_in_its_cell() -> None:
    serial = "SN" + "0123456789ABCDEF" * 8
    pdf = render_pdf(form(Fields(((Field("序列号", serial), Field("名称", "甲")),))))
    (page,) = read(pdf)
    assert serial in page.joined()
    assert crossings(page) == []
    tops = {
        round(char.box.top) for char in page.chars if char.text in "0123456789ABCDEF" and char.box.top > 45
    }
    assert len(tops) > 2


def test_a_short_serial_is_not_broken() -> None:
    (page,) = read(
        render_pdf(form(Fields(((Field("序列号", "联想 启天 M450-D123 PF2K000001"), Field("乙")),))))
    )
    (found,) = page.find("PF2K000001")
    assert found.bottom - found.top < 5


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_is_inert_and_stays_in_its_place(text: str) -> None:
    pdf = render_pdf(text_form(text))
    pages = read(pdf)
    for at, page in enumerate(pages, start=1):
        assert _number(at, len(pages)) in page.joined()
        assert crossings(page) == []
    assert missing_glyphs(pdf) == 0
    shown = "".join(char.text for page in pages for char in page.chars)
    plain = [
        char
        for char in unicodedata.normalize("NFC", text)
        if char.isascii() and char.isprintable() and char != " "
    ]
    assert all(char in shown for char in plain)
    assert "49" not in shown, "nothing was computed"


def test_missing_characters_show_as_geta_and_the_check_for_tofu_sees_tofu() -> None:
    (page,) = read(render_pdf(form(Text(lines=("屏🖥️幕", "名𬭚名")))))
    assert "屏〓幕" in page.joined()
    folders = [str(folder) for folder in fonts.typefaces().folders]
    raw = '#set text(font: "Noto Serif CJK SC", fallback: false)\n屏🖥幕'.encode()
    assert missing_glyphs(typst.compile({"main.typ": raw}, font_paths=folders, ignore_system_fonts=True)) == 1


@settings(max_examples=40)
@given(st.lists(st.text(max_size=300), min_size=1, max_size=8))
def test_any_text_gives_pages_that_know_their_number(texts: list[str]) -> None:
    block = Table((Column("甲", 1), Column("乙", 4)), [(text[:40], text) for text in texts])
    pdf = render_pdf(form(block, Text(lines=texts), *map(text_fields, texts)))
    pages = read(pdf)
    assert all(_number(at, len(pages)) in page.joined() for at, page in enumerate(pages, start=1))
    assert all(crossings(page) == [] for page in pages)
    assert missing_glyphs(pdf) == 0


def text_fields(text: str) -> Fields:
    return Fields(((Field(text[:30], text), Field("值", text)),))


def test_each_form_of_a_file_counts_its_own_pages() -> None:
    pages = read(render_pdf([form(table(40)), loan(), form(Text("甲"), Break(), Text("乙"))]))
    numbers = [page.joined()[page.joined().rindex("第") :] for page in pages]
    first = len(pages) - 3
    wanted = [_number(at, first) for at in range(1, first + 1)] + [
        _number(1, 1),
        _number(1, 2),
        _number(2, 2),
    ]
    assert [number[: len(text)] for number, text in zip(numbers, wanted, strict=True)] == wanted


def test_signature_boxes_have_role_seal_and_date_each() -> None:
    (page,) = read(render_pdf(form(Signatures(("校长", "分管领导", "设备管理员", "借用人")))))
    assert page.joined().count("(盖章)") == 4
    assert page.joined().count("年月日") == 4
    rows = [page.find(role)[0].top for role in ("校长", "分管领导", "设备管理员", "借用人")]
    assert rows[:3] == pytest.approx([rows[0]] * 3, abs=0.5)
    assert rows[3] - rows[0] == pytest.approx(30, abs=0.5)


def test_bordered_blocks_touch() -> None:
    (page,) = read(
        render_pdf(form(Fields(((Field("甲", "乙"),),)), Opinion("意见", 20), Signatures(("校长",))))
    )
    lying = sorted({round(rule.top, 1) for rule in page.rules if rule.right - rule.left > 100})
    assert len(lying) == 4, "two neighbours share a rule"
    assert [round(below - above) for above, below in pairwise(lying)][1:] == [20, 30]


def test_english_forms_speak_english() -> None:
    (page,) = read(render_pdf(form(Signatures(("Principal",)), title="Loan form", language="en")))
    assert "Page1of1" in page.joined()
    assert "2026-11-25" in page.joined()


def test_equal_forms_give_equal_bytes_dated_as_the_paper() -> None:
    first, second = render_pdf(loan()), render_pdf(loan())
    assert first == second
    told = PdfReader(io.BytesIO(first)).metadata
    assert told is not None
    assert told.title == "计算机设备外借单"
    assert told.creation_date is not None
    assert told.creation_date.date().isoformat() == "2026-11-25"


def test_missing_typefaces_are_named_with_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoFonts:
        def __init__(self, **_: object) -> None: ...

        def fonts(self) -> list[object]:
            return []

    monkeypatch.setattr(typst, "Fonts", NoFonts)
    with pytest.raises(UserError) as error:
        fonts.typefaces.__wrapped__()
    assert "Noto Serif CJK SC、Noto Sans CJK SC" in error.value.message.render("zh_CN")
    assert "fonts-noto-cjk" in str(error.value)


def test_nothing_to_print_is_said() -> None:
    with pytest.raises(UserError):
        render_pdf([])


def test_a_file_appears_whole(tmp_path: Path) -> None:
    write_pdf(loan(), tmp_path / "papers" / "loan.pdf")
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["loan.pdf"]
    assert len(read((tmp_path / "papers" / "loan.pdf").read_bytes())) == 1


def test_a_form_without_number_or_code_has_no_empty_label() -> None:
    blank: Form = form(Text("说明", ("一", "二")), number="")
    (page,) = read(render_pdf(blank))
    assert "编号" not in page.joined()
