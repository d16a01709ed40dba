"""What a person sees of a running playbook, event by event."""

from __future__ import annotations

from typing import Any

import pytest

from lab_command.display import Display, LiveDisplay, make_display


def event(kind: str, **data: Any) -> dict[str, Any]:
    return {"event": kind, "event_data": data}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("LAB_LANGUAGE", "en")
    lines: list[str] = []
    monkeypatch.setattr("lab_command.display.say", lines.append)
    return lines


@pytest.mark.parametrize(
    ("happening", "lines", "kept"),
    [
        (event("playbook_on_play_start", name="Collect"), ["\n▶ Collect"], True),
        (event("playbook_on_task_start", task="Read"), ["  Read"], True),
        (event("runner_on_start", host="pc01"), [], False),
        (event("runner_on_ok", host="pc01", res={"changed": False}), [], False),
        (event("runner_on_ok", host="pc01", res={"changed": True}), ["    ● pc01: changed"], True),
        (event("runner_on_ok", host="pc01", res={"msg": "hello"}), ["    ✔ pc01: hello"], False),
        (event("runner_on_ok", host="localhost", res={"msg": ["a", "b"]}), ["a\nb"], False),
        (event("runner_on_ok", host="localhost", res={"msg": {"a": 1}}), [], False),
        (
            event("runner_on_ok", host="localhost", res={"msg": "ok"}, task_action="ansible.builtin.assert"),
            [],
            False,
        ),
        (event("runner_on_skipped", host="pc01", res={}), [], True),
        (event("runner_on_failed", host="pc01", res={"msg": "no disk"}), ["    ✘ pc01: no disk"], True),
        (event("runner_on_failed", host="pc01", res={}), ["    ✘ pc01: no reason given"], True),
        (event("runner_on_failed", host="pc01", res={"msg": "x"}, ignore_errors=True), [], True),
        (
            event("runner_on_unreachable", host="pc06", res={"msg": "no route"}),
            ["    ○ pc06: not reached (no route)"],
            True,
        ),
        (
            event(
                "runner_on_unreachable",
                host="pc06",
                res={
                    "msg": 'Data could not be sent to remote host "10.0.0.6". Make sure this host can be reached over'
                    " ssh: ssh: connect to host 10.0.0.6 port 22: No route to host\r\n"
                },
            ),
            ["    ○ pc06: not reached (ssh: connect to host 10.0.0.6 port 22: No route to host)"],
            True,
        ),
        (event("playbook_on_play_start", name="Write {the} reports"), ["\n▶ Write {the} reports"], True),
        (
            event("playbook_on_no_hosts_matched"),
            ["  No machine matches. Write them into inventory/hosts.yml, or name an inventory with -i."],
            True,
        ),
        ({"event": "verbose", "stdout": "usage: x\r\n"}, ["usage: x"], True),
        ({"event": "verbose", "stdout": "  -h, --help  show\r\n"}, ["  -h, --help  show"], True),
        (
            event("runner_on_failed", host="pc\x1b[31m01", res={"msg": "a\u202eb\x07"}),
            ["    ✘ pc[31m01: ab"],
            True,
        ),
        ({"event": "warning", "stdout": "[WARNING]: x\r\n"}, ["[WARNING]: x"], True),
        ({"event": "verbose", "stdout": ""}, [], True),
    ],
)
def test_events(happening: dict[str, Any], lines: list[str], kept: bool, shown: list[str]) -> None:
    assert Display().event(happening) is kept
    assert shown == lines


def test_a_line_per_host_at_the_end(shown: list[str]) -> None:
    display = Display()
    display.event(event("runner_on_unreachable", host="pc06", res={"msg": "no route"}))
    shown.clear()
    display.event(
        event(
            "playbook_on_stats",
            processed={"pc06": 1, "pc01": 1, "pc02": 1, "pc03": 1},
            ok={"pc01": 3, "pc02": 3, "pc06": 1},
            changed={"pc02": 1},
            failures={"pc03": 1},
            dark={},
            skipped={"pc01": 1},
        )
    )
    assert shown == [
        "  ✔ pc01 · fine · 3 done, 0 changed, 1 left out",
        "  ● pc02 · changed · 3 done, 1 changed, 0 left out",
        "  ✘ pc03 · failed · 0 done, 0 changed, 0 left out",
        "  ○ pc06 · not reached · 1 done, 0 changed, 0 left out",
    ]


def test_what_the_ledger_does_is_not_said_of_a_machine(shown: list[str]) -> None:
    """Its actions run on the control node, in the name of the play's first machine."""
    display = Display()
    display.event(
        event("runner_on_ok", host="pc01", res={"changed": True}, task_action="jifang.lab.ledger_commit")
    )
    display.event(
        event("playbook_on_stats", processed={"pc01": 1}, ok={"pc01": 2}, changed={"pc01": 1}, failures={})
    )
    assert shown == ["    ● localhost: changed", "  ✔ pc01 · fine · 2 done, 0 changed, 0 left out"]


def test_names_of_the_suite_are_in_the_readers_language(
    shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_LANGUAGE", "zh_CN")
    display = Display()
    display.event(event("playbook_on_play_start", name="Compare the book with what was seen"))
    display.event(event("playbook_on_task_start", task="Open the ledger's spool"))
    display.event(event("playbook_on_task_start", task="A task of the school's own"))
    assert shown == ["\n▶ 账实核对", "  打开台帐的暂存区", "  A task of the school's own"]


def test_a_very_long_message_is_cut(shown: list[str]) -> None:
    Display().event(event("runner_on_failed", host="pc01", res={"msg": "x" * 1_000_000}))
    assert len(shown[0]) < 2100


def test_terminal_or_plain() -> None:
    assert type(make_display(lambda: False)) is Display
    assert type(make_display(lambda: True)) is LiveDisplay


def test_the_moving_line_takes_the_same_events(shown: list[str]) -> None:
    with LiveDisplay() as display:
        display.event(event("playbook_on_task_start", task="Read [/x]"))
        display.event(event("runner_on_start", host="pc01"))
        display.event(event("runner_on_failed", host="pc01", res={"msg": "no disk"}, task="Read [/x]"))
    assert shown == ["    ✘ Read [/x] · pc01: no disk"]


def test_without_messages(shown: list[str]) -> None:
    display = Display(messages=False)
    display.event(event("runner_on_ok", host="localhost", res={"msg": "hello", "changed": True}))
    display.event(event("runner_on_failed", host="pc01", res={"msg": "no disk"}))
    assert shown == ["    ● localhost: changed", "    ✘ pc01: no disk"]


def test_a_difference_is_shown_without_the_lines_around_it(shown: list[str]) -> None:
    diff = {"before": "a: 1\nb: 2\n-- x\nc\n", "after": "a: 1\nb: 3\nc\n\x1b[31m"}
    Display().event(event("runner_on_ok", host="localhost", res={"diff": diff}))
    assert shown == ["      -b: 2", "      --- x", "      +b: 3", "      +[31m"]


def test_a_long_difference_ends_with_how_much_more(shown: list[str]) -> None:
    after = "".join(f"line {n}\n" for n in range(1000))
    Display().event(event("runner_on_ok", host="localhost", res={"diff": [{"before": "", "after": after}]}))
    assert len(shown) == 401
    assert shown[-1] == "      … and 600 more lines"
