"""Whose name the history bears: AWX, Semaphore, sudo and the log-in each know it in their own way."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"awx_user_name": "周敏"}, "周敏"),
        ({"tower_user_name": "周敏"}, "周敏"),
        ({"semaphore_vars": {"task_details": {"id": 7, "username": "陈静"}}}, "陈静"),
        ({"awx_user_name": "周敏", "semaphore_vars": {"task_details": {"username": "陈静"}}}, "周敏"),
        ({"awx_user_name": "长" * 500}, "长" * 64),
    ],
)
def test_the_name_that_a_job_brings(variables: dict[str, Any], name: str) -> None:
    assert actor(variables) == name


@pytest.mark.parametrize(
    "odd", [None, "x", {}, {"task_details": None}, {"task_details": {"username": ""}}, {"task_details": []}]
)
def test_without_one_it_is_the_person_behind_sudo(odd: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "teacher")
    assert actor({"semaphore_vars": odd}) == "teacher"
    assert actor() == "teacher"


def test_without_anything_it_is_the_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setenv("LOGNAME", "lab")
    assert actor({}) == "lab"
