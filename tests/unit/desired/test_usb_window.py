"""A window: from a person's words to two instants."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_window import Window, usb_window
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

# 14:00 by the school's clock.
NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
START = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("until", "minutes", "seconds", "shown"),
    [
        ("2026-11-25 16:30", None, 9000, "2026-11-25 16:30"),
        ("2026-11-25T16:30:00", "", 9000, "2026-11-25 16:30"),
        (" 16:30 ", "", 9000, "2026-11-25 16:30"),
        ("", "45", 2700, "2026-11-25 14:45"),
        (None, "10080", 604800, "2026-12-02 14:00"),
    ],
)
def test_the_end_is_what_was_said(until: str | None, minutes: str | None, seconds: int, shown: str) -> None:
    window = usb_window(NOW, until, minutes)
    assert window == Window(START, START + seconds)
    assert window.shown_end == shown


@pytest.mark.parametrize(
    ("until", "minutes", "words"),
    [
        ("", "", ["usb_until", "usb_minutes"]),
        ("16:30", "45", ["either"]),
        ("13:59", "", ["2026-11-25 13:59", "past"]),
        ("2026-11-25 14:00", "", ["past"]),
        ("2026-12-02 14:01", "", ["A week"]),
        ("", "10081", ["A week"]),
        ("25.11. 16:30", "", ["usb_until", "25.11."]),
        ("2026-02-30 16:30", "", ["usb_until"]),
        ("24:30", "", ["usb_until"]),
        ("", "0", ["usb_minutes"]),
        ("", "-5", ["usb_minutes"]),
        ("", "4.5", ["usb_minutes"]),
        ("", "9999999", ["usb_minutes"]),
        ("", "٤٥", ["usb_minutes"]),
    ],
)
def test_what_is_no_time_is_refused(until: str, minutes: str, words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        usb_window(NOW, until, minutes)
    for word in words:
        assert word in str(caught.value)


@given(st.text(max_size=20), st.text(max_size=8))
def test_no_window_is_longer_than_a_week_or_over_before_it_begins(until: str, minutes: str) -> None:
    try:
        window = usb_window(NOW, until, minutes)
    except UserError as error:
        assert error.message.render("zh_CN")
    else:
        assert START < window.end <= START + 7 * 86400
