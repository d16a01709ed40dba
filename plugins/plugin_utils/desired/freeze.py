"""What role ``freeze`` puts on a PC so that a restart brings the clean system back.

Debian's ``overlayroot`` mounts the disk read-only in the initramfs and memory above it. It asks
``/etc/overlayroot.local.conf`` on the disk, a shell script; that is where an open maintenance window and a first
start that did not come up are looked at, so that both hold before anything of the system runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..facts.mounts import LOWER
from ..freeze import STATE_HOME, TOOL
from ..i18n import DEFAULT_LANGUAGE, LANGUAGES, Message, UserError
from .state import AbsentFile, Built, DesiredState, File, Item, Package, Unit

DOMAIN = "freeze"
STATES = ("frozen", "thawed", "absent")
HOME = "/home"
_MOST_PATHS = 32
_SHOWN = 80
_PATH = re.compile(r"(?:/[\w@+.,=-]+)+")
# Keeping one of these, or a folder above or (where marked by a slash) inside of it, would leave the system unfrozen.
_SYSTEM = (
    *(
        "/bin/",
        "/boot/",
        "/dev/",
        "/etc/",
        "/lib/",
        "/lib32/",
        "/lib64/",
        "/libx32/",
        "/proc/",
        "/run/",
        "/sbin/",
    ),
    *("/sys/", "/usr/", f"{LOWER}/", "/media/root-rw/", "/root", "/var/lib/dpkg/", "/var/lib/apt/"),
    *("/var/cache", "/var/lib", "/var/log", "/var/spool", "/media", "/opt"),
)
_HOOK = "/etc/initramfs-tools/hooks/jifang-freeze"
_KEEP_LIST = "/etc/jifang/freeze-keep"
_UNITS = "/etc/systemd/system"
# What is enabled, and which target wants it.
_SERVICES = {
    "jifang-freeze-keep.service": "local-fs.target",
    "jifang-freeze-confirm.service": "multi-user.target",
    "jifang-freeze-end.timer": "timers.target",
}
_RELOAD = ("reload_systemd",)
# What overlayroot itself brings into the initramfs; a change of either must reach it.
_OVERLAYROOT = "/usr/share/initramfs-tools"
_TEXTS = Path(__file__).parent / "freeze_files"


def keep_paths(variables: Mapping[str, Any]) -> tuple[str, ...]:
    """The folders and files that outlast a restart, in alphabetical order. Raises ``UserError`` for a path that is
    none, that belongs to the system, or that lies in another one."""
    given = variables.get("freeze_keep_paths")
    if given is None:
        given = []
    if not isinstance(given, list | tuple) or len(given) > _MOST_PATHS:
        raise UserError(DOMAIN, "freeze_keep_paths must be a list of at most {most} paths.", most=_MOST_PATHS)
    paths = {_checked(path) for path in given}
    if _flag(variables, "freeze_keep_home"):
        paths.add(HOME)
    for path in paths:
        inside = next((other for other in paths if other.startswith(f"{path}/")), None)
        if inside is not None:
            raise UserError(
                DOMAIN,
                "freeze_keep_paths: {inside} lies in {path}, which is kept as a whole. Take {inside} out.",
                inside=inside,
                path=path,
            )
    return tuple(sorted(paths))


def compile_freeze(variables: Mapping[str, Any]) -> DesiredState:
    """``variables``: those of ``roles/freeze/defaults/main.yml``. Raises ``UserError`` for a value that is none."""
    state = variables.get("freeze_state")
    if state not in STATES:
        raise UserError(
            DOMAIN,
            'freeze_state is "{state}". Write one of {known}.',
            state=str(state)[:_SHOWN],
            known=STATES,
        )
    paths = keep_paths(variables)
    written = _files(paths, _language(variables))
    if state == "absent":
        # The links, too: a unit whose file is gone cannot be disabled any more.
        links = (f"{_UNITS}/{target}.wants/{name}" for name, target in _SERVICES.items())
        gone: list[Item] = [AbsentFile(path, notify=_RELOAD) for path in links]
        gone += [AbsentFile(file.path, notify=file.notify) for file in written]
        return DesiredState((Package("overlayroot", present=False), *gone, AbsentFile(STATE_HOME)))
    rebuilt = Built(
        "freeze-initramfs",
        ("update-initramfs", "-u", "-k", "all"),
        sources=(
            _HOOK,
            f"{_OVERLAYROOT}/hooks/overlayroot",
            f"{_OVERLAYROOT}/scripts/init-bottom/overlayroot",
        ),
    )
    units = [Unit(name, enabled=True) for name in _SERVICES]
    return DesiredState((Package("overlayroot"), *written, *units, rebuilt))


def _files(paths: tuple[str, ...], language: str) -> tuple[File, ...]:
    over = Message(
        DOMAIN, "Maintenance is over. This PC restarts in 5 minutes and is restored at each start again."
    ).render(language)
    wanted = " ".join(path for kept in paths for path in (kept, f"{LOWER}{kept}"))
    mounts = f"RequiresMountsFor={wanted}\n" if wanted else ""
    tool = _text("freeze.sh", LOWER=LOWER, STATE_HOME=STATE_HOME, KEEP_LIST=_KEEP_LIST, OVER=over)
    return (
        File(
            "/etc/overlayroot.local.conf",
            _text("overlayroot.local.conf", STATE_HOME=STATE_HOME),
            check="sh -n %s",
        ),
        File(_HOOK, _text("initramfs_hook.sh"), mode="0755", check="sh -n %s"),
        File(TOOL, tool, mode="0755", check="sh -n %s"),
        File(_KEEP_LIST, "".join(f"{path}\n" for path in paths)),
        File("/etc/tmpfiles.d/jifang-freeze.conf", _text("tmpfiles.conf", STATE_HOME=STATE_HOME)),
        File(
            f"{_UNITS}/jifang-freeze-keep.service",
            _text("keep.service", LOWER=LOWER, TOOL=TOOL, MOUNTS=mounts),
            notify=_RELOAD,
        ),
        File(
            f"{_UNITS}/jifang-freeze-confirm.service",
            _text("confirm.service", LOWER=LOWER, STATE_HOME=STATE_HOME, TOOL=TOOL),
            notify=_RELOAD,
        ),
        File(
            f"{_UNITS}/jifang-freeze-end.service",
            _text("end.service", LOWER=LOWER, STATE_HOME=STATE_HOME, TOOL=TOOL),
            notify=_RELOAD,
        ),
        File(
            f"{_UNITS}/jifang-freeze-end.timer",
            _text("end.timer", LOWER=LOWER, STATE_HOME=STATE_HOME),
            notify=_RELOAD,
        ),
    )


def _text(name: str, **words: str) -> str:
    """A file of ``freeze_files/`` with its ``@WORD@`` filled in."""
    text = (_TEXTS / name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _checked(path: object) -> str:
    text = path.rstrip("/") if isinstance(path, str) else ""
    names = text.split("/")
    if not _PATH.fullmatch(text) or "." in names or ".." in names:
        raise UserError(
            DOMAIN,
            'freeze_keep_paths: "{path}" is no path that can be kept. Write it from / on, without blanks and signs '
            "other than . , _ - + = @.",
            path=str(path)[:_SHOWN],
        )
    for system in _SYSTEM:
        whole = system.rstrip("/")
        inside = system.endswith("/") and text.startswith(system)
        if text == whole or whole.startswith(f"{text}/") or inside:
            raise UserError(
                DOMAIN,
                "freeze_keep_paths: keeping {path} would leave a part of the system itself unfrozen. Name the folder "
                "within it that holds what must outlast a restart.",
                path=text,
            )
    return text


def _flag(variables: Mapping[str, Any], name: str) -> bool:
    value = variables.get(name)
    if not isinstance(value, bool):
        raise UserError(
            DOMAIN, '{name} is "{value}". Write true or false.', name=name, value=str(value)[:_SHOWN]
        )
    return value


def _language(variables: Mapping[str, Any]) -> str:
    language = variables.get("freeze_language")
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
