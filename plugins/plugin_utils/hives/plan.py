"""What of a wanted registry is not so in a hive file, and the changes that bring it about. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..desired.registry import Hive, RegistryList, RegistryState, RegistryValue

REG_SZ, REG_DWORD = 1, 4
_CURRENT = ("Select", "Current")
_BUILD = ("Microsoft\\Windows NT\\CurrentVersion", "CurrentBuildNumber")


@dataclass(frozen=True, slots=True)
class Questions:
    """The errand of ``hive_process.py`` that asks for what is there."""

    ask: tuple[tuple[str, str], ...]
    lists: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        return {"ask": list(map(list, self.ask)), "lists": list(self.lists)}


@dataclass(frozen=True, slots=True)
class Changes:
    """The errand that changes it, and for people the lines before and after."""

    put: list[list[Any]] = field(default_factory=list)
    drop: list[list[str]] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.put or self.drop or self.remove)

    def as_data(self) -> dict[str, Any]:
        return {"put": self.put, "drop": self.drop, "remove": self.remove}


def control_set_question() -> Questions:
    return Questions((_CURRENT,), ())


def build_question() -> Questions:
    return Questions((_BUILD,), ())


def control_set(answer: Mapping[str, Any]) -> str | None:
    """The name of the control set that Windows will start with; None where the hive does not say one."""
    number = decoded(answer["values"][0])
    return f"ControlSet{number:03d}" if isinstance(number, int) and 0 < number < 1000 else None


def build(answer: Mapping[str, Any]) -> str | None:
    """``CurrentBuildNumber`` as the registry has it; None where it does not say one."""
    text = decoded(answer["values"][0])
    return text if isinstance(text, str) else None


def questions(state: RegistryState, hive: Hive, prefix: str) -> Questions:
    """``prefix``: the control set with a backslash behind it, or nothing."""
    return Questions(
        tuple((prefix + value.key, value.name) for value in _values(state, hive)),
        tuple(prefix + one.key for one in _lists(state, hive)),
    )


def changes(state: RegistryState, hive: Hive, prefix: str, answer: Mapping[str, Any]) -> Changes:
    """What brings the hive that gave ``answer`` to ``state``."""
    made = Changes()
    for value, present, key_there in zip(_values(state, hive), answer["values"], answer["keys"], strict=True):
        if value.driver and not key_there:
            continue
        now = decoded(present)
        if now == value.data and type(now) is type(value.data):
            continue
        key = prefix + value.key
        if value.data is None:
            made.drop.append([key, value.name])
        else:
            made.put.append([key, value.name, *encoded(value.data)])
        _tell(made, hive, key, {value.name: now}, {value.name: value.data})
    for one, found in zip(_lists(state, hive), answer["lists"], strict=True):
        _list_changes(made, hive, one, prefix + one.key, found)
    return made


def _list_changes(
    made: Changes, hive: Hive, one: RegistryList, key: str, found: Mapping[str, Sequence[Any]] | None
) -> None:
    present = None if found is None else {name: decoded(value) for name, value in found.items()}
    if present == (one.values or None):
        return
    if not one.values:
        made.remove.append(key)
    made.drop.extend([key, name] for name in present or {} if one.values and name not in one.values)
    made.put.extend(
        [key, name, *encoded(text)]
        for name, text in one.values.items()
        if present is None or present.get(name) != text
    )
    _tell(made, hive, key, present or {}, dict(one.values))


def _tell(made: Changes, hive: Hive, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for lines, values in ((made.before, before), (made.after, after)):
        lines += [
            f"{hive.value}\\{key}\\{name} = {_shown(value)}\n"
            for name, value in values.items()
            if value is not None
        ]


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def encoded(data: int | str) -> tuple[int, str]:
    """A value as the hive keeps it: its type, and its bytes in base64."""
    if isinstance(data, int):
        return REG_DWORD, base64.b64encode(data.to_bytes(4, "little")).decode()
    return REG_SZ, base64.b64encode((data + "\0").encode("utf-16-le")).decode()


def decoded(value: Sequence[Any] | None) -> int | str | bytes | None:
    """A value as the process tells it: an int, a text, the bytes of any other type, None where there is none."""
    if value is None:
        return None
    kind, data = value[0], base64.b64decode(value[1])
    if kind == REG_DWORD and len(data) == 4:
        return int.from_bytes(data, "little")
    if kind == REG_SZ and len(data) % 2 == 0:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return data


def _values(state: RegistryState, hive: Hive) -> list[RegistryValue]:
    return [value for value in state.values if value.hive is hive]


def _lists(state: RegistryState, hive: Hive) -> list[RegistryList]:
    return [one for one in state.lists if one.hive is hive]
