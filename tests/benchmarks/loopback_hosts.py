"""Many hosts over real SSH on one machine, in a network namespace with nothing but loopback.

One sshd answers on every 127.0.x.y, so that each "host" has a connection, a session and a control path of
its own. What the hosts spend is read from the sshd's own account of its ended children; what the control node
spends from ours. Both are CPU seconds, user and system.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

PORT = 22022
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_TICKS = os.sysconf("SC_CLK_TCK")


def enter_namespace() -> None:
    """Starts this script again where only loopback exists, so that no test traffic can leave the machine."""
    if os.environ.get("JIFANG_BENCH_NAMESPACE") != "1":
        os.environ["JIFANG_BENCH_NAMESPACE"] = "1"
        os.execvp(  # noqa: S606 - the same script again, in the namespace
            "unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv]
        )
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # A shell that sshd starts reads the user's start-up file: what this machine's user has there is no PC's.
    start_up = Path.home() / ".bashrc"
    if start_up.exists():
        subprocess.run(["mount", "--bind", "/dev/null", start_up], check=True)
    # What ssh leaves behind (its ControlPersist masters) stays ours, so that its CPU is counted too.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class LoopbackHosts:
    """``count`` hosts with names, addresses, keys and a known_hosts file, in ``folder``."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.addresses = {f"host{n:03}": f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(count)}
        self.key = folder / "id_ed25519"
        self.known_hosts = folder / "known_hosts"
        self._sshd: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LoopbackHosts:
        host_key = self.folder / "host_key"
        for path in (self.key, host_key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        (self.folder / "authorized_keys").write_bytes(self.key.with_suffix(".pub").read_bytes())
        public = host_key.with_suffix(".pub").read_text().split()
        self.known_hosts.write_text(
            "".join(f"[{address}]:{PORT} {public[0]} {public[1]}\n" for address in self.addresses.values())
        )
        config = self.folder / "sshd_config"
        config.write_text(
            f"Port {PORT}\nListenAddress 0.0.0.0\nHostKey {host_key}\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {self.folder}/authorized_keys\nPasswordAuthentication no\nStrictModes no\n"
            "PermitRootLogin prohibit-password\nMaxStartups 1000\nMaxSessions 100\nUseDNS no\nPrintMotd no\n"
        )
        Path("/run/sshd").mkdir(exist_ok=True)
        sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin")
        if sshd is None:
            raise SystemExit("sshd is missing: apt-get install openssh-server")
        self._sshd = subprocess.Popen(
            [sshd, "-D", "-e", "-f", config], stderr=(self.folder / "sshd.log").open("wb")
        )
        for _ in range(100):
            if subprocess.run(["ssh-keyscan", "-p", str(PORT), "127.0.1.1"], capture_output=True).stdout:
                return self
            time.sleep(0.1)
        raise SystemExit("sshd did not start")

    def __exit__(self, *_: object) -> None:
        assert self._sshd is not None
        self._sshd.terminate()
        self._sshd.wait()

    def inventory(self) -> Path:
        path = self.folder / "hosts.ini"
        path.write_text(
            "".join(f"{name} ansible_host={address}\n" for name, address in self.addresses.items())
            + f"[all:vars]\nansible_port={PORT}\nansible_user=root\nansible_python_interpreter=/usr/bin/python3\n"
            f"ansible_ssh_private_key_file={self.key}\n"
            f"ansible_ssh_common_args=-o UserKnownHostsFile={self.known_hosts} -o IdentitiesOnly=yes\n"
        )
        return path

    def cpu(self) -> float:
        """Seconds that the sessions have cost on the hosts' side, ended ones only."""
        assert self._sshd is not None
        fields = Path(f"/proc/{self._sshd.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(value) for value in fields[11:15]) / _TICKS


def control_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def end_masters(control_path: Path) -> None:
    """Ends the ssh masters that belong to ``control_path`` and waits for them, so that they are counted."""
    masters = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if line.startswith(b"ssh:") and str(control_path).encode() in line:
            os.kill(int(entry.name), signal.SIGTERM)
            masters.append(int(entry.name))
    for master in masters:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(master, 0)
