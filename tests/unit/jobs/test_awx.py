"""What AWX is told, held against the real modules of awx.awx and the recorded description of its API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.awx import (
    KINDS,
    compile_awx,
    module_arguments,
    survey_spec,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.model import Act, Change

from lab_command.paths import ROOT
from tests.job_servers.awx import Awx
from tests.job_servers.samples import catalogue, definition_of

_TYPES = {"str": str, "bool": bool, "int": int, "list": list, "dict": dict}


@cache
def modules() -> dict[str, Any]:
    """What the modules of the installed collection say that they take."""
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("ansible-doc")), "--json", "--type", "module"),
            *(f"awx.awx.{kind}" for kind in KINDS),
        ],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {
        name.rpartition(".")[2]: entry["doc"]["options"] for name, entry in json.loads(done.stdout).items()
    }


def takes(kind: str, arguments: dict[str, Any]) -> None:
    options = modules()[kind]
    assert set(arguments) <= set(options), (kind, set(arguments) - set(options))
    assert {name for name, option in options.items() if option.get("required")} <= set(arguments)
    for name, value in arguments.items():
        option = options[name]
        assert isinstance(value, _TYPES[option.get("type", "str")]), (kind, name, value)
        assert value in option.get("choices", [value]), (kind, name, value)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_step_is_one_that_the_module_takes(language: str) -> None:
    """All errands, all duties; made, changed and removed."""
    wanted = compile_awx(definition_of(errands=(), language=language, project_credential="代码库"))
    given = [one for one in wanted if one.given]
    found = [
        *(
            Change(act=Act.CREATE, kind=one.kind, name=one.name, wanted=one)
            for one in wanted
            if not one.given
        ),
        *(
            Change(act=Act.UPDATE, kind=one.kind, name=one.name, wanted=one, id=1)
            for one in wanted
            if not one.given
        ),
        *(
            Change(act=Act.REMOVE, kind=one.kind, name=one.name, id=1, before=one.fields)
            for one in wanted
            if not one.given
        ),
    ]
    assert len(given) == 3
    assert len(found) > 200
    for change in found:
        takes(change.kind, module_arguments(change, "示范中学"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_survey_and_every_rule_is_one_that_awx_takes(language: str) -> None:
    server = Awx()
    surveys = [survey_spec(one.questions) for one in catalogue(language) if one.questions]
    assert len(surveys) > 40
    for survey in surveys:
        assert server.faults_of("survey", survey) == []
        assert max(len(one["question_name"]) for one in survey["spec"]) < 300
    rules = [one.fields["rrule"] for one in compile_awx(definition_of()) if one.kind == "schedule"]
    assert len(rules) > 5
    for rule in rules:
        server._check_rule(rule)


def test_kinds_come_in_the_order_in_which_they_can_be_made() -> None:
    wanted = compile_awx(definition_of(errands=()))
    order = [KINDS.index(one.kind) for one in wanted if one.kind not in ("job_template", "schedule")]
    assert order == sorted(order)
    names: set[tuple[str, str]] = set()
    for one in wanted:
        for kind, field in (
            ("project", "project"),
            ("inventory", "inventory"),
            ("job_template", "unified_job_template"),
        ):
            if field in one.fields:
                assert (kind, one.fields[field]) in names
        names.add((one.kind, one.name))


def test_no_secret_is_in_what_is_compiled() -> None:
    """The ledger's credential is made without anything in it, and is never changed."""
    wanted = compile_awx(definition_of())
    (ledger,) = (one for one in wanted if one.kind == "credential" and not one.given)
    assert "inputs" not in {**ledger.fields, **ledger.once}
    assert ledger.shared
