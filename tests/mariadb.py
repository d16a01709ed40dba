"""A real MariaDB for tests: Debian's package, on loopback, in a folder of its own, ended by its pid."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "backup"
PASSWORD = "geheim-2c9e"
_PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    """A running server; ``sql`` speaks as its root over the socket."""

    port: int
    socket: Path

    def sql(self, sentence: str, database: str = "") -> list[str]:
        done = subprocess.run(
            [
                "mysql",
                "--batch",
                "--skip-column-names",
                "--default-character-set=utf8mb4",
                "-u",
                "root",
                "-S",
                self.socket,
                "-e",
                sentence,
                database,
            ],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.splitlines()


@contextmanager
def running_server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="jifang-mariadb-"))
    user = "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    try:
        data = folder / "data"
        subprocess.run(
            [
                *("mariadb-install-db", "--no-defaults", f"--user={user}", f"--datadir={data}"),
                *("--auth-root-authentication-method=normal", "--skip-test-db"),
            ],
            check=True,
            capture_output=True,
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            server = Server(int(probe.getsockname()[1]), folder / "socket")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--user={user}"),
                    *(f"--datadir={data}", f"--socket={server.socket}", f"--port={server.port}"),
                    *(
                        "--bind-address=127.0.0.1",
                        f"--pid-file={folder}/pid",
                        "--innodb-buffer-pool-size=16M",
                        "--character-set-server=utf8mb4",
                    ),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(server, process, folder / "log")
            server.sql(f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            server.sql(f"GRANT ALL ON *.* TO {USER}@'127.0.0.1'")
            yield server
        finally:
            process.terminate()
            process.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder)


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server.sql("SELECT 1")
            return
        except RuntimeError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"MariaDB did not start:\n{log.read_text()}") from None
            time.sleep(0.2)
