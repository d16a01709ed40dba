"""A job as AWX runs one: its own ansible-runner folder that is thrown away, a project that may not be written to, an
inventory without files beside it; and afterwards the ledger in PostgreSQL and everything else that must outlive it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import read_history
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.events import verify
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import Snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot

from lab_command.paths import ROOT
from lab_command.testing import sources
from tests.integration.support import SECONDS, Done, School
from tests.postgresql import PASSWORD, Server, running_server
from tests.samples.registers import ASSETS, enter

pytestmark = pytest.mark.postgresql

PERSON = "wangfang"
VAULT_PASSWORD = "canary-vault-77"
# AWX calls a job's folder so, and starts ansible-runner in a container in which it is the only thing that is new.
_READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


@dataclass
class Jobs:
    """``kept`` is the folder that is mounted into every job; ``url`` has no password, which comes by PGPASSWORD."""

    folder: Path
    url: str
    school: School
    project: Path
    variables: dict[str, Any] = field(default_factory=dict)
    number: int = 0

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    def settings(self) -> dict[str, Any]:
        """What ``jobs_variables`` of docs/jobs.md gives every job."""
        return {
            "ledger_url": self.url,
            "ledger_home": str(self.kept / "ledger"),
            "ledger_reports": str(self.kept / "reports"),
            "lab_runs": str(self.kept / "runs"),
        }

    def run(self, playbook: str, *words: str, **answers: Any) -> Done:
        """One job: everything of its own is gone when this returns."""
        self.number += 1
        private = self.folder / f"awx_{self.number}"
        for name in ("env", "inventory", "home", "tmp"):
            (private / name).mkdir(parents=True)
        (private / "project").symlink_to(self.project)
        inventory = private / "inventory" / "hosts"
        inventory.write_text(f"#!{sys.executable}\nprint({json.dumps(self.inventory())!r})\n")
        inventory.chmod(0o700)
        extra = {"awx_user_name": PERSON, "awx_job_id": self.number, **self.settings(), **answers}
        (private / "env" / "extravars").write_text(json.dumps(extra))
        (private / "env" / "cmdline").write_text(" ".join(words))
        done = subprocess.run(
            [
                *("unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--"),
                *("sh", "-euc", _READ_ONLY, str(self.project)),
                *(str(Path(sys.executable).with_name("ansible-runner")), "run", str(private)),
                *("-p", f"playbooks/{playbook}.yml", "--ident", str(self.number)),
            ],
            env=self.environment(private),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        shutil.rmtree(private)
        return Done(done.returncode, done.stdout)

    def environment(self, private: Path) -> dict[str, str]:
        mine = self.school.environment()
        del mine["ANSIBLE_CONFIG"], mine["ANSIBLE_HOME"]
        return {
            **mine,
            "HOME": str(private / "home"),
            "TMPDIR": str(private / "tmp"),
            "PGPASSWORD": PASSWORD,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_NOCOLOR": "1",
            # As AWX 24.6 sets it over the head of ansible.cfg; ansible-core 2.19 reads the singular alone.
            "ANSIBLE_COLLECTIONS_PATHS": "/runner/requirements_collections:~/.ansible/collections",
        }

    def inventory(self) -> dict[str, Any]:
        """As AWX hands it over: variables of files are variables of the group all."""
        variables = {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": sys.executable,
            "lab_language": "en",
            **self.variables,
        }
        return {
            "all": {"vars": variables, "hosts": list(self.school.hosts)},
            "_meta": {"hostvars": self.school.hosts},
        }

    def snapshot(self) -> Snapshot:
        ledger = open_ledger(self.url.replace("@", f":{PASSWORD}@"), migrate=False)
        try:
            with ledger.read() as session:
                assert verify(session).ok
                return load_snapshot(session, school="")
        finally:
            ledger.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as a job's checkout has it: without .venv and everything else that git ignores."""
    folder = tmp_path_factory.mktemp("project")
    for name in sources():
        if not name.startswith(("tests/", "demo/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    collection = folder / "collections/ansible_collections/jifang/lab"
    for name in ("plugins", "roles", "playbooks"):
        (collection / name).symlink_to(f"../../../../{name}")
    return folder


@pytest.fixture
def jobs(server: Server, project: Path, tmp_path: Path) -> Iterator[Jobs]:
    database = server.create_database()
    school = School(tmp_path)
    school.add("pc01")
    school.add("pc02")
    yield Jobs(tmp_path, server.url(database).replace(f":{PASSWORD}@", "@"), school, project)
    server.drop_database(database)


def test_a_job_writes_the_same_ledger_and_nothing_of_it_is_lost(jobs: Jobs) -> None:
    done = jobs.run("update_ledger")
    assert done.code == 0, done.said
    assert {machine.host for machine in jobs.snapshot().machines} == {"pc01", "pc02"}
    assert (jobs.kept / "reports/site/index.html").is_file()
    assert (jobs.kept / "reports/ledger.xlsx").is_file()
    assert list((jobs.kept / "ledger/spool").glob("*.jsonl")) == []
    assert PASSWORD not in done.said


def test_an_answered_survey_is_an_entry_by_who_started_the_job(jobs: Jobs) -> None:
    assert jobs.run("update_ledger").code == 0
    ledger = open_ledger(jobs.url.replace("@", f":{PASSWORD}@"), migrate=False)
    enter(ledger, ASSETS)
    ledger.close()
    lent = {
        "loan_asset": ASSETS[0].asset_number,
        "loan_borrower": "王芳",
        "loan_principal": "李校长",
        "loan_leader": "张主任",
        "loan_purpose": "家长会",
        "loan_due_on": str((datetime.now(UTC) + timedelta(days=3)).date()),
        # A question that nobody answered.
        "loan_contact": "",
        "loan_accessories": "",
        "entry_reason": "",
    }
    tried = jobs.run("lend_asset", "--check", **lent)
    assert tried.code == 0, tried.said
    done = jobs.run("lend_asset", **lent)
    assert done.code == 0, done.said
    actors = {event.actor for event in jobs.snapshot().events if event.action == "loan.opened"}
    assert actors == {PERSON}
    assert [path.suffix for path in (jobs.kept / "reports/papers").iterdir()] == [".pdf"]


def test_a_list_that_nobody_answered_is_none(jobs: Jobs) -> None:
    assert jobs.run("update_ledger").code == 0
    ledger = open_ledger(jobs.url.replace("@", f":{PASSWORD}@"), migrate=False)
    enter(ledger, ASSETS)
    ledger.close()
    done = jobs.run("print_register", paper_assets="", paper_rooms="")
    assert done.code == 0, done.said
    assert (jobs.kept / "reports/papers/register.pdf").is_file()


def calendar(**duties: Any) -> dict[str, Any]:
    today = datetime.now(UTC).date()
    shipped = ("ready_check", "daily_check", "closing_check", "friday_backup", "history_proof")
    others = ("hardware_check", "log_export", "term_start_check", "term_end_closing")
    return {
        "calendar_zone": "UTC",
        "calendar_national": "none",
        "calendar_terms": [
            {
                "name": "term",
                "starts": str(today - timedelta(days=40)),
                "ends": str(today + timedelta(days=40)),
            }
        ],
        "calendar_duties": {**{name: {"enabled": False} for name in (*shipped, *others)}, **duties},
    }


def due_now(playbook: str) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(minutes=1)
    return {"days": "every_day", "at": f"{at:%H:%M}", "playbook": playbook}


def test_a_duty_is_done_when_it_is_due_and_once(jobs: Jobs, tmp_path: Path) -> None:
    """The job's own vault password and environment reach the run that the calendar starts."""
    password = tmp_path / "vault-password"
    password.write_text(VAULT_PASSWORD)
    encrypted = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-vault")),
            *("encrypt_string", "--vault-password-file", str(password), "秘密中学"),
        ],
        env=jobs.school.environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    text = "\n".join(line.strip() for line in encrypted.splitlines() if line.strip() and "!vault" not in line)
    jobs.variables.update(
        calendar(
            look=due_now("update_ledger"),
            proof={"days": "every_day", "at": "23:59", "playbook": "verify_ledger"},
        ),
        ledger_school={"__ansible_vault": text},
    )
    words = ("--vault-password-file", str(password))
    tried = jobs.run("perform_duty", "--check", *words, duty_name="look")
    assert tried.code == 0, tried.said
    assert not (jobs.kept / "runs").exists()

    done = jobs.run("perform_duty", *words, duty_name="look")
    assert done.code == 0, done.said
    assert done.changed == 1
    (run,) = read_history(jobs.kept / "runs").runs
    assert (run.playbook, run.code, [one.duty for one in run.occurrences]) == ("update_ledger", 0, ["look"])
    snapshot = jobs.snapshot()
    assert {machine.host for machine in snapshot.machines} == {"pc01", "pc02"}
    assert {event.actor for event in snapshot.events} == {PERSON}
    assert "秘密中学" in (jobs.kept / "reports/site/index.html").read_text(encoding="utf-8")

    again = jobs.run("perform_duty", *words, duty_name="look")
    assert (again.code, again.changed) == (0, 0), again.said
    watch = jobs.run("perform_duty", *words, duty_name="")
    assert (watch.code, watch.changed) == (0, 0), watch.said
    assert len(read_history(jobs.kept / "runs").runs) == 1
    kept = [path.read_text(errors="replace") for path in (jobs.kept / "runs").rglob("*") if path.is_file()]
    assert not any(secret in text for text in [done.said, *kept] for secret in (VAULT_PASSWORD, PASSWORD))


def test_a_duty_that_fails_fails_the_job(jobs: Jobs) -> None:
    # No ledger yet: there is nothing to prove.
    jobs.variables.update(calendar(proof=due_now("verify_ledger")))
    done = jobs.run("perform_duty", duty_name="proof")
    assert done.code == 2, done.said
    assert "exit code 2" in done.said
    (run,) = read_history(jobs.kept / "runs").runs
    assert run.code == 2


def test_a_folder_that_is_not_there_to_stay_is_told(jobs: Jobs) -> None:
    jobs.variables.update(calendar(look=due_now("update_ledger")))
    done = jobs.run("perform_duty", duty_name="look", lab_runs=str(jobs.project / "reports/runs"))
    assert done.code == 2, done.said
    assert "mounted into the execution environment" in done.said
