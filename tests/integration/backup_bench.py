"""A client and a backup server in folders of their own: real borg, real borgmatic, a real ``borg serve --append-only``.

In place of ssh a script runs the command that the server's authorized_keys forces, whatever the client asks for.
"""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.backups.answers import (
    read_answer,
    read_look,
    read_record,
    read_run,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.borgmatic import documents, service_document
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.judging import judge, may_prune
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import (
    ClientRun,
    Fault,
    Look,
    Policy,
    Service,
)

from lab_command.paths import ROOT

CLIENT = ROOT / "roles/backup_client/files/jifang_backup.py"
RESTORE = ROOT / "roles/backup_client/files/jifang_restore.py"
DRILL = ROOT / "roles/backup_client/files/jifang_drill.py"
STORE = ROOT / "roles/backup_server/files/jifang_backup_store.py"
HOST = "web01"
PASSPHRASE = "passphrase-of-the-tests-7f3a"
SECONDS = 600
USER = pwd.getpwuid(os.geteuid()).pw_name


@dataclass
class Bench:
    """``data`` is what is backed up; ``repositories`` is the server's folder."""

    folder: Path
    service: Service = field(default_factory=lambda: Service(name="oa"))
    policy: Policy = field(init=False)
    #: The control node's clock.
    clock: datetime | None = None
    repositories: Path = field(init=False)

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True)
        self.repositories = self.folder / "repositories"
        self.repositories.mkdir()
        self.service = replace(self.service, paths=(str(self.data),))
        self.policy = Policy(
            host=HOST,
            services=(self.service,),
            passphrase=PASSPHRASE,
            location=f"ssh://backup@store{self.repositories}",
        )
        self.policy = replace(self.policy, location=f"{self.policy.location}/{HOST}")
        self.fill(20)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def repository(self) -> Path:
        return self.repositories / HOST

    def fill(self, count: int, size: int = 20_000) -> None:
        for number in range(count):
            (self.data / f"file{number:03}").write_bytes(os.urandom(size))

    # --- the client

    def configure(self) -> None:
        """What the role writes, with a script in place of ssh."""
        ssh = self.folder / "ssh"
        serve = f"borg serve --append-only --restrict-to-repository {self.repository}"
        ssh.write_text(f"#!/bin/sh\nexec env -u LD_PRELOAD -u FAKETIME {serve}\n")
        ssh.chmod(0o755)
        for name, text in documents(self.policy, etc=str(self.etc), home=str(self.home)).items():
            path = self.etc / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name.startswith("borgmatic/"):
                settings = json.loads(text)
                if "ssh_command" in settings["storage"]:
                    settings["storage"]["ssh_command"] = str(ssh)
                settings["storage"]["lock_wait"] = 1
                path.write_text(json.dumps(settings), encoding="utf-8")
            else:
                path.write_text(text, encoding="utf-8")
        (self.etc / "passphrase").write_text(f"{self.policy.passphrase}\n")

    def words(self, what: str, *before: str) -> list[str]:
        return [*before, sys.executable, str(CLIENT), "--etc", str(self.etc), "--home", str(self.home), what]

    def client(self, what: str, *before: str, **environment: str) -> Mapping[str, Any]:
        return read_answer(said(self.words(what, *before), **environment), HOST)

    def prepare(self) -> None:
        self.configure()
        assert self.client("prepare")["changed"]

    def run(self, *before: str, **environment: str) -> ClientRun:
        return read_run(self.client("run", *before, **environment))

    def borg(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What somebody on the client can have borg do, with all that the client has."""
        return subprocess.run(
            ["borg", *words],
            env={
                **os.environ,
                "BORG_PASSPHRASE": self.policy.passphrase,
                "BORG_BASE_DIR": str(self.home / "borg"),
                "BORG_RSH": str(self.folder / "ssh"),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    def restore(self, what: str, **request: Any) -> Mapping[str, Any]:
        words = [sys.executable, str(RESTORE), "--etc", str(self.etc), "--home", str(self.home), what]
        return read_answer(said(words, json.dumps(request)), HOST)

    def drill(self, archive: str = "newest", **more: Any) -> Mapping[str, Any]:
        """As a scratch machine does it, whose settings are none."""
        request = {
            "service": service_document(self.service),
            "name": self.service.name,
            "archive": archive,
            "location": self.policy.location,
            "passphrase": self.policy.passphrase,
            "ssh_command": str(self.folder / "ssh"),
            "dumps": f"{self.home}/dumps",
            **more,
        }
        words = [sys.executable, str(DRILL), "--etc", str(self.folder), "--home", str(self.folder / "drill")]
        return read_answer(said(words, json.dumps(request)), HOST)

    # --- the server

    def store(self, what: str, **given: Any) -> Mapping[str, Any]:
        words = [
            sys.executable,
            str(STORE),
            "--state",
            str(self.state),
            "--user",
            USER,
            "--patience",
            "1",
            "--base",
            f"{self.folder}/base",
        ]
        words += ["--folder", str(self.repositories), what, HOST]
        return read_answer(said(words, json.dumps({"passphrase": self.policy.passphrase, **given})), HOST)

    def look(self, *, verify_days: int = 7, accept: bool = False) -> Look:
        return read_look(self.store("look", verify_days=verify_days, accept=accept), HOST)

    def check(self, *, verify_days: int = 7) -> tuple[list[Fault], bool]:
        """The faults that the check finds, and whether old archives may go."""
        look = self.look(verify_days=verify_days)
        record = read_record(self.client("record"), HOST)
        faults = judge(self.policy, look, record, now=self.clock or datetime.now(UTC), min_free_percent=1)
        return faults, may_prune(faults, look)


def said(words: list[str], given: str = "", **environment: str) -> str:
    done = subprocess.run(
        words,
        input=given,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    return done.stdout or done.stderr
