"""How property books and firmware name the same thing: kinds of asset, brands, models, serials, places.

Everything here turns free text into a value that can be compared, or into None where the text does not
say. Text is hostile and is bounded before it is looked at. The words are in ``asset_kinds.json`` and
``brands.json``, which a school may edit.
"""

from __future__ import annotations

import json
import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..facts.placeholders import is_placeholder
from .records import Asset
from .specification import Specification, parse_specification

_TEXT_LIMIT = 400
_HERE = Path(__file__).parent


class AssetKind(StrEnum):
    COMPUTER = "computer"
    MONITOR = "monitor"
    SWITCH = "switch"
    ROUTER = "router"
    FIREWALL = "firewall"
    PRINTER = "printer"
    PROJECTOR = "projector"
    UPS = "ups"
    OTHER = "other"


#: Kinds that are matched with one another. Which of the three a network device is, neither side says for sure: a
#: switch routes, and a firewall is booked as a router.
NETWORK = frozenset({AssetKind.SWITCH, AssetKind.ROUTER, AssetKind.FIREWALL})
FAMILIES: tuple[frozenset[AssetKind], ...] = (
    frozenset({AssetKind.COMPUTER}),
    NETWORK,
    frozenset({AssetKind.PRINTER}),
    frozenset({AssetKind.PROJECTOR}),
    frozenset({AssetKind.UPS}),
    frozenset({AssetKind.OTHER}),
)
COMPUTERS, OTHERS = FAMILIES[0], FAMILIES[-1]


def family(kind: AssetKind) -> frozenset[AssetKind]:
    """The kinds that ``kind`` may be booked as. A monitor is seen by its computer and has none: ``KeyError``."""
    return _FAMILY_OF[kind]


_FAMILY_OF = {kind: family for family in FAMILIES for kind in family}


class Place(NamedTuple):
    """A room and a seat in it as keys (see ``place``); None where it is not known."""

    room: str | None
    seat: str | None


def plain(text: str | None) -> str:
    """Text to compare: NFKC (full-width forms become ASCII), lower case, at most 400 characters."""
    return unicodedata.normalize("NFKC", (text or "")[:_TEXT_LIMIT])[:_TEXT_LIMIT].casefold()


@cache
def _data(name: str) -> Any:
    return json.loads((_HERE / name).read_text(encoding="utf-8"))


# --- kinds of asset


@cache
def _class_codes() -> dict[tuple[str, str], tuple[AssetKind, ...]]:
    """Class code → its kind, and after it those that the name may say of what is under this code."""
    return {
        (_compact(row["standard"]), _compact(row["code"])): tuple(
            map(AssetKind, (row["kind"], *row.get("or_by_name", ())))
        )
        for row in _data("asset_kinds.json")["class_codes"]
    }


@cache
def _endings() -> tuple[str, ...]:
    return tuple(plain(word) for word in _data("asset_kinds.json")["not_the_thing_itself"]["endings"])


@cache
def _device_words() -> tuple[tuple[AssetKind, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    return tuple(
        (AssetKind(kind), _rows(rows)) for kind, rows in _data("asset_kinds.json")["device_words"].items()
    )


@cache
def _words(section: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return _rows(_data("asset_kinds.json")[section])


def _rows(rows: list[dict[str, Any]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((plain(row["word"]), tuple(plain(word) for word in row.get("unless", ()))) for row in rows)


_BRACKETED = re.compile(r"[(\[{【〔][^()\[\]{}【】〔】〕]*(?:[)\]}】〕]|$)")
_COUNTED = re.compile(r"[0-9一二两三四五六七八九十]{1,4}[台套]$")
_JOINED = re.compile(r"[+/、,;&]|及|和|含|带|(?<!适)配(?![件置])")


def asset_kind(asset: Asset) -> AssetKind:
    """What sort of thing a booked asset is.

    The class code decides where ``asset_kinds.json`` has it under the asset's own standard, up to what only the
    name tells apart (a switch among 网络设备). Otherwise the name does: what is in brackets or after 含, 及, + only
    accompanies the thing (台式计算机(含显示器) is a computer), and the ending says what it is (电脑桌 is a table). The
    first part that says anything decides.
    """
    if asset.class_standard and asset.class_code:
        known = _class_codes().get((_compact(asset.class_standard), _compact(asset.class_code)))
        if known is not None:
            by_name = _kind_of_name(asset.name[:_TEXT_LIMIT]) if len(known) > 1 else known[0]
            return by_name if by_name in known else known[0]
    return _kind_of_name(asset.name[:_TEXT_LIMIT])


@lru_cache(maxsize=4096)
def _kind_of_name(name: str) -> AssetKind:
    for part in _JOINED.split(_BRACKETED.sub(" ", plain(name))):
        text = _COUNTED.sub("", part.strip())
        device = _device(text)
        if device is not None and device.is_ending:
            return device.kind
        if text.endswith(_endings()):
            return AssetKind.OTHER
        if any(_says(text, row) for row in _words("monitor_words")):
            return AssetKind.MONITOR
        if any(_says(text, row) for row in _words("computer_words")):
            return AssetKind.COMPUTER
        if device is not None:
            return device.kind
    return AssetKind.OTHER


class _Device(NamedTuple):
    kind: AssetKind
    is_ending: bool


def _device(text: str) -> _Device | None:
    """The device that a name speaks of. A word at its end says what the thing is (计算机教室投影仪), also before the
    endings of what is not the thing itself; one elsewhere does where nothing else does (交换机 S5720)."""
    found: _Device | None = None
    for kind, rows in _device_words():
        for row in rows:
            if _says(text, row):
                if text.endswith(row[0]):
                    return _Device(kind, is_ending=True)
                found = found or _Device(kind, is_ending=False)
    return found


def _says(text: str, row: tuple[str, tuple[str, ...]]) -> bool:
    word, unless = row
    return word in text and not any(other in text for other in unless)


# --- serials

# What clerks write where there is no serial; what firmware writes is known to ``facts.placeholders``.
_NO_SERIAL = re.compile(
    r"无|没有|无序列号|不详|未知|待补|待查|待定|(?:详)?见附件|略|同上|n/a|none|null|unknown|序列号"
)
_SERIAL_PREFIX = re.compile(r"^(?:s/n|sn|序列号|出厂编号|编号)[::]\s*")
_MINIMUM_SERIAL = 4


@lru_cache(maxsize=2**17)  # each serial is asked for several times, and a school has that many
def serial_key(text: str | None) -> str | None:
    """A serial to compare: upper case, without blanks; None if it says nothing.

    O and 0 stay different, as do hyphens: a serial is compared, not corrected. Too short (under 4
    characters), one repeated character, and the words for "none" are no serial.
    """
    given = _SERIAL_PREFIX.sub("", plain(text).strip())
    key = "".join(given.split())
    if len(key) < _MINIMUM_SERIAL or _NO_SERIAL.fullmatch(key) or is_placeholder("serial", given):
        return None
    if len(set(key) - {"-", ".", "_", "/", ":"}) <= 1:
        return None
    return key.upper()


# --- brands and models


class _BrandWords(NamedTuple):
    latin: re.Pattern[str]
    chinese: tuple[tuple[str, str], ...]
    brands: dict[str, str]


@cache
def _brand_words() -> _BrandWords:
    spellings = {
        plain(word): brand for brand, words in _data("brands.json")["brands"].items() for word in words
    }
    latin = sorted((word for word in spellings if word.isascii()), key=len, reverse=True)
    chinese = sorted((word for word in spellings if not word.isascii()), key=len, reverse=True)
    pattern = re.compile(r"(?<![a-z0-9])(?:" + "|".join(map(re.escape, latin)) + r")(?![a-z0-9])")
    return _BrandWords(pattern, tuple((word, spellings[word]) for word in chinese), spellings)


@lru_cache(maxsize=8192)
def brand(text: str | None) -> str | None:
    """The brand that a text names (``"联想(Lenovo)"`` → ``"Lenovo"``); None if none or several are named."""
    words = plain(text)
    latin, chinese, brands = _brand_words()
    named = {brands[found] for found in latin.findall(words)}
    named.update(name for word, name in chinese if word in words)
    return named.pop() if len(named) == 1 else None


_MINIMUM_MODEL = 3
_WORD = re.compile(r"[a-z0-9]+|[^\W\d_]+")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SIZE = re.compile(r"\d+(?:gb?|tb?|mb?|ghz|mhz|inch|英寸|寸|w|nm)?")


@lru_cache(maxsize=8192)
def model_codes(text: str | None) -> frozenset[str]:
    """The designations in a model's text: words of at least 3 characters with a digit, also without
    hyphens. ``"启天 M420-D339"`` → ``{"m420", "d339", "m420d339"}``. Sizes (8GB, 19.5) are none."""
    codes: set[str] = set()
    for word in _CODE.findall(plain(text)):
        parts = word.split("-")
        codes.update(part for part in [*parts, "".join(parts)] if _is_designation(part))
    return frozenset(codes)


def _is_designation(word: str) -> bool:
    return 3 <= len(word) <= 40 and any(c.isdigit() for c in word) and not _SIZE.fullmatch(word)


def models_agree(book: str | None, facts: tuple[str, ...]) -> bool | None:
    """Whether a booked model names what the firmware calls itself; None where one side has no designation
    or where the book's text is a specification (16G/512G), which names no model by which to disagree.

    ``facts`` are the firmware's texts that may hold the model (product, version, family, SKU). It agrees where
    one of them has every word of the booked text; else a shared designation does, where one may extend the
    other (``m720`` and ``m720t``).
    """
    wanted = plain(book).strip()
    if not wanted:
        return None
    words = set(_WORD.findall(wanted))
    if len("".join(words)) >= _MINIMUM_MODEL and any(
        words <= set(_WORD.findall(plain(text))) for text in facts
    ):
        return True
    ours = model_codes(book)
    theirs = frozenset().union(*(model_codes(text) for text in facts))
    if not ours or not theirs:
        return None
    if any(a.startswith(b) or b.startswith(a) for a in ours for b in theirs):
        return True
    return False if parse_specification(book) == Specification() else None


# --- places

_SEAT_NOISE = re.compile(r"[\s_#号座位机台]+")
_NUMBER = re.compile(r"0*(\d+)")


@lru_cache(maxsize=8192)
def room_key(room: str | None) -> str | None:
    """A room to compare: without blanks and case. None where the text is empty."""
    return "".join(plain(room).split()) or None


@lru_cache(maxsize=8192)
def seat_key(seat: str | None) -> str | None:
    """A seat to compare: ``"03"``, ``"3号"`` and ``"3"`` are one seat. Words such as 教师 stay words."""
    text = plain(seat).strip()
    text = _SEAT_NOISE.sub("", text) or text
    return _NUMBER.sub(r"\1", text) or None


def place(room: str | None, seat: str | None) -> Place:
    return Place(room_key(room), seat_key(seat))


def place_text(room: str | None, seat: str | None) -> str | None:
    """A place as a report prints it: ``"机房一 / 03"``; None where neither is known."""
    return " / ".join(part for part in (room, seat) if part) or None


def _compact(text: str) -> str:
    return "".join(plain(text).split()).upper()
