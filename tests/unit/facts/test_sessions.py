"""Output of ``who -u`` with times in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.sessions import parse_who
from hypothesis import given
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "who"
BOOTED = datetime(2026, 10, 30, 7, 12, tzinfo=UTC)


def test_output_in_a_languages_locale() -> None:
    assert parse_who((FIXTURES / "utf8_locale.txt").read_text(encoding="utf-8")) == [
        {"user": "zhangwei", "terminal": "tty2", "since": "2026-11-23T03:43:00Z", "from": "tty2"},
        {"user": "root", "terminal": "pts/0", "since": "2026-11-23T08:01:00Z", "from": "10.1.3.250"},
        {"user": "lab", "terminal": ":0", "since": "2026-11-22T23:59:00Z", "from": ":0"},
        {
            "user": "SCHOOL\\li hua",
            "terminal": "pts/1",
            "since": "2026-11-23T08:02:00Z",
            "from": "jifang-ctl.school.lan",
        },
        {"user": "teacher", "terminal": "pts/2", "since": "2026-11-23T08:03:00Z", "from": "tmux(812).%0"},
    ]


@pytest.mark.parametrize("flag", ["+", "-", "?"])
def test_whether_a_terminal_takes_messages_is_no_part_of_the_account(flag: str) -> None:
    (session,) = parse_who(f"lab      {flag} pts/0        2026-11-23 08:01 00:11        3709 (10.1.3.250)\n")
    assert (session["user"], session["terminal"], session["from"]) == ("lab", "pts/0", "10.1.3.250")


def test_output_in_the_c_locale_with_the_start_of_the_machine() -> None:
    assert parse_who((FIXTURES / "c_locale.txt").read_text(encoding="utf-8"), BOOTED) == [
        {"user": "root", "terminal": "tty1", "since": "2026-11-23T03:43:00Z", "from": None},
        {"user": "root", "terminal": "pts/0", "since": "2026-11-03T08:01:00Z", "from": "10.1.3.250"},
        {"user": "root", "terminal": "pts/1", "since": "2027-01-02T09:30:00Z", "from": "10.1.3.251"},
    ]


def test_output_in_the_c_locale_alone_has_no_year() -> None:
    sessions = parse_who((FIXTURES / "c_locale.txt").read_text(encoding="utf-8"))
    assert [session["since"] for session in sessions] == [None, None, None]


@pytest.mark.parametrize(
    ("time", "booted", "expected"),
    [
        ("Nov 23 03:43", datetime(2026, 11, 23, 3, 40, tzinfo=UTC), "2026-11-23T03:43:00Z"),
        (
            "Nov 23 03:43",
            datetime(2026, 11, 23, 3, 43, 30, tzinfo=UTC),
            "2026-11-23T03:43:00Z",
        ),  # seconds are cut
        ("Nov 20 03:43", datetime(2026, 11, 23, 3, 40, tzinfo=UTC), "2027-11-20T03:43:00Z"),
        ("Feb 29 12:00", datetime(2026, 3, 1, tzinfo=UTC), "2028-02-29T12:00:00Z"),
        ("Feb 29 12:00", datetime(2096, 3, 2, tzinfo=UTC), "2104-02-29T12:00:00Z"),  # 2100 has no leap day
        ("Jan  1 00:10", datetime(2026, 12, 31, 23, 50, tzinfo=UTC), "2027-01-01T00:10:00Z"),
        (
            "Jan  1 00:10",
            datetime(2027, 1, 1, 8, 5, tzinfo=timezone(timedelta(hours=8))),
            "2027-01-01T00:10:00Z",
        ),
        ("Dec 31 23:59", datetime(9999, 12, 31, tzinfo=UTC), "9999-12-31T23:59:00Z"),
        ("Jan  1 00:00", datetime(9999, 12, 31, tzinfo=UTC), None),
        ("Jan  1 00:00", datetime(1, 1, 1, tzinfo=UTC), None),
        ("Feb  1 00:00", datetime(999, 1, 1, tzinfo=UTC), "0999-02-01T00:00:00Z"),
        ("Nov 31 03:43", BOOTED, None),
        ("2026-02-30 03:43", BOOTED, None),
        ("2026-11-23 24:00", BOOTED, None),
    ],
)
def test_times(time: str, booted: datetime, expected: str | None) -> None:
    (session,) = parse_who(f"root     tty1         {time}   .          1874\n", booted)
    assert session["since"] == expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        "NAME     LINE         TIME             IDLE          PID COMMENT",
        "         system boot  2026-11-23 03:40",
        "LOGIN    tty1         2026-11-23 03:40             1201 id=tty1",
        "         run-level 5  2026-11-23 03:40",
        "root     tty1",
        "who: cannot read",
        " 2026-11-23 03:40",
    ],
)
def test_lines_that_are_no_session(line: str) -> None:
    assert parse_who(line) == []


@pytest.mark.parametrize(
    ("line", "user", "origin"),
    [
        ("root tty1 2026-11-23 03:40", "root", None),
        ("root tty1 2026-11-23 03:40 (", "root", None),
        ("root tty1 2026-11-23 03:40 ()", "root", None),
        ("root tty1 2026-11-23 03:40 (a) b (c)", "root", "a) b (c"),
        ("a-long-account-name pts/0  2026-11-23 03:40 (fe80::1%eth0)", "a-long-account-name", "fe80::1%eth0"),
        ("{{lookup('pipe','id')}} pts/0 2026-11-23 03:40 (<b>)", "{{lookup('pipe','id')}}", "<b>"),
        ("root tty1 2026-11-23 03:40\r", "root", None),
    ],
)  # fmt: skip
def test_accounts_and_origins(line: str, user: str, origin: str | None) -> None:
    (session,) = parse_who(line)
    assert (session["user"], session["from"]) == (user, origin)


@given(
    st.lists(
        st.one_of(
            st.text(),
            st.sampled_from(
                ["root", " tty1 ", "2026-11-23 03:43", "Feb 29 11:00", "(", ")", "\n", "   ", "sshd "]
            ),
        )
    ).map("".join),
    st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_any_text(text: str, booted: datetime | None) -> None:
    for session in parse_who(text, booted):
        assert session["user"]
        assert session["terminal"]
        assert session["since"] is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", session["since"])
