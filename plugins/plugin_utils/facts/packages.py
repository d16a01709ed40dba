"""Installed packages, one a line with tabs between the columns, as the probe asks dpkg and rpm for them.

The result is sorted: rpm gives its database's order, which changes from run to run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

# Second letter of dpkg's status (dpkg-query(1), db:Status-Abbrev): installed, or installed with triggers of
# other packages still to run.
_DPKG_INSTALLED = frozenset("iWt")
_NO_EPOCHS = ("(none):", "0:")  # rpm takes a missing epoch for 0


class Package(TypedDict):
    name: str
    version: str
    architecture: str | None


def parse_dpkg(text: str) -> list[Package]:
    r"""Rows of ``${Package}\t${Version}\t${Architecture}\t${db:Status-Abbrev}\n``; never raises.

    Packages that are not installed (removed with their configuration kept, unpacked only) and rows with a
    column missing are left out.
    """
    return _sorted(
        (name, version, architecture)
        for name, version, architecture, status in _rows(text, 4)
        if len(status) >= 2 and status[1] in _DPKG_INSTALLED
    )


def parse_rpm(text: str) -> list[Package]:
    r"""Rows of ``%{NAME}\t%{EPOCH}:%{VERSION}-%{RELEASE}\t%{ARCH}\n``; never raises.

    ``gpg-pubkey`` rows are the keys of rpm's key ring and no packages.
    """
    return _sorted(
        (name, _without_epoch(version), architecture)
        for name, version, architecture in _rows(text, 3)
        if name != "gpg-pubkey"
    )


def _rows(text: str, columns: int) -> Iterable[list[str]]:
    for line in text.splitlines():
        row = [value.strip() for value in line.split("\t")]
        if len(row) == columns and all(row[:2]):
            yield row


def _without_epoch(version: str) -> str:
    for prefix in _NO_EPOCHS:
        version = version.removeprefix(prefix)
    return version


def _sorted(packages: Iterable[tuple[str, str, str]]) -> list[Package]:
    return [
        {
            "name": name,
            "version": version,
            "architecture": None if architecture in {"", "(none)"} else architecture,
        }
        for name, version, architecture in sorted(set(packages))
    ]
