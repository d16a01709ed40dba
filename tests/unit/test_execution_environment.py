"""meta/execution-environment.yml has everything that the playbooks need, and ansible-builder takes it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from lab_command.paths import ROOT

META = ROOT / "meta"
# In the environment is a Debian 12.
PYTHON = {"python_full_version": "3.11.2", "python_version": "3.11"}
# Programs that `./lab` alone needs: it makes an environment of its own, and a job has one.
LAB_ALONE = {"python3-venv"}
# Run on other machines, with what those have; imported on the control node by nobody.
ELSEWHERE = re.compile(
    r"plugins/plugin_utils/(?:probe/\w+_payload\.py|desired/pc/)|plugins/plugin_utils/hives/"
)
LAB_OF_TESTS = re.compile(r"lab_command/(?:machines/|demo|testing|outcome)")


def definition() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((META / "execution-environment.yml").read_text(encoding="utf-8"))
    return found


def locked(name: str) -> dict[str, str]:
    """Package to version of a lock file, as Python 3.11 takes it; every one must have a hash."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text(encoding="utf-8")):
        match = re.match(r"([A-Za-z0-9_.\[\]-]+)==(\S+)(?: ; (.*?))? \\\n", entry)
        if match is None:
            continue
        assert "--hash=sha256:" in entry, match[1]
        if match[3] is None or Marker(match[3]).evaluate(PYTHON):
            found[canonicalize_name(match[1].partition("[")[0])] = match[2]
    return found


def bindep(platform: str) -> set[str]:
    lines = (META / "bindep.txt").read_text(encoding="utf-8").splitlines()
    found = set()
    for line in lines:
        if match := re.fullmatch(r"([\w.+-]+)(?: \[platform:(\w+)\])?", line):
            if match[2] in (None, platform):
                found.add(match[1])
        else:
            assert line.startswith("#"), line
    return found


def imported() -> dict[str, str]:
    """Packages that the suite's own code imports, each with a file that does."""
    found = {}
    for path in [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "lab_command").rglob("*.py")]:
        name = str(path.relative_to(ROOT))
        if ELSEWHERE.match(name) or LAB_OF_TESTS.match(name):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            for one in names:
                found.setdefault(one.partition(".")[0], name)
    own = {"ansible_collections", "lab_command", "demo", "__future__", ""}
    return {one: name for one, name in found.items() if one not in own | set(sys.stdlib_module_names)}


def test_every_import_is_a_locked_package() -> None:
    there = set(locked("execution.txt"))
    distributions = packages_distributions()
    used = imported()
    assert {"ansible", "sqlalchemy", "typst", "yaml", "apprise"} <= set(used)
    missing = {
        one: name
        for one, name in used.items()
        if not {canonicalize_name(each) for each in distributions.get(one, [one])} & there
    }
    assert missing == {}


def test_everything_is_installed_by_its_hash() -> None:
    (file,) = (Path(one["src"]).name for one in definition()["additional_build_files"])
    assert file == "execution.txt"
    (install,) = (
        one
        for one in definition()["additional_build_steps"]["prepend_base"]
        if "pip install" in one and "-r" in one
    )
    assert "--require-hashes" in install
    assert f"/{file}" in install


def test_the_environment_is_the_control_node_and_more() -> None:
    control, execution = locked("control.txt"), locked("execution.txt")
    assert {one: version for one, version in control.items() if execution.get(one) != version} == {}
    assert set(locked("windows.txt")) <= set(execution)


def test_ansible_is_the_locked_one() -> None:
    dependencies = definition()["dependencies"]
    execution = locked("execution.txt")
    assert dependencies["ansible_core"]["package_pip"] == f"ansible-core=={execution['ansible-core']}"
    assert dependencies["ansible_runner"]["package_pip"] == f"ansible-runner=={execution['ansible-runner']}"


def test_collections_come_with_a_locked_package_and_the_project_asks_for_none() -> None:
    """What tasks and actions of the suite call of other collections is in the bundle."""
    assert "ansible" in locked("execution.txt")
    asked = yaml.safe_load((ROOT / "collections/requirements.yml").read_text(encoding="utf-8"))
    assert asked == {"collections": []}
    text = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("roles/*/tasks/*.yml"))
    called = set(re.findall(r"^\s+(?:- )?(\w+\.\w+)\.\w+:", text, re.MULTILINE))
    bundled = Path(sys.prefix).glob("lib/python3*/site-packages/ansible_collections/*/*")
    there = {f"{path.parent.name}.{path.name}" for path in bundled if path.is_dir()}
    assert called - there == {"ansible.builtin", "jifang.lab"}
    assert {"awx.awx", "ansible.windows"} <= there


def test_every_program_of_the_control_node_is_there() -> None:
    listed = (ROOT / "lab_command/packages.txt").read_text(encoding="utf-8")
    setup = set(re.search(r"\[setup\]\n(.*?)\n\n", listed, re.DOTALL)[1].split()) - LAB_ALONE  # type: ignore[index]
    base = " ".join(definition()["additional_build_steps"]["prepend_base"]).split()
    assert setup - bindep("dpkg") - set(base) == set()


def test_both_families_of_systems_are_served() -> None:
    assert len(bindep("dpkg")) == len(bindep("rpm")) >= 5
    assert {"openssh-client", "sshpass"} <= bindep("dpkg")
    assert {"openssh-clients", "sshpass"} <= bindep("rpm")


def test_ansible_builder_takes_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("ansible-builder")), "create"),
            *("-f", str(META / "execution-environment.yml"), "-c", str(tmp_path / "context")),
            *("--output-filename", "Containerfile"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = (tmp_path / "context/Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in made
    # Locked before anything else is installed by pip.
    assert made.index("--require-hashes") < made.index("$ANSIBLE_INSTALL_REFS\n")
    context = tmp_path / "context/_build"
    assert (context / "requirements/execution.txt").read_bytes() == (
        ROOT / "requirements/execution.txt"
    ).read_bytes()
    assert (context / "bindep.txt").is_file()


@pytest.mark.parametrize("platform", ["dpkg", "rpm"])
def test_bindep_understands_the_list(platform: str) -> None:
    from bindep.depends import Depends  # noqa: PLC0415

    depends = Depends((META / "bindep.txt").read_text(encoding="utf-8"), "bindep.txt")
    named = {name for name, _selectors, _versions in depends.active_rules([f"platform:{platform}"])}
    assert named >= bindep(platform) - {"google-noto-sans-cjk-fonts"} if platform == "dpkg" else named
