"""``/etc/os-release``: which operating system this is, and to which family of packages it belongs.

Format: os-release(5) of systemd. The family is decided by what the file says, never by what is installed.
Two names say nothing by themselves, because their makers sell a desktop made from Debian and a server made
from RHEL or openEuler under one ID:

- ``kylin``: the desktop (V10, V10 SP1) has ``ID_LIKE=debian``; Kylin Linux Advanced Server (V10 Tercel,
  Sword, Lance, Halberd; V11 Swan25) has no ``ID_LIKE``, and only its name tells;
- ``uos``: the desktop and server edition d come from Debian; the servers a (``platform:uelc20``, kongzi), c
  (kongli, without ``PLATFORM_ID``) and e (``platform:uel20``, fuyu) are RPM systems.

Loongnix has a Debian desktop (``ID=Loongnix``) and an RPM server in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)')
_ESCAPED = re.compile(r"\\([\\\"$`])")

_BY_ID = {
    "debian": "debian ubuntu deepin openkylin linuxmint raspbian kali devuan",
    "redhat": "rhel centos fedora rocky almalinux ol openeuler anolis alinux neokylin opencloudos tencentos amzn",
    "suse": "suse sles sled opensuse opensuse-leap opensuse-tumbleweed",
    "arch": "arch archarm manjaro endeavouros",
    "alpine": "alpine",
    "gentoo": "gentoo",
}
_FAMILY_OF_ID = {name: family for family, names in _BY_ID.items() for name in names.split()}
_RPM_CODENAMES = frozenset({"fuyu", "kongli", "kongzi"})  # of UOS servers, where PLATFORM_ID does not tell
_SERVER_NAMES = ("advanced server", "高级服务器")


def parse_os_release(text: str) -> dict[str, str]:
    """The assignments of the file, unquoted, the last one of each name; never raises.

    A value whose closing quote is missing ends with its line. Comments and other lines are passed over.
    """
    values: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        assignment = _ASSIGNMENT.fullmatch(line)
        if assignment:
            values[assignment[1]] = _unquoted(assignment[2].strip())
    return values


def family(values: Mapping[str, str]) -> str | None:
    """``debian``, ``redhat``, ``suse``, ``arch``, ``alpine`` or ``gentoo``; None where the file does not tell.

    In this order: ``PLATFORM_ID`` (only RPM systems with modules have it), an ``ID`` that stands for
    one family, ``ID_LIKE`` (each word, nearest first), the marks of the two-faced systems above; where none of
    them says server, such a system is taken for the Debian desktop.
    """
    name = values.get("ID", "").strip().lower()
    if values.get("PLATFORM_ID", "").startswith("platform:"):
        return "redhat"
    for word in (name, *values.get("ID_LIKE", "").lower().split()):
        if word in _FAMILY_OF_ID:
            return _FAMILY_OF_ID[word]
    if any(key in values for key in ("UBUNTU_CODENAME", "DEBIAN_CODENAME")):
        return "debian"
    names = " ".join(values.get(key, "") for key in ("NAME", "PRETTY_NAME", "VERSION")).lower()
    return _two_faced(name, names, values.get("VERSION_CODENAME", "").lower())


def _two_faced(name: str, names: str, codename: str) -> str | None:
    if name not in {"kylin", "uos", "uniontech", "loongnix", "loongnix-server"}:
        return None
    if codename in _RPM_CODENAMES or name == "loongnix-server":
        return "redhat"
    if name == "kylin" and any(mark in names for mark in _SERVER_NAMES):
        return "redhat"
    return "debian"


def _unquoted(value: str) -> str:
    """A value without its quotes: nothing is special between single ones, four escapes between double.

    A value with blanks and no quotes, which the format forbids and makers write, is taken whole.
    """
    if value[:1] == "'":
        return value[1:].partition("'")[0]
    double = _DOUBLE_QUOTED.match(value)
    return _ESCAPED.sub(r"\1", double[1] if double else value)
