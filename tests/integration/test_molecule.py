"""Every role's molecule scenarios: check mode, converge, idempotence, and tests of what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lab_command.machines.detect import obstacle
from lab_command.paths import ROOT
from tests.integration.support import finish

ROLES = sorted(path.parent.parent for path in ROOT.glob("roles/*/tasks/main.yml"))
SCENARIOS = sorted(path.parent for path in ROOT.glob("roles/*/molecule/*/molecule.yml"))
# What molecule is to do, as its own account of it has them in this order.
STEPS = ("syntax", "create", "check", "converge", "idempotence", "verify", "destroy")
SECONDS = 300
_SETTINGS = re.compile(r"(ANSIBLE|LAB|LEDGER|MOLECULE|PG|PYTHON)\w*")


def name(scenario: Path) -> str:
    return f"{scenario.parent.parent.name}-{scenario.name}"


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_has_a_default_scenario(role: Path) -> None:
    assert role / "molecule" / "default" in SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name)
def test_a_scenario_has_tests(scenario: Path) -> None:
    """Molecule itself is content with a scenario that proves nothing."""
    tests = [path.read_text(encoding="utf-8") for path in (scenario / "tests").glob("test_*.py")]
    assert any(re.search(r"^def test_", text, re.MULTILINE) for text in tests)


@pytest.mark.containers
@pytest.mark.parametrize("scenario", SCENARIOS, ids=name)
def test_scenario(scenario: Path, tmp_path: Path) -> None:
    if reason := obstacle():
        pytest.skip(f"cannot run here: {reason}")
    tools = Path(sys.executable).parent
    own = {key: value for key, value in os.environ.items() if not _SETTINGS.fullmatch(key)}
    environment = {
        **own,
        "PATH": f"{tools}:{own['PATH']}",
        "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
    process = subprocess.Popen(
        [
            tools / "molecule",
            *("--base-config", ROOT / ".config/molecule/config.yml"),
            *("test", "--scenario-name", scenario.name),
        ],
        cwd=scenario.parent.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    done = finish(process, SECONDS)
    assert done.code == 0, done.said
    account = re.findall(rf"\[{scenario.name} > (\w+)\] Executed: Successful", done.said)
    places = [account.index(step) if step != "destroy" else len(account) - 1 for step in STEPS[:5]]
    assert places == sorted(places), account
    assert account[-2:] == ["verify", "destroy"]
    assert "no tests found" not in done.said
