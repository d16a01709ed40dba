"""What makes Windows' Unified Write Filter restore a PC at each start: the commands of ``uwfmgr.exe`` that are wanting.

Sources, Microsoft's: "uwfmgr.exe" (commands), the WMI classes UWF_Filter, UWF_Volume, UWF_OverlayConfig and
UWF_RegistryFilter (what is asked), "UWF exclusions" (what cannot be kept). Settings hold from the next start; the
overlay can only be changed while the filter is off. None of it has been run on a real Windows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..i18n import UserError

DOMAIN = "win_freeze"
STATES = ("frozen", "thawed", "absent")
OVERLAYS = ("RAM", "Disk")
_PREFIX = "win_freeze_"
_PROGRAM = "uwfmgr.exe"
_VOLUME = re.compile(r"[A-Za-z]:")
_PATH = re.compile(r'[A-Za-z]:(?:\\[^\\/:*?"<>|%\x00-\x1f]+)+')
_KEY = re.compile(r"HKLM\\(?:[^\\\x00-\x1f%]+\\)*[^\\\x00-\x1f%]+", re.IGNORECASE)
_LEAST_MB, _MOST_MB = 1024, 1024 * 1024
_MOST = 64
_SHOWN = 80
# "UWF exclusions": the system refuses them, or the PC would not be the same one after a restart.
_FORBIDDEN = ("\\windows", "\\windows\\system32", "\\windows\\system32\\config", "\\program files", "\\users")


@dataclass(frozen=True, slots=True, kw_only=True)
class UwfWish:
    state: str
    volumes: tuple[str, ...]
    overlay: str
    megabytes: int
    paths: tuple[str, ...]
    keys: tuple[str, ...]
    restart: bool
    confirmed: frozenset[str]


@dataclass(frozen=True, slots=True)
class UwfPlan:
    """``commands``: argument vectors in their order."""

    commands: tuple[tuple[str, ...], ...]
    restart: bool


def compile_win_freeze(variables: Mapping[str, Any]) -> UwfWish:
    """``variables``: those of the role by their full names. Raises ``UserError`` naming the variable."""

    def of(name: str) -> Any:
        return variables[_PREFIX + name]

    state, overlay, megabytes = of("state"), of("overlay"), of("overlay_mb")
    for name, value, known in (("state", state, STATES), ("overlay", overlay, OVERLAYS)):
        if value not in known:
            raise _wrong(name, value, known)
    whole = isinstance(megabytes, int) and not isinstance(megabytes, bool)
    if not whole or not _LEAST_MB <= megabytes <= _MOST_MB:
        raise _wrong("overlay_mb", megabytes, (f"{_LEAST_MB} … {_MOST_MB}",))
    volumes = _texts("volumes", of("volumes"), _VOLUME)
    paths = _texts("keep_paths", of("keep_paths"), _PATH)
    for path in paths:
        if path[2:].lower().rstrip("\\") in _FORBIDDEN or path[:2].upper() not in map(str.upper, volumes):
            raise UserError(
                DOMAIN,
                "win_freeze_keep_paths: {path} cannot be kept: it is a part of the system, or on no volume of "
                "win_freeze_volumes. Name the folder that holds what must outlast a restart.",
                path=path,
            )
    confirm = of("confirm")
    return UwfWish(
        state=state,
        volumes=tuple(volume.upper() for volume in volumes),
        overlay=overlay,
        megabytes=megabytes,
        paths=paths,
        keys=_texts("keep_keys", of("keep_keys"), _KEY),
        restart=of("restart") is True,
        confirmed=frozenset(str(host) for host in (confirm if isinstance(confirm, list) else [confirm])),
    )


def plan(host: str, wish: UwfWish, present: Mapping[str, Any], *, installing: bool = False) -> UwfPlan:
    """``present``: what ``files/read_uwf.ps1`` told. Raises ``UserError``, naming the host, where it must not be.
    ``installing``: the filter is only about to be installed, which may restart the PC."""
    if installing:
        if wish.state == "frozen" and present.get("current") is None and wish.restart:
            _must_lose_nobodys_work(host, wish, present)
        return UwfPlan((), restart=False)
    if not isinstance(present.get("next"), bool) or not isinstance(present.get("current"), bool):
        raise UserError(
            DOMAIN,
            "{host} has no Unified Write Filter. It belongs to Windows Enterprise, Education and IoT Enterprise; on "
            "other editions a card or another program has to do it.",
            host=host,
        )
    current, after = present["current"] is True, present["next"] is True
    settings = tuple(_settings(wish, present)) if wish.state == "frozen" else ()
    if settings and current:
        raise UserError(
            DOMAIN,
            "{host} is frozen with other settings, which can only be changed while it is thawed. Run this first with "
            "-e win_freeze_state=thawed.",
            host=host,
        )
    commands = list(settings)
    wanted = wish.state == "frozen"
    if after is not wanted:
        commands.append((_PROGRAM, "filter", "enable" if wanted else "disable"))
    if wish.state == "absent":
        commands += [(_PROGRAM, "volume", "unprotect", volume) for volume in _list(present, "volumes")]
    restart = current is not wanted and wish.restart
    if restart:
        _must_lose_nobodys_work(host, wish, present)
    return UwfPlan(tuple(commands), restart)


def _must_lose_nobodys_work(host: str, wish: UwfWish, present: Mapping[str, Any]) -> None:
    users = _list(present, "users")
    if users and host not in wish.confirmed:
        raise UserError(
            DOMAIN,
            "{users} is logged in on {host}, which would be restarted. Wait, or name the PC: -e "
            "win_freeze_confirm={host}.",
            users=tuple(user[:_SHOWN] for user in users[:8]),
            host=host,
        )


def _settings(wish: UwfWish, present: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    if str(present.get("overlay")).upper() != wish.overlay.upper():
        yield (_PROGRAM, "overlay", "set-type", wish.overlay.upper())
    if present.get("overlay_mb") != wish.megabytes:
        yield (_PROGRAM, "overlay", "set-size", str(wish.megabytes))
    protected = {volume.upper() for volume in _list(present, "volumes")}
    yield from ((_PROGRAM, "volume", "protect", volume) for volume in wish.volumes if volume not in protected)
    for kind, wanted, name in (("file", wish.paths, "files"), ("registry", wish.keys, "keys")):
        there = {one.lower(): one for one in _list(present, name)}
        lower = {one.lower() for one in wanted}
        yield from ((_PROGRAM, kind, "add-exclusion", one) for one in wanted if one.lower() not in there)
        yield from (
            (_PROGRAM, kind, "remove-exclusion", own)
            for one, own in sorted(there.items())
            if one not in lower
        )


def _list(present: Mapping[str, Any], name: str) -> list[str]:
    """Texts that the PC told; what a person's command line could take for an option or two words is left out."""
    given = present.get(name)
    texts = given if isinstance(given, list) else []
    return [text for text in texts[:512] if isinstance(text, str) and text.isprintable() and '"' not in text]


def _texts(name: str, given: Any, pattern: re.Pattern[str]) -> tuple[str, ...]:
    if not isinstance(given, list) or len(given) > _MOST:
        raise _wrong(name, given, (f"list, {_MOST}",))
    for text in given:
        if not isinstance(text, str) or not pattern.fullmatch(text):
            raise _wrong(name, text, (pattern.pattern,))
    return tuple(dict.fromkeys(given))


def _wrong(name: str, value: object, known: tuple[str, ...]) -> UserError:
    return UserError(
        DOMAIN,
        'win_freeze_{name}: "{value}" is none of what can be written there: {known}.',
        name=name,
        value=str(value)[:_SHOWN],
        known=known,
    )
