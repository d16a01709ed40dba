"""A real PostgreSQL for tests: Debian's package, on loopback, in a folder of its own, ended by its pid.

Nothing of the machine's own PostgreSQL is touched. As root the server runs as the package's user
``postgres``, for PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

USER = "ledger"
PASSWORD = "geheim-7b1f"
_PATIENCE = 30.0


class Server:
    """A running server. ``url(database)`` is what ``open_ledger`` takes."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process
        self._numbers = count(1)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=database, autocommit=True
        )

    def create_database(self, template: str = "template0") -> str:
        """A new database as a copy of ``template``; gives its name."""
        name = f"ledger_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def binaries() -> Path:
    """The folder of the newest PostgreSQL server that Debian has installed. Raises where there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3].split(".")[0])
    )
    if not found:
        raise RuntimeError("These tests need a PostgreSQL server: install Debian's package 'postgresql'.")
    return found[-1].parent


@contextmanager
def running_server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="jifang-postgresql-"))
    user = "postgres" if os.geteuid() == 0 else None
    try:
        password = folder / "password"
        password.write_text(PASSWORD)
        if user is not None:
            owner = pwd.getpwnam(user)
            for path in (folder, password):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        subprocess.run(
            [
                *(binaries() / "initdb", "--pgdata", data, "--username", USER, "--pwfile", password),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        with _started(data, folder / "log", user) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _started(data: Path, log: Path, user: str | None) -> Iterator[Server]:
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "shared_buffers": "16MB",
        "max_connections": 30,
        "fsync": "off",  # speeds up tests; a killed process loses nothing without it, only a power cut would
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries() / "postgres", "-D", data, *options],
            user=user,
            cwd=data.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(port, process)
        _wait_until_ready(server, log)
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # "fast shutdown"
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: Server, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server.connect().close()
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
