"""The errands on real machines: set up twice, backed up, checked, spoiled, restored, tried on a scratch machine."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import FindingKind, FindingStatus
from pypdf import PdfReader

from demo.school import load
from lab_command.machines.__main__ import down, up
from lab_command.machines.detect import obstacle
from lab_command.machines.podman import Podman
from lab_command.paths import STATE
from tests.integration.support import Done, School, finish

_GROUP = "backups-test"
_FOLDER = STATE / _GROUP
SECONDS = 900
_LIVE, _STORE, _SCRATCH = (pc.host for pc in load().pcs[:3])
PASSPHRASE = "passphrase-of-the-tests-7f3a"
_FILL = """
mkdir -p /srv/oa/files && cd /srv/oa
for n in 1 2 3 4 5; do echo "document $n" >files/$n.txt; done
python3 - <<'EOF'
import sqlite3
db = sqlite3.connect("/srv/oa/app.db")
db.execute("CREATE TABLE pupil (name TEXT)")
db.executemany("INSERT INTO pupil VALUES (?)", [(str(n),) for n in range(100)])
db.commit()
EOF
"""


class Machines(School):
    """A live machine, the one that keeps its backups, and one for drills."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.podman = Podman()
        for instance in up(_GROUP, _FOLDER, [_LIVE, _STORE, _SCRATCH]):
            self.hosts[str(instance["instance"])] = {
                "ansible_connection": "ssh",
                "ansible_host": instance["address"],
                "ansible_user": instance["user"],
                "ansible_become": True,
                "ansible_python_interpreter": "/usr/bin/python3",
                "ansible_ssh_private_key_file": instance["identity_file"],
                "ansible_ssh_common_args": f"-o UserKnownHostsFile={instance['known_hosts']} -o IdentitiesOnly=yes",
            }
        self.hosts[_LIVE] |= {
            "backup_client_passphrase": PASSPHRASE,
            "backup_client_services": {
                "oa": {
                    "paths": ["/srv/oa"],
                    "sqlite": ["/srv/oa/app.db"],
                    "probe": ["grep", "-q", "document 3", "{restored}/srv/oa/files/3.txt"],
                }
            },
        }
        # Where these machines' sshd looks for keys.
        self.hosts[_STORE]["backup_server_authorized_keys"] = "/etc/ssh/authorized_keys.d/jifang-backup"
        self.variables |= {
            "ledger_papers": str(folder / "papers"),
            "lab_language": "zh_CN",
            "lab_school": "某某中学",
        }
        (folder / "vault").write_text("vault-of-the-tests")
        self.inside(_LIVE, _FILL)

    def write_inventory(self) -> None:
        super().write_inventory()
        document = json.loads(self.inventory.read_text(encoding="utf-8"))
        groups = {"backup_clients": _LIVE, "backup_servers": _STORE, "backup_scratch": _SCRATCH}
        document["all"]["children"] = {group: {"hosts": {host: {}}} for group, host in groups.items()}
        self.inventory.write_text(json.dumps(document), encoding="utf-8")

    def inside(self, host: str, command: str) -> str:
        return str(self.podman("exec", f"jifang-{_GROUP}-{host}", "sh", "-ec", command)).strip()

    def errand(self, name: str, *words: str, code: int = 0) -> Done:
        vault = ("--vault-password-file", str(self.folder / "vault"))
        done = finish(self.start(name, *vault, *words), SECONDS)
        assert done.code == code, done.said
        assert PASSPHRASE not in done.said
        return done

    def backups(self) -> list[tuple[str, FindingStatus]]:
        found = self.snapshot().findings
        return [(one.advice, one.status) for one in found if one.kind is FindingKind.BACKUP]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Machines]:
    if reason := obstacle():
        pytest.skip(f"cannot run here: {reason}")
    down(_GROUP, _FOLDER)
    try:
        yield Machines(tmp_path)
    finally:
        down(_GROUP, _FOLDER)
        shutil.rmtree(_FOLDER, ignore_errors=True)


def escrowed(school: Machines) -> str:
    return (school.folder / "backup-keys" / f"{_LIVE}.key").read_text()


def plain(said: str) -> str:
    return said.replace("\n", "")


@pytest.mark.containers
def test_from_the_first_backup_to_a_signed_page(school: Machines) -> None:
    # Dry, then twice: the second run changes nothing.
    school.errand("configure_backups", "--check")
    assert "jifang-backup" not in school.inside(_STORE, "ls /srv; cat /etc/passwd")
    done = school.errand("configure_backups")
    assert f"{school.folder}/backup-keys/{_LIVE}.key" in plain(done.said)
    assert escrowed(school).startswith("$ANSIBLE_VAULT;1.1;AES256\n")
    again = school.errand("configure_backups")
    assert again.changed == 0, again.said
    line = school.inside(_STORE, "cat /etc/ssh/authorized_keys.d/jifang-backup")
    assert line.startswith(
        f'command="borg serve --append-only --restrict-to-repository /srv/jifang-backup/{_LIVE}",restrict ssh-ed25519 '
    )

    # Nothing yet: red.
    done = school.errand("check_backups")
    assert "还没有任何备份" in done.said
    assert school.backups() == [("backup_never", FindingStatus.OPEN)]
    school.errand("back_up", "--check")
    assert "已备份 5 个文件" in plain(school.errand("back_up").said)
    done = school.errand("check_backups")
    assert "正常。共有 1 份备份" in done.said
    assert school.backups() == [("backup_never", FindingStatus.RESOLVED)]

    # Spoiled, planned, confirmed, back; and what was there is kept.
    school.inside(_LIVE, "echo spoiled >/srv/oa/files/3.txt && rm /srv/oa/app.db")
    done = school.errand("restore", "-e", "restore_service=oa")
    (word,) = re.findall(r"restore_confirm=([0-9a-f]{8})", done.said)
    assert done.changed == 0
    assert school.inside(_LIVE, "cat /srv/oa/files/3.txt") == "spoiled"
    wrong = school.errand("restore", "-e", "restore_service=oa", "-e", "restore_confirm=00000000", code=2)
    assert "没有改动任何内容" in plain(wrong.said)
    done = school.errand("restore", "-e", "restore_service=oa", "-e", f"restore_confirm={word}")
    assert "全部验证通过" in plain(done.said)
    assert school.inside(_LIVE, "cat /srv/oa/files/3.txt") == "document 3"
    assert school.inside(_LIVE, "cat /srv/oa.before-*/files/3.txt") == "spoiled"

    # A drill on a machine that holds nothing, from two archives; the live one is not touched.
    school.inside(_LIVE, "echo more >/srv/oa/files/6.txt")
    school.errand("back_up")
    before = school.inside(_LIVE, "find /srv /etc/jifang -type f | xargs sha256sum")
    done = school.errand("restore_drill")
    assert plain(done.said).count("验证通过") == 2, done.said
    assert school.inside(_LIVE, "find /srv /etc/jifang -type f | xargs sha256sum") == before
    assert school.inside(_SCRATCH, "ls /var/lib/jifang/drill").split() == ["borg"]
    (page,) = (school.folder / "papers").glob("restore-drill-*.pdf")
    text = PdfReader(page).pages[0].extract_text()
    for words in ("备份恢复演练记录", "某某中学", "100", _LIVE, _SCRATCH):
        assert words in text

    # A client that deletes: the next check says so, and it is red.
    secret = "BORG_PASSCOMMAND='cat /etc/jifang/backup/passphrase' BORG_BASE_DIR=/var/lib/jifang/backup/borg"
    settings: dict[str, Any] = json.loads(school.inside(_LIVE, "cat /etc/jifang/backup/borgmatic/main.yaml"))
    (location,) = settings["location"]["repositories"]
    rsh = f"BORG_RSH='{settings['storage']['ssh_command']}'"
    school.errand("check_backups")
    school.inside(_LIVE, f"{secret} {rsh} borg delete --glob-archives '*' {location}")
    done = school.errand("check_backups")
    assert "被客户端删除" in plain(done.said)
    assert ("backup_gone", FindingStatus.OPEN) in school.backups()
    site = "".join(path.read_text("utf-8") for path in (school.reports / "site").glob("*.html"))
    assert "备份异常" in site
    assert "请按已被入侵处理" in site
