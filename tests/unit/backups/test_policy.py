"""A machine's variables as its policy: what is refused, and what borgmatic is given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.borgmatic import documents
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import Policy
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.policy import read_policy, suite_service
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.compilers import defaults
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

PASSPHRASE = "d41d8cd98f00b204e9800998ecf8427e"
SERVER = "ssh://jifang-backup@10.20.99.9:22/srv/jifang-backup"


def policy(host: str = "oa", **given: Any) -> Policy:
    values = {
        **defaults("backup_client"),
        "backup_client_passphrase": PASSPHRASE,
        "backup_client_services": {"oa": {"paths": ["/srv/oa/"]}},
        **{f"backup_client_{name}": value for name, value in given.items()},
    }
    return read_policy(host, values, server=SERVER)


def test_the_defaults_are_those_of_the_role() -> None:
    made = policy()
    assert made.location == f"{SERVER}/oa"
    assert made.services[0].paths == ("/srv/oa",)
    assert (made.max_age.days, made.shrunken_percent, made.compression) == (8, 50, "zstd,3")
    assert PASSPHRASE not in repr(made)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"passphrase": ""}, "openssl rand"),
        ({"passphrase": "short"}, "20"),
        ({"passphrase": f"{PASSPHRASE}\nsecond"}, "one line"),
        ({"services": {}}, "nothing to back up"),
        ({"services": []}, "nothing to back up"),
        ({"services": "x"}, "cannot be right"),
        ({"services": {"oa": {}}}, "neither paths nor databases"),
        ({"services": {"oa": {"path": ["/srv"]}}}, "unknown key path"),
        ({"services": {"../oa": {"paths": ["/srv"]}}}, "cannot be right"),
        ({"services": {"suite": {"paths": ["/srv"]}}}, "cannot be right"),
        ({"services": {"oa": {"paths": ["/"]}}}, "/srv/oa"),
        ({"services": {"oa": {"paths": ["srv"]}}}, "/srv/oa"),
        ({"services": {"oa": {"paths": ["/srv/../etc"]}}}, "/srv/oa"),
        ({"services": {"oa": {"paths": ["/srv/*"]}}}, "/srv/oa"),
        ({"services": {"oa": {"paths": "/srv/oa"}}}, "cannot be right"),
        ({"services": {"oa": {"postgresql": ["oa; rm -rf /"]}}}, "cannot be right"),
        ({"services": {"oa": {"postgresql": [{"hostname": "db"}]}}}, "name"),
        ({"services": {"oa": {"mysql": [{"name": "oa", "port": 99_999}]}}}, "65535"),
        ({"copies": [{"name": "main", "location": "/mnt/b"}]}, "cannot be main"),
        ({"copies": [{"name": "usb"}]}, "location"),
        ({"max_age_days": 0}, "from 1 to 400"),
        ({"shrunken_percent": "all"}, "from 0 to 100"),
        ({"compression": "best; reboot"}, "zstd,3"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError) as error:
        policy(**given)
    assert words in str(error.value)
    assert "backup_client" in str(error.value) or "oa" in str(error.value)


@pytest.mark.parametrize("host", ["", "../store", "a b", "-rf", "x" * 80])
def test_a_name_that_is_no_folder_is_refused(host: str) -> None:
    with pytest.raises(UserError, match="name of a backup"):
        policy(host)


def test_borgmatic_is_given_what_is_backed_up() -> None:
    made = policy(
        services={
            "oa": {
                "paths": ["/srv/oa"],
                "exclude": ["/srv/oa/cache"],
                "postgresql": ["oa"],
                "mysql": [
                    {"name": "site", "hostname": "db", "port": 3306, "username": "b", "password": "secret"}
                ],
                "sqlite": ["/srv/oa/app.db"],
            }
        },
        copies=[{"name": "usb", "location": "/mnt/usb/b", "mount": "/mnt/usb"}],
    )
    files = documents(made)
    assert set(files) == {"policy.json", "borgmatic/main.yaml", "borgmatic/usb.yaml"}
    main, usb = (json.loads(files[f"borgmatic/{name}.yaml"]) for name in ("main", "usb"))
    assert main["location"]["repositories"] == [f"{SERVER}/oa"]
    assert main["location"]["source_directories"] == ["/srv/oa", "/var/lib/jifang/backup/dumps"]
    assert main["location"]["exclude_patterns"][:2] == ["pp:/srv/oa/cache", "pf:/srv/oa/app.db"]
    assert main["hooks"]["postgresql_databases"] == [
        {"name": "oa", "format": "custom", "pg_dump_command": "runuser -u postgres -- pg_dump"}
    ]
    assert "--single-transaction" in main["hooks"]["mysql_databases"][0]["options"]
    assert "StrictHostKeyChecking=yes" in main["storage"]["ssh_command"]
    assert "ssh_command" not in usb["storage"]
    # The client can neither prune nor say how long anything is kept.
    assert not {"retention", "consistency"} & set(main)
    assert PASSPHRASE not in "".join(files.values())
    assert made.parts == (
        "postgresql_databases/localhost/oa",
        "mysql_databases/db/site",
        "sqlite/srv/oa/app.db",
    )


def test_the_suite_itself_wherever_its_ledger_is() -> None:
    local = suite_service(
        ledger_url="sqlite:////srv/school/ledger/ledger.db", password=None, paths=["/srv/school"]
    )
    assert (local.sqlite, local.paths) == (("/srv/school/ledger/ledger.db",), ("/srv/school",))
    url = "postgresql+psycopg://ledger:p%40ss@db.school.example:5433/ledger"
    (database,) = suite_service(ledger_url=url, password=None, paths=["/srv/school"]).postgresql
    assert (database.name, database.hostname, database.port) == ("ledger", "db.school.example", 5433)
    assert (database.username, database.password) == ("ledger", "p@ss")
    with pytest.raises(UserError, match="neither in SQLite nor in PostgreSQL"):
        suite_service(ledger_url="oracle://x", password=None, paths=[])
