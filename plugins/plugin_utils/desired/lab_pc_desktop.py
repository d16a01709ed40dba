"""A seat that somebody left: the screen locks, and later the session ends.

GNOME, MATE and UKUI take their settings from dconf, whose system database can also forbid a user to change them. The
log-in manager ends idle sessions of every desktop (systemd 252 and later); shells end themselves by ``TMOUT``.
"""

from __future__ import annotations

from collections.abc import Iterator

from .state import Built, File, Item, Package
from .variables import Variables

_HEAD = "# Written by Ansible, role lab_pc: the next run writes it again.\n"
# Every desktop of the GNOME family brings this.
_DESKTOP = "/usr/share/glib-2.0/schemas/org.gnome.desktop.screensaver.gschema.xml"
_APT = "/usr/bin/apt-get"


def items(given: Variables) -> Iterator[Item]:
    if lock := given.number("lab_pc_screen_lock_minutes", 1, 24 * 60):
        yield from _lock(lock)
    if idle := given.number("lab_pc_logout_minutes", 1, 24 * 60):
        yield from _log_out(idle)


def _lock(minutes: int) -> Iterator[Item]:
    settings = {
        "org/gnome/desktop/session": {"idle-delay": f"uint32 {minutes * 60}"},
        "org/gnome/desktop/screensaver": {"lock-enabled": "true", "lock-delay": "uint32 0"},
        **{
            key: value
            for desktop in ("mate", "ukui")
            for key, value in (
                (f"org/{desktop}/session", {"idle-delay": str(minutes)}),
                (f"org/{desktop}/screensaver", {"idle-activation-enabled": "true", "lock-enabled": "true"}),
            )
        },
    }
    here = (_DESKTOP,)
    for package, family in (("dconf-cli", _APT), ("dconf", f"!{_APT}")):
        yield Package(package, when=(_DESKTOP, family))
    # The RPM family has a profile that reads local.d.
    profile = "user-db:user\nsystem-db:local\n"
    yield File("/etc/dconf/profile/user", profile, when=(_DESKTOP, _APT))
    text = "".join(
        f"\n[{path}]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())
        for path, keys in settings.items()
    )
    yield File("/etc/dconf/db/local.d/50-jifang_lab_pc", _HEAD + text, when=here)
    locks = "".join(f"/{path}/{key}\n" for path, keys in settings.items() for key in keys)
    yield File("/etc/dconf/db/local.d/locks/50-jifang_lab_pc", locks, when=here)
    yield Built(
        name="dconf",
        command=("dconf", "update"),
        sources=("/etc/dconf/db/local.d/*", "/etc/dconf/db/local.d/locks/*"),
        artefacts=("/etc/dconf/db/local",),
        when=here,
    )


def _log_out(minutes: int) -> Iterator[Item]:
    text = f"{_HEAD}[Login]\nStopIdleSessionSec={minutes}min\n"
    path = "/etc/systemd/logind.conf.d/50-jifang_lab_pc.conf"
    yield File(path, text, notify=("restart_logind",))
    # A shell of a shell has it read-only already, and setting it again would be an error.
    shell = f'if [ -z "${{TMOUT:-}}" ]; then\n  TMOUT={minutes * 60}\n  readonly TMOUT\n  export TMOUT\nfi\n'
    yield File("/etc/profile.d/jifang_lab_pc.sh", _HEAD + shell, check="/bin/sh -n %s")
