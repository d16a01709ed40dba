"""What a PC answered against what is wanted of it: the items that drifted, each with its reason in words.

The answer is hostile input: a value of an unexpected shape counts as unknown, and unknown counts as drift, so that
the item is brought about again and not passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..facts.shape import clean_text
from ..i18n import Message
from . import boot_order
from .asking import kernel_name, wanted_here
from .state import (
    AbsentFile,
    Account,
    BootOrder,
    Built,
    DesiredState,
    File,
    Link,
    Module,
    Package,
    Unit,
    unfinished,
)

DOMAIN = "desired"
# What ``systemctl is-enabled`` and, like it, Ansible count as enabled.
_ENABLED = ("enabled", "static", "generated", "transient")
_RUNNING = ("active", "activating")
_SHOWN = 80
_T = TypeVar("_T")
_UNKNOWN: Mapping[str, Message] = {
    "denied": Message(DOMAIN, "cannot be looked at: no permission"),
    "too_large": Message(DOMAIN, "cannot be looked at: too large"),
    "timeout": Message(DOMAIN, "cannot be looked at: no answer in time"),
    "absent": Message(DOMAIN, "cannot be looked at: the PC lacks the means"),
}
_UNREADABLE = Message(DOMAIN, "cannot be looked at")
_FILE_TYPES: Mapping[str, Message] = {
    "file": Message(DOMAIN, "a file"),
    "link": Message(DOMAIN, "a symbolic link"),
    "folder": Message(DOMAIN, "a folder"),
    "other": Message(DOMAIN, "neither file nor folder"),
}


@dataclass(frozen=True, slots=True)
class Drift:
    """``known`` is false where the PC could not tell."""

    kind: str
    subject: str
    why: Message
    known: bool = True


class _UnknownError(Exception):
    def __init__(self, value: object = None) -> None:
        error = value.get("error") if isinstance(value, Mapping) else None
        super().__init__()
        self.why = _UNKNOWN.get(error, _UNREADABLE) if isinstance(error, str) else _UNREADABLE


def compare(role: str, state: DesiredState, answer: Mapping[str, Any]) -> tuple[Drift, ...]:
    """What of ``state`` is not so on the PC that gave ``answer``, in the order of the state."""
    return tuple(_drifts(role, wanted_here(state, answer), answer))


def notes(state: DesiredState, answer: Mapping[str, Any]) -> tuple[Message, ...]:
    """What a person should know and no run can mend."""
    found = state.notes
    if any(isinstance(item, BootOrder) for item in state.items) and answer.get("boot") == {"error": "absent"}:
        found += (
            Message(
                DOMAIN,
                "the firmware's boot order cannot be asked (BIOS start); bar removable media in its set-up and "
                "give the set-up a password",
            ),
        )
    return found


def _drifts(role: str, state: DesiredState, answer: Mapping[str, Any]) -> Iterator[Drift]:
    mark = AbsentFile(unfinished(role))
    try:
        left = _file(mark.path, answer) is not None
    except _UnknownError as unknown:
        yield Drift(mark.kind, mark.subject, unknown.why, known=False)
    else:
        if left:
            yield Drift(mark.kind, mark.subject, Message(DOMAIN, "a run was broken off before its end"))
    for item in state.items:
        try:
            for why in _JUDGES[item.kind](item, answer):
                yield Drift(item.kind, item.subject, why)
        except _UnknownError as unknown:
            yield Drift(item.kind, item.subject, unknown.why, known=False)


def _part(answer: Mapping[str, Any], part: str, name: str) -> Any:
    """One value of a part that is a mapping by name."""
    values = answer.get(part)
    if not isinstance(values, Mapping) or "error" in values or name not in values:
        raise _UnknownError(values)
    return values[name]


def _typed(value: object, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise _UnknownError(value)
    return value


def _file(path: str, answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is at ``path``, or None where nothing is."""
    value = _typed(_part(answer, "files", path), dict)
    if value == {"error": "absent"}:
        return None
    if "error" in value or value.get("type") not in _FILE_TYPES:
        raise _UnknownError(value)
    return value


def _missing() -> Message:
    return Message(DOMAIN, "is missing")


def _of_file(item: File, answer: Mapping[str, Any]) -> Iterator[Message]:
    present = _file(item.path, answer)
    if present is None:
        yield _missing()
        return
    if present["type"] != "file":
        yield Message(DOMAIN, "is {type} instead of a file", {"type": _FILE_TYPES[present["type"]]})
        return
    if _typed(present.get("sha256"), str) != item.digest:
        yield Message(DOMAIN, "has another content")
    mode = _typed(present.get("mode"), int)
    if mode != int(item.mode, 8):
        yield Message(
            DOMAIN, "has mode {present} instead of {wanted}", {"present": f"{mode:04o}", "wanted": item.mode}
        )
    for name, wanted in (("owner", item.owner), ("group", item.group)):
        owned = _typed(present.get(name), str)
        if owned != wanted:
            yield Message(
                DOMAIN,
                "belongs to {present} instead of {wanted}",
                {"present": _shown(owned), "wanted": wanted},
            )


def _of_absent(item: AbsentFile, answer: Mapping[str, Any]) -> Iterator[Message]:
    if _file(item.path, answer) is not None:
        yield Message(DOMAIN, "is there")


def _of_link(item: Link, answer: Mapping[str, Any]) -> Iterator[Message]:
    present = _file(item.path, answer)
    if present is None:
        yield _missing()
    elif present["type"] != "link":
        yield Message(DOMAIN, "is {type} instead of a link", {"type": _FILE_TYPES[present["type"]]})
    elif present.get("target") != item.target:
        target = _shown(_typed(present.get("target"), str))
        yield Message(
            DOMAIN, "points to {present} instead of {wanted}", {"present": target, "wanted": item.target}
        )


def _of_package(item: Package, answer: Mapping[str, Any]) -> Iterator[Message]:
    installed = _typed(_part(answer, "packages", item.name), int)
    if bool(installed) is not item.present:
        yield Message(DOMAIN, "is not installed") if item.present else Message(DOMAIN, "is installed")


def _of_unit(item: Unit, answer: Mapping[str, Any]) -> Iterator[Message]:
    units = answer.get("units")
    if not isinstance(units, Mapping) or "error" in units or not isinstance(units.get("out"), str):
        raise _UnknownError(units)
    shown = parse_units(units["out"]).get(item.name)
    if shown is None:
        raise _UnknownError
    file_state = shown.get("UnitFileState", "")
    if item.masked is not None and (file_state == "masked") is not item.masked:
        yield Message(DOMAIN, "is not masked") if item.masked else Message(DOMAIN, "is masked")
    if item.enabled is not None and (file_state in _ENABLED) is not item.enabled:
        yield (
            Message(DOMAIN, "does not start with the PC")
            if item.enabled
            else Message(DOMAIN, "starts with the PC")
        )
    state = shown.get("ActiveState", "")
    if item.active is True and state not in _RUNNING:
        yield Message(DOMAIN, "does not run")
    elif item.active is False and state in (*_RUNNING, "deactivating"):
        yield Message(DOMAIN, "runs")


def parse_units(text: str) -> dict[str, dict[str, str]]:
    """``systemctl show`` of several units: each unit's properties by each of its names."""
    found: dict[str, dict[str, str]] = {}
    for paragraph in text.split("\n\n"):
        shown = dict(line.split("=", 1) for line in paragraph.splitlines() if "=" in line)
        for name in (shown.get("Id", ""), *shown.get("Names", "").split()):
            found[name] = shown
    return found


def _of_module(item: Module, answer: Mapping[str, Any]) -> Iterator[Message]:
    loaded = _typed(_part(answer, "modules", kernel_name(item.name)), int)
    if bool(loaded) is not item.loaded:
        yield Message(DOMAIN, "is not loaded") if item.loaded else Message(DOMAIN, "is loaded")


def _of_account(item: Account, answer: Mapping[str, Any]) -> Iterator[Message]:
    account = _typed(_part(answer, "accounts", item.name), dict)
    if item.password_locked is not None:
        locked = _typed(account.get("locked"), int)
        if bool(locked) is not item.password_locked:
            yield (
                Message(DOMAIN, "can log in by password")
                if item.password_locked
                else Message(DOMAIN, "cannot log in by password")
            )
    if item.shell is not None:
        shell = _typed(account.get("shell"), str)
        if shell != item.shell:
            yield Message(
                DOMAIN,
                "has the shell {present} instead of {wanted}",
                {"present": _shown(shell), "wanted": item.shell},
            )


def _of_built(item: Built, answer: Mapping[str, Any]) -> Iterator[Message]:
    built = _typed(_part(answer, "built", item.name), dict)
    stamp, now = built.get("stamp"), built.get("now")
    if not isinstance(now, str) or not isinstance(stamp, str):
        raise _UnknownError(built if "error" in built else stamp)
    if stamp.strip() != now:
        yield Message(DOMAIN, "was not built from the present files")


def _of_boot_order(item: BootOrder, answer: Mapping[str, Any]) -> Iterator[Message]:
    variables = answer.get("boot")
    if variables == {"error": "absent"}:
        return  # no firmware to ask: ``notes`` says so
    if not isinstance(variables, Mapping) or "error" in variables:
        raise _UnknownError(variables)
    present = boot_order.order(variables)
    wanted = boot_order.internal_only(variables, item.barred)
    if present is None or wanted is None:
        raise _UnknownError
    known = boot_order.entries(variables)
    for one in present:
        if one not in wanted:
            yield Message(DOMAIN, "starts from {entry}", {"entry": _shown(known[one].description)})


def _shown(text: str) -> str:
    return clean_text(text)[:_SHOWN]


_JUDGES: Mapping[str, Callable[[Any, Mapping[str, Any]], Iterator[Message]]] = {
    "file": _of_file,
    "absent": _of_absent,
    "link": _of_link,
    "package": _of_package,
    "unit": _of_unit,
    "module": _of_module,
    "account": _of_account,
    "built": _of_built,
    "boot_order": _of_boot_order,
}
