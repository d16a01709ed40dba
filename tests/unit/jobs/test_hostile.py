"""A server may answer anything: what comes of it is a list, or a sentence for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.awx_reading import _variables, read_awx
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.semaphore_server import SemaphoreServer
from hypothesis import given
from hypothesis import strategies as st

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
NAMES = st.sampled_from(
    [
        *("id", "name", "description", "results", "next", "summary_fields", "organization", "extra_vars"),
        *("credentials", "survey_vars", "vaults", "json", "arguments", "inventory", "unified_job_template"),
    ]
)
ANSWERS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
# Things that look nearly right: those get furthest.
THINGS = st.fixed_dictionaries(
    {"id": st.integers(1, 9) | ANSWERS, "name": st.sampled_from(["x", "jifang"]) | ANSWERS},
    optional={
        "description": st.just("x [jifang]") | ANSWERS,
        "summary_fields": st.just({"organization": {"name": "x"}}) | ANSWERS,
        "survey_vars": ANSWERS,
        "vaults": ANSWERS,
        "extra_vars": ANSWERS,
        "unified_job_template": ANSWERS,
        "repository_id": ANSWERS,
    },
)


class Liar:
    """A client whose every answer is drawn anew."""

    product = "AWX"

    def __init__(self, draw: Callable[[Any], Any], answers: Any) -> None:
        self._draw, self._answers = draw, answers

    def get(self, _path: str, _query: Any = None) -> Any:
        return self._draw(self._answers)


@given(data=st.data())
def test_awx_may_answer_anything(data: st.DataObject) -> None:
    answers = ANSWERS | st.fixed_dictionaries(
        {"results": st.lists(THINGS, max_size=3)}, optional={"next": st.none() | ANSWERS}
    )
    try:
        found = read_awx(Liar(data.draw, answers), "x")  # type: ignore[arg-type]
    except UserError as error:
        assert error.message.render("zh_CN")
    else:
        assert isinstance(found, tuple)


@given(data=st.data())
def test_semaphore_may_answer_anything(data: st.DataObject) -> None:
    answers = ANSWERS | st.lists(THINGS, max_size=3)
    try:
        found = SemaphoreServer(Liar(data.draw, answers), "x").read()  # type: ignore[arg-type]
    except UserError as error:
        assert error.message.render("zh_CN")
    else:
        assert isinstance(found, tuple)


@pytest.mark.parametrize("text", ["{a: [", "!!python/object:os.system x", "a: &a [*a]"])
def test_variables_of_a_template_are_data(text: str) -> None:
    _variables(text)
