"""``calendar_duties``: the duties that the suite ships with, changed and added to by the school."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..i18n import Message
from .fields import Field
from .model import Anchor, DayRule, Days, Duty, Moment

_MOST_DUTIES = 100
_MOST_TIMES = 24
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_MOMENT = re.compile(r"(first_class|last_class)\s*(?:([+-])\s*(\d{1,3}\s*[mh]))?", re.ASCII)
_TERM_DAY = re.compile(r"(term_start|term_end)\s*(?:([+-])\s*(\d{1,2}))?", re.ASCII)
_MONTH_DAY = re.compile(r"month_day\s+(\d{1,2})", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_EXAMPLES = ("school_days", "working_days", "friday", "month_day 1", "month_end", "term_start - 2")
_LONGEST_CATCH_UP = timedelta(days=31)
_KEYS = (
    *("title", "days", "at", "playbook", "arguments", "each_room"),
    *("tolerance", "catch_up", "enabled"),
)

#: What the duties of defaults.yml are called.
TITLES = {
    "daily_check": "Daily check",
    "ready_check": "Ready for class",
    "closing_check": "Check after the last class",
    "friday_backup": "Friday backup",
    "nightly_backup": "Nightly backup",
    "backup_check": "Check of the backups",
    "restore_drill": "Restore drill",
    "history_proof": "Proof of the ledger's history",
    "hardware_check": "Month-end hardware check",
    "log_export": "Export of the logs",
    "term_start_check": "Check at the start of term",
    "term_end_closing": "Closing at the end of term",
    "switch_backup": "Nightly backup of the switches",
    "switch_check": "Monthly check of the switches",
}


def title_of(name: str) -> Message | None:
    """What a shipped duty is called; None for one of the school's own."""
    return Message("calendar", TITLES[name]) if name in TITLES else None


def read_duties(shipped: Mapping[str, Any], own: Field) -> tuple[Duty, ...]:
    """The shipped duties in their order, then the school's. An own entry changes the keys that it names."""
    merged: dict[str, dict[str, Any]] = {name: dict(entry) for name, entry in shipped.items()}
    places: dict[str, Field] = {}
    for name, entry in own.members(_MOST_DUTIES):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Field(name, own.place, own.file).wrong("daily_check")
        entry.parts((), _KEYS)
        merged[name] = {**merged.get(name, {}), **entry.value}
        places[name] = entry
    duties = []
    for name, settings in merged.items():
        place = places[name].place if name in places else f"{own.place}.{name}"
        field = Field(settings, place, own.file)
        if (duty := _duty(name, field)) is not None:
            duties.append(duty)
    return tuple(duties)


def _duty(name: str, field: Field) -> Duty | None:
    parts = field.parts(("days", "at"), tuple(key for key in _KEYS if key not in ("days", "at")))
    if "enabled" in parts and not parts["enabled"].boolean():
        return None
    title: Message | str = title_of(name) or name
    if "title" in parts:
        title = parts["title"].text("Daily check")
    playbook = parts.get("playbook")
    tolerance = parts["tolerance"].duration() if "tolerance" in parts else timedelta(minutes=30)
    catch_up = parts["catch_up"].duration() if "catch_up" in parts else timedelta(hours=12)
    if not timedelta(0) < tolerance <= catch_up:
        raise (parts.get("tolerance") or field).wrong("tolerance ≤ catch_up")
    if catch_up > _LONGEST_CATCH_UP:
        raise parts["catch_up"].wrong("31d")
    return Duty(
        name=name,
        title=title,
        days=_days(parts["days"]),
        times=_times(parts["at"]),
        playbook=_playbook(playbook) if playbook is not None and playbook.value is not None else None,
        arguments=tuple(_argument(item) for item in parts["arguments"].items(20))
        if "arguments" in parts
        else (),
        each_room=parts["each_room"].boolean() if "each_room" in parts else False,
        tolerance=tolerance,
        catch_up=catch_up,
    )


def _playbook(field: Field) -> str:
    if not isinstance(field.value, str) or not _NAME.fullmatch(field.value):
        raise field.wrong("update_ledger")
    return field.value


def _argument(field: Field) -> str:
    if not isinstance(field.value, str) or not field.value.isprintable() or len(field.value) > 1000:
        raise field.wrong("--limit")
    return field.value


def _days(field: Field) -> Days:
    value = field.value
    if isinstance(value, list):
        named = [item.value for item in field.items(7)]
        if named and all(name in _WEEKDAYS for name in named):
            return Days(
                rule=DayRule.WEEKDAYS, weekdays=frozenset(_WEEKDAYS.index(name) + 1 for name in named)
            )
        raise field.wrong("[monday, friday]")
    if not isinstance(value, str):
        raise field.wrong(", ".join(_DAYS_EXAMPLES))
    text = value.strip()
    if text in _WEEKDAYS:
        return Days(rule=DayRule.WEEKDAYS, weekdays=frozenset({_WEEKDAYS.index(text) + 1}))
    if match := _TERM_DAY.fullmatch(text):
        shift = int(match[3] or 0) * (-1 if match[2] == "-" else 1)
        return Days(rule=DayRule(match[1]), shift=shift)
    if match := _MONTH_DAY.fullmatch(text):
        # Every month has 28 days; for its last there is month_end.
        return Days(
            rule=DayRule.MONTH_DAY, month_day=Field(match[1], field.place, field.file).number(range(1, 29))
        )
    plain = {rule.value for rule in DayRule} - {DayRule.WEEKDAYS.value, DayRule.MONTH_DAY.value}
    if text not in plain:
        raise field.wrong(", ".join(_DAYS_EXAMPLES))
    return Days(rule=DayRule(text))


def _times(field: Field) -> tuple[Moment, ...]:
    fields = list(field.items(_MOST_TIMES)) if isinstance(field.value, list) else [field]
    if not fields:
        raise field.wrong('"07:10"')
    return tuple(_moment(one) for one in fields)


def _moment(field: Field) -> Moment:
    if isinstance(field.value, str) and (match := _MOMENT.fullmatch(field.value.strip())):
        offset = Field(match[3], field.place, field.file).duration() if match[3] else timedelta(0)
        if offset > timedelta(hours=12):
            raise field.wrong("first_class - 10m")
        return Moment(anchor=Anchor(match[1]), offset=-offset if match[2] == "-" else offset)
    if isinstance(field.value, str) and not re.match(r"\d", field.value.strip()):
        raise field.wrong('"07:10", first_class - 10m, last_class + 15m')
    return Moment(at=field.time())
