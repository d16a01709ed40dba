"""A policy as the files that the client's program and borgmatic read.

borgmatic reads YAML, of which JSON is a part; the keys are those of borgmatic 1.7, which Debian 12 has:
/usr/lib/python3/dist-packages/borgmatic/config/schema.yaml of its package. It has hooks for PostgreSQL and MySQL or
MariaDB; SQLite files are copied by the client's program before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .model import Database, Policy, Service

ETC = "/etc/jifang/backup"
HOME = "/var/lib/jifang/backup"
MAIN = "main"
_SQLITE_ENDS = ("", "-wal", "-shm", "-journal")


def documents(policy: Policy, *, etc: str = ETC, home: str = HOME) -> dict[str, str]:
    """The files below ``etc`` by name. They may hold passwords of databases: root's alone."""
    return {
        "policy.json": _text(policy_document(policy, home=home)),
        **{
            f"borgmatic/{name}.yaml": _text(configuration(policy, location, etc=etc, home=home))
            for name, location in repositories(policy)
        },
    }


def repositories(policy: Policy) -> Iterator[tuple[str, str]]:
    """Each repository's name and location, the server's first."""
    yield MAIN, policy.location
    yield from ((copy.name, copy.location) for copy in policy.copies)


def policy_document(policy: Policy, *, home: str = HOME) -> dict[str, Any]:
    mounts = {copy.name: copy.mount for copy in policy.copies if copy.mount}
    return {
        "v": 1,
        "host": policy.host,
        "dumps": f"{home}/dumps",
        "repositories": [
            {"name": name, "location": location, **({"mount": mounts[name]} if name in mounts else {})}
            for name, location in repositories(policy)
        ],
        "services": {service.name: service_document(service) for service in policy.services},
    }


def service_document(service: Service) -> dict[str, Any]:
    """What the program on a client or a scratch machine must know of a service."""
    return {
        "paths": list(service.paths),
        "exclude": list(service.exclude),
        "postgresql": [database_document(one) for one in service.postgresql],
        "mysql": [database_document(one) for one in service.mysql],
        "sqlite": list(service.sqlite),
        "units": list(service.units),
        "start": list(service.start),
        "probe": list(service.probe),
    }


def database_document(database: Database) -> dict[str, Any]:
    told = {
        "name": database.name,
        "hostname": database.hostname,
        "port": database.port,
        "username": database.username,
        "password": database.password,
    }
    return {name: value for name, value in told.items() if value is not None}


def configuration(policy: Policy, location: str, *, etc: str = ETC, home: str = HOME) -> dict[str, Any]:
    """borgmatic's configuration for one repository. Retention is the server's business and stands in none."""
    services = policy.services
    hooks: dict[str, Any] = {}
    if postgresql := [_postgresql(one) for service in services for one in service.postgresql]:
        hooks["postgresql_databases"] = postgresql
    if mysql := [database_document(one) for service in services for one in service.mysql]:
        # One transaction: every table as it was at one moment, where its engine can do that.
        hooks["mysql_databases"] = [
            {**one, "options": "--single-transaction --routines --events"} for one in mysql
        ]
    storage: dict[str, Any] = {
        "encryption_passcommand": f"cat {etc}/passphrase",
        "borg_base_directory": f"{home}/borg",
        "archive_name_format": f"{policy.host}-{{utcnow:%Y-%m-%dT%H:%M:%SZ}}",
        "compression": policy.compression,
        "lock_wait": 600,
        "umask": 0o077,
    }
    if location.startswith("ssh://"):
        storage["ssh_command"] = ssh_command(etc)
    return {
        "location": {
            "source_directories": [*_sources(services), f"{home}/dumps"],
            "repositories": [location],
            "exclude_patterns": list(_excluded(services)),
            "borgmatic_source_directory": f"{home}/dumps",
        },
        "storage": storage,
        **({"hooks": hooks} if hooks else {}),
    }


def ssh_command(etc: str = ETC) -> str:
    """By the host's own key, to the server whose key the role wrote down; never a question."""
    options = {
        "UserKnownHostsFile": f"{etc}/known_hosts",
        "StrictHostKeyChecking": "yes",
        "IdentitiesOnly": "yes",
        "BatchMode": "yes",
        "ConnectTimeout": "20",
        "ServerAliveInterval": "30",
    }
    return " ".join(
        ("ssh", "-i", f"{etc}/id_ed25519", *(f"-o {name}={value}" for name, value in options.items()))
    )


def _postgresql(database: Database) -> dict[str, Any]:
    told = {**database_document(database), "format": "custom"}
    if database.hostname is None:
        # Over the socket the server knows its own user alone.
        told["pg_dump_command"] = "runuser -u postgres -- pg_dump"
    return told


def _sources(services: tuple[Service, ...]) -> list[str]:
    return list(dict.fromkeys(path for service in services for path in service.paths))


def _excluded(services: tuple[Service, ...]) -> Iterator[str]:
    """borg's patterns: ``pp`` a path with what is below it, ``pf`` one file."""
    for service in services:
        yield from (f"pp:{path}" for path in service.exclude)
        # A file that is written to is copied in a consistent state; the live one would only mislead.
        yield from (f"pf:{path}{end}" for path in service.sqlite for end in _SQLITE_ENDS)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
