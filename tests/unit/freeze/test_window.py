"""Until when a PC is thawed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.window import (
    LONGEST,
    Window,
    closing,
    parse_window,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 14:00 at school


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2026-11-25 18:00", datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
        ("2026-11-25T18:00:30", datetime(2026, 11, 25, 10, 0, 30, tzinfo=UTC)),
        ("2026-11-25 10:00+00:00", datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
        (datetime(2026, 11, 25, 18, 0), datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_person_writes_the_schools_time(text: object, until: datetime) -> None:
    assert closing(text, NOW) == until


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        7,
        "tomorrow",
        "2026-11-25",
        "2026-13-01 10:00",
        "2026-11-25 14:05",
        "2026-11-24 18:00",
        "2026-12-03 18:00",
    ],
)
def test_no_instant_one_that_is_over_and_one_too_far_away_are_refused(text: object) -> None:
    with pytest.raises(UserError, match="freeze_thaw_until"):
        closing(text, NOW)


def test_a_window_is_open_from_its_beginning_to_before_its_end() -> None:
    window = Window(NOW, NOW + timedelta(hours=1))
    assert window.is_open(NOW)
    assert not window.is_open(NOW - timedelta(seconds=1)), "a clock that was set back closes it"
    assert not window.is_open(NOW + timedelta(hours=1))


@given(st.integers(0, 2**33), st.integers(0, 2**33), st.integers(-86400, 86400))
def test_the_pcs_line_is_read_back(since: int, until: int, shift: int) -> None:
    window = parse_window(f"{since} {until} {shift}\n")
    assert window is not None
    assert (window.since.timestamp(), window.until.timestamp()) == (since, until)


@given(st.text())
def test_any_other_line_is_no_window(text: str) -> None:
    found = parse_window(text)
    assert found is None or len(text.split()) == 3


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)))
def test_what_is_taken_is_within_the_bounds(moment: datetime) -> None:
    try:
        until = closing(moment.isoformat(" "), NOW)
    except UserError:
        return
    assert NOW < until <= NOW + LONGEST
