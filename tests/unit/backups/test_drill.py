"""A drill's result: when it counts as proven, what the page says, and answers that are none."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.answers import (
    read_answer,
    read_look,
    read_record,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.drill import (
    Drilled,
    DrilledDatabase,
    read_drilled,
    recovery_point,
    recovery_time,
    told,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.restoring import (
    confirming_word,
    is_confirmed,
    plan_lines,
    read_plan,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.desk import Desk
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.pdf import render_pdf
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.restore_drill import restore_drill
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
GOOD = Drilled(
    host="oa",
    service="oa",
    archive="oa-2026-11-20T09:31:02Z",
    at=datetime(2026, 11, 20, 9, 31, tzinfo=UTC),
    age=timedelta(days=3, hours=21),
    took=timedelta(seconds=41),
    files=18_230,
    databases=(DrilledDatabase(kind="postgresql", name="oa", tables=12, rows=90_211),),
    answered=True,
)
DATABASE = GOOD.databases[0]


@pytest.mark.parametrize(
    ("drilled", "words"),
    [
        (replace(GOOD, wrong=("/srv/oa/a",)), "/srv/oa/a"),
        (replace(GOOD, missing=("/srv/oa/b",)), "/srv/oa/b"),
        (replace(GOOD, databases=(replace(DATABASE, wrong=("public.pupil: 5, 4",)),)), "public.pupil: 5, 4"),
        (replace(GOOD, answered=False), "没有应答"),
        (replace(GOOD, took=timedelta(hours=25)), "24 小时"),
        (replace(GOOD, said="no such archive"), "no such archive"),
    ],
)
def test_one_thing_that_is_wrong_is_enough(drilled: Drilled, words: str) -> None:
    assert GOOD.proven
    assert not drilled.proven
    said = told(drilled).render("zh_CN")
    assert "验证未通过" in said
    assert words in said
    assert "not proven" in told(drilled).render("en")


def test_a_service_that_nobody_says_how_to_ask_is_no_failure() -> None:
    assert replace(GOOD, answered=None).proven


def test_the_recovery_point_is_that_of_the_newest_and_the_time_that_of_all() -> None:
    older = replace(GOOD, age=timedelta(days=40), took=timedelta(seconds=60))
    other = replace(GOOD, service="site", age=timedelta(days=1), took=timedelta(seconds=10))
    assert recovery_point([GOOD, older, other]) == GOOD.age
    assert recovery_time([GOOD, older, other]) == timedelta(seconds=70)
    assert recovery_point([]) is None


@pytest.mark.parametrize(
    ("language", "words"), [("zh_CN", "备份恢复演练记录"), ("en", "Record of a restore drill")]
)
def test_the_page_says_what_was_proven_and_is_to_be_signed(language: str, words: str) -> None:
    desk = Desk(school="某某中学", made_on=date(2026, 11, 24), language=language)
    broken = replace(GOOD, service="site", wrong=("/srv/site/#x.html",), said="")
    form = restore_drill([GOOD, broken], scratch="scratch", desk=desk)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(form))).pages)
    for each in (
        words,
        "18230/18230",
        "18229/18230",
        "90211",
        "2026-11-20 17:31",
        "/srv/site/#x.html",
        "scratch",
    ):
        assert each in text
    assert len(PdfReader(io.BytesIO(render_pdf(form))).pages) == 1


ANSWER: dict[str, Any] = {
    "service": "oa",
    "archive": {"id": "a" * 64, "name": "oa-1", "at": "2026-11-20T09:31:02+00:00"},
    "files": {"files": 3, "wrong": ["/a\x1b[31m"], "missing": [], "changed": 1},
    "databases": [{"kind": "sqlite", "name": "/a.db", "tables": 1, "rows": 5, "wrong": []}],
    "answered": None,
    "said": "",
    "seconds": 1.5,
}


def test_an_answer_is_read_and_cleaned() -> None:
    read = read_drilled(ANSWER, "oa", NOW)
    assert (read.files, read.wrong, read.rows, read.answered) == (3, ("/a[31m",), 5, None)
    assert read.age == NOW - datetime(2026, 11, 20, 9, 31, 2, tzinfo=UTC)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(ANSWER)), value=_JSON)
def test_an_answer_that_is_none_is_refused_in_one_sentence(key: str, value: Any) -> None:
    for read in (
        lambda: read_drilled({**ANSWER, key: value}, "oa", NOW),
        lambda: read_look({key: value, "there": value}, "oa"),
        lambda: read_record({key: value}, "oa"),
        lambda: read_plan({key: value}, "oa"),
    ):
        try:
            read()
        except UserError as error:
            assert "\n" not in str(error)


@given(st.text(max_size=200))
def test_whatever_a_machine_says_is_an_answer_or_refused(text: str) -> None:
    with pytest.raises(UserError):
        read_answer(text, "oa")


def test_only_the_word_of_this_plan_confirms_it() -> None:
    answer = {
        "service": "oa",
        "archive": ANSWER["archive"],
        "items": [{"kind": "path", "target": "/srv/oa", "there": True}],
    }
    plan = read_plan(answer, "oa")
    word = confirming_word(plan)
    assert is_confirmed(plan, f" {word.upper()} ")
    assert not is_confirmed(plan, "")
    for other in (
        replace(plan, host="db"),
        replace(plan, archive_id="b" * 64),
        replace(plan, service="site"),
    ):
        with pytest.raises(UserError, match="does not confirm"):
            is_confirmed(other, word)
    said = [line.render("zh_CN") for line in plan_lines(plan)]
    assert said[1] == "目录或文件 /srv/oa：恢复到原处，现有内容改名保留"
    assert word in said[-1]
