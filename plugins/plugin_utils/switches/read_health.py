"""Version, processor, temperature, fans and power supplies, in the forms of all platforms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from .said import TEXT_CHARACTERS, Part

_PARTS = 256
_VERSIONS = (
    re.compile(r"^System software version *: *(.{1,120})$", re.MULTILINE),
    re.compile(r"^Software image version: *(\S{1,60})", re.MULTILINE),
    re.compile(r"^VRP \(R\) software, Version \S+ \(\S+ (\S{1,60})\)", re.MULTILINE),
    re.compile(r"Comware (?:Platform )?Software, Version (\S+, [^\n]{1,60})", re.IGNORECASE),
    re.compile(r"\bVersion ([^,\s]{1,60})"),
)
_MODELS = (
    re.compile(r"^System description *: *.{0,80}?\(([^)\n]{2,60})\)", re.MULTILINE),
    re.compile(r"^Model [Nn]umber *: *(\S{1,60})", re.MULTILINE),
    re.compile(r"^(?:H3C|HUAWEI|Huawei|HPE?) (\S{2,60}).{0,60} uptime is", re.MULTILINE),
    re.compile(r"^Arista (\S{2,60})", re.MULTILINE),
    re.compile(r"^cisco (\S{2,60}) \(", re.MULTILINE),
)
_CPU = (
    re.compile(r"five minutes: *(\d{1,3}(?:\.\d+)?)%"),
    re.compile(r"(\d{1,3}(?:\.\d+)?)% in last 5 minutes"),
    re.compile(r"CPU Usage *: *(\d{1,3})%"),
)
_IDLE = re.compile(r"%?Cpu\(s\):.{0,120}?(\d{1,3}\.\d+) ?%?id")
_ROWS = re.MULTILINE | re.IGNORECASE
_DEGREES = r"(?P<value>-?\d{1,3}(?:\.\d{1,3})?)"
#: A sensor, its degrees and, where the switch says it, the limit at which it acts by itself.
_TEMPERATURES = (
    # IOS: the value on a line of its own, the limit some lines below.
    re.compile(
        rf"^[ \t]*(?P<name>[A-Z][\w ]{{1,40}}?) Temperature Value: {_DEGREES} Degree Celsius"
        r"(?:(?:\s*\n(?!.*Value).*){0,2}?\s*\nRed Threshold *: *(?P<limit>\d{1,3}))?",
        _ROWS,
    ),
    # Comware: slot, sensor and its number, now, lower, warning, alarm.
    re.compile(
        rf"^[ \t]*(?P<name>\d+[ ]+[a-z]+[ ]+\d+)[ ]+{_DEGREES}[ ]+-?\d+[ ]+-?\d+[ ]+(?P<limit>\d+|NA)\b",
        _ROWS,
    ),
    # VRP: slot, card, sensor, state, now, lower, its end, upper.
    re.compile(
        rf"^[ \t]*(?P<name>\d+[ ]+\S+[ ]+\S+)[ ]+[A-Z]+[ ]+{_DEGREES}[ ]+-?\d+[ ]+-?\d+[ ]+(?P<limit>\d+)\b",
        _ROWS,
    ),
    # EOS: number, sensor, now, the point it is cooled to, alert, critical.
    re.compile(
        rf"^(?P<name>\d+[ ]+\S.{{1,40}}?)[ ]{{2,}}{_DEGREES}C?[ ]+(?:\(?[\d.]+\)?C?[ ]+)?"
        r"(?P<limit>\d+\.\d+)C?[ ]+\d+\.\d+",
        _ROWS,
    ),
    # RGOS.
    re.compile(
        rf"^[ \t]*(?P<name>[\w/ -]{{1,30}}?) *:? +{_DEGREES} ?(?:C\b|℃|degree)(?P<limit>(?!))?", _ROWS
    ),
)
_FANS = (
    re.compile(r"^[ \t]*(?P<name>(?:\w+ )?FAN (?:PS-)?\d+) is (?P<state>[\w ]{2,30})", _ROWS),
    re.compile(r"^[ \t]+(?P<name>\d+[ ]+\d+)[ ]+\d+[ ]+(?P<state>\w+)[ ]+\w+ to \w+", _ROWS),
    re.compile(
        r"^[ \t]*(?P<name>Fan(?:-tray)? [\d-]+):?[ \t]*\n[ \t]*State *: *(?P<state>[\w -]{2,30})", _ROWS
    ),
    re.compile(r"^[ \t]*(?P<name>\d+[ ]+\d+)[ ]+(?P<state>Present[ ]+\w+|Absent)\b", _ROWS),
    re.compile(r"^(?P<name>(?:PowerSupply)?\d+/\d+)[ ]+(?P<state>[A-Z]+(?: [A-Z]+)?)[ ]+\d+%", _ROWS),
    re.compile(
        r"^[ \t]*(?P<name>\d+(?:/\d+)?(?:[ ]+\d+)?)[ ]+(?P<state>ok|normal|fail\w*|line-fail|absent|no-link)\b",
        _ROWS,
    ),
)
_SUPPLIES = (
    re.compile(
        r"^ ?(?P<name>\d[AB])[ ]+(?:\S+[ ]+\S+[ ]+)?"
        r"(?P<state>OK|Good|Bad|Not Present|No Input Power|Faulty|Disabled)\b",
        _ROWS,
    ),
    re.compile(r"^ *(?P<name>\d+)[ ]+Built-in[ ]+(?P<state>\w+)", _ROWS),
    re.compile(r"^[ \t]*(?P<name>Power [\d-]+):?[ \t]*\n[ \t]*State *: *(?P<state>[\w -]{2,30})", _ROWS),
    re.compile(r"^[ \t]*(?P<name>\d+[ ]+PWR\d+)[ ]+(?P<state>Present[ ]+\S+[ ]+\w+|Absent)\b", _ROWS),
    re.compile(r"^(?P<name>\d+)[ ]+\S+[ ]+\d+W[ ].*?\b(?P<state>Ok|Power Loss|Failed|Off)\b", _ROWS),
    re.compile(
        r"^[ \t]*(?P<name>\d+(?:/\d+)?(?:[ ]+\d+)?)[ ]+(?:\S+[ ]+){0,3}?"
        r"(?P<state>ok|normal|absent|fault|fail\w*|no-link|no-power|linkandpower|linkandnopower)\b",
        _ROWS,
    ),
)
_WELL = frozenset({"ok", "good", "normal", "supply", "linkandpower"})
_AWAY = frozenset({"absent", "not present", "no-link", "not installed"})


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> str | None:
    for pattern in patterns:
        if match := pattern.search(text):
            return match[1].strip()[:TEXT_CHARACTERS]
    return None


def version(text: str) -> str | None:
    return _first(_VERSIONS, text)


def model(text: str) -> str | None:
    return _first(_MODELS, text)


def cpu(text: str) -> float | None:
    """Percent, of the busiest member of a stack."""
    found = [float(match[1]) for pattern in _CPU for match in pattern.finditer(text)]
    found += [100 - float(match[1]) for match in _IDLE.finditer(text)]
    return min(max(found), 100.0) if found else None


def _rows(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[re.Match[str]]:
    """The rows of the first form that there is: no switch writes two."""
    for pattern in patterns:
        found = list(islice(pattern.finditer(text), _PARTS))
        if found:
            yield from found
            return


def temperatures(text: str) -> tuple[tuple[str, float, float | None], ...]:
    """``(sensor, degrees, limit of the switch)``."""
    found = []
    for match in _rows(_TEMPERATURES, text):
        limit = match["limit"]
        degrees = float(limit) if limit is not None and limit.upper() != "NA" else None
        found.append((_name(match), float(match["value"]), degrees))
    return tuple(found)


def fans(text: str) -> tuple[Part, ...]:
    return tuple(_part(match) for match in _rows(_FANS, text))


def supplies(text: str) -> tuple[Part, ...]:
    return tuple(_part(match) for match in _rows(_SUPPLIES, text))


def _part(match: re.Match[str]) -> Part:
    state = match["state"].strip().lower()
    return Part(_name(match), None if state in _AWAY else state.split()[-1] in _WELL)


def _name(match: re.Match[str]) -> str:
    return " ".join(match["name"].split())[:TEXT_CHARACTERS]
