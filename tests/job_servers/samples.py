"""A definition as a school would have it, small."""

from __future__ import annotations

from functools import cache
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.catalogue import read_catalogue
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.definition import define
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import Definition, Errand, Settings

from lab_command.arguments import playbooks
from lab_command.paths import ROOT
from tests.samples.calendar import calendar_of

ERRANDS = ("lend_asset", "return_asset", "correct_asset", "update_ledger", "request_purchase")
VARIABLES = {
    "ledger_url": "postgresql+psycopg://ledger@db.school.example/ledger",
    "lab_runs": "/var/lib/jifang/runs",
}
NOTIFICATION = {
    "name": "告警",
    "type": "webhook",
    "configuration": {"url": "https://chat.school.example/hook", "headers": {}, "http_method": "POST"},
}


@cache
def catalogue(language: str = "zh_CN") -> tuple[Errand, ...]:
    return read_catalogue(ROOT, language)


def settings_of(**changes: Any) -> Settings:
    given: dict[str, Any] = {
        "organization": "示范中学",
        "project_url": "https://git.school.example/jifang.git",
        "project_branch": "main",
        "inventory": "inventory/hosts.yml",
        "image": "localhost/jifang-ee:1",
        "machine_credential": "机房电脑",
        "vault_credential": "保险库",
        "variables": VARIABLES,
        "notifications": (NOTIFICATION,),
        **changes,
    }
    return Settings(**given)


def definition_of(*, errands: tuple[str, ...] = ERRANDS, calendar: Any = None, **changes: Any) -> Definition:
    return define(
        settings_of(**changes),
        catalogue(changes.get("language", "zh_CN")),
        calendar or calendar_of(),
        chosen=errands,
        playbooks=playbooks(),
    )
