"""Reaching virtual machines: keys made for the run, host keys known before the first connection."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# A key exchange that an emulated processor does in a fraction of the default's time.
_EXCHANGE = "ecdh-sha2-nistp256"


@dataclass(frozen=True, slots=True)
class Access:
    """The way into one machine: root by ``key`` at 127.0.0.1:``port``, whose host key stands in ``known_hosts``."""

    port: int
    key: Path
    known_hosts: Path

    def options(self) -> list[str]:
        """ssh(1)'s words without the host."""
        return [
            *("-p", str(self.port), "-i", str(self.key)),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"),
            *("-o", f'UserKnownHostsFile="{self.known_hosts}"', "-o", "StrictHostKeyChecking=yes"),
            *("-o", f"KexAlgorithms={_EXCHANGE}", "-o", "ConnectTimeout=60"),
            *("-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=4"),
        ]

    def command(self, *words: str) -> list[str]:
        return ["ssh", *self.options(), "root@127.0.0.1", *words]

    def variables(self) -> dict[str, str | int]:
        """The same for Ansible's inventory."""
        return {
            "ansible_host": "127.0.0.1",
            "ansible_port": self.port,
            "ansible_user": "root",
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_private_key_file": str(self.key),
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes"
            f" -o 'UserKnownHostsFile=\"{self.known_hosts}\"'",
            "ansible_timeout": 60,
        }


def known_host(port: int, public_key: Path) -> str:
    """A line of ``known_hosts`` for a machine behind a forwarded port."""
    kind, key = public_key.read_text(encoding="ascii").split()[:2]
    return f"[127.0.0.1]:{port} {kind} {key}\n"
