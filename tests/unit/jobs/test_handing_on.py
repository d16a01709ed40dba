"""What a job hands on: nothing of its runner, no secret that others can read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.handing_on import (
    inherited_environment,
    write_inventory,
    write_secrets,
)

from lab_command.school import read_school
from tests.samples.calendar import VARIABLES


def test_the_jobs_own_runner_is_left_behind() -> None:
    kept = inherited_environment(
        {
            "PGPASSWORD": "x",
            "SSH_AUTH_SOCK": "/tmp/agent",
            "LAB_NOTICES": "/runner/env/tmp1",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_CALLBACK_PLUGINS": "/runner/callbacks",
            "ANSIBLE_STDOUT_CALLBACK": "awx_display",
            "AWX_ISOLATED_DATA_DIR": "/runner/artifacts/7",
            "RUNNER_OMIT_EVENTS": "False",
            "PYTHONPATH": "/x",
        }
    )
    assert set(kept) == {"PGPASSWORD", "SSH_AUTH_SOCK", "LAB_NOTICES", "ANSIBLE_HOST_KEY_CHECKING"}


def test_the_command_finds_the_calendar_of_the_job(tmp_path: Path) -> None:
    given = {**VARIABLES, "lab_school": "示范中学", "duty_name": "daily_check", "awx_user_name": "wangfang"}
    inventory = write_inventory(tmp_path, given)
    school = read_school([str(inventory)])
    assert school.name == "示范中学"
    assert {one.key for one in school.calendar().rooms} == {"room_1", "room_2"}
    kept = yaml.safe_load((tmp_path / "group_vars/all/job.yml").read_text(encoding="utf-8"))
    assert "duty_name" not in kept
    assert kept["awx_user_name"] == "wangfang"


def test_secrets_are_files_of_their_owner_alone(tmp_path: Path) -> None:
    environment = write_secrets(
        tmp_path, vaults=[("school", b"one"), ("", b"two")], become="three", connection=None
    )
    assert environment == {
        "ANSIBLE_VAULT_IDENTITY_LIST": f"school@{tmp_path}/vault-0,default@{tmp_path}/vault-1",
        "ANSIBLE_BECOME_PASSWORD_FILE": str(tmp_path / "ansible_become_password_file"),
    }
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {path.read_text() for path in files} == {"one", "two", "three"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not any(secret in json.dumps(environment) for secret in ('"one"', '"two"', '"three"'))


def test_without_secrets_nothing_is_handed_on(tmp_path: Path) -> None:
    assert write_secrets(tmp_path, vaults=[], become=None, connection="") == {}
    assert list(tmp_path.iterdir()) == []
