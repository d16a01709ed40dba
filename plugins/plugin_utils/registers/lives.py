"""How old an asset is, how long it is to be used at least, and what it is worth: by the school's table.

The table is ``lives.json`` or a copy of it that the school edits; every rule in it carries its source, which
is printed where the rule is used. What the book or the table does not say is None, never assumed.
"""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from ..i18n import Message, UserError
from ..ledger.records import Asset
from ..ledger.vocabulary import AssetKind, asset_kind, plain

_SHIPPED = Path(__file__).parent / "lives.json"
_FILE_LIMIT = 1_000_000
_CENT = Decimal("0.01")
_STRICT = ConfigDict(extra="forbid")
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class Begins(StrEnum):
    """The first month that is depreciated."""

    SAME_MONTH = "same_month"  # of the book-in: 财会〔2017〕4号
    MONTH_AFTER = "month_after"  # 企业会计准则第4号


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ClassCode:
    """A code of one edition of one standard; ``A0206*`` stands for every code that begins so."""

    standard: _Text
    code: _Text

    def length(self, standard: str, code: str) -> int:
        """How many characters of the code agree; 0 where it is another code or another standard."""
        if _compact(self.standard) != standard:
            return 0
        own = _compact(self.code)
        if own.endswith("*"):
            return len(own) - 1 if code.startswith(own[:-1]) else 0
        return len(own) if code == own else 0


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Life:
    """One row of the table: the least number of years, with its source. ``checked`` says against what it was checked
    and what the school has to confirm."""

    title: _Text
    years: Annotated[int, Field(ge=1, le=100)]
    source: _Text
    checked: str = ""
    kinds: tuple[AssetKind, ...] = ()
    class_codes: tuple[ClassCode, ...] = ()
    name_endings: tuple[_Text, ...] = ()


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Depreciation:
    """``residual_rate`` is the part of the original value that is never depreciated, 0 to 1."""

    residual_rate: Annotated[Decimal, Field(ge=0, lt=1, max_digits=6)]
    residual_source: _Text
    begins: Begins
    begins_source: _Text
    residual_checked: str = ""
    begins_checked: str = ""


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Appraisal:
    """How many people look at what is to be scrapped."""

    people: Annotated[int, Field(ge=0, le=12)]
    source: _Text
    checked: str = ""


@checked(frozen=True, slots=True, kw_only=True, config=_STRICT)
class LifeTable:
    lives: Annotated[tuple[Life, ...], Field(max_length=1_000)]
    depreciation: Depreciation
    appraisal: Appraisal
    about: str = ""

    def life_of(self, asset: Asset) -> Life | None:
        """The row for an asset: by its class code, else its kind, else its name; the longest that agrees."""
        return self._by_code(asset) or self._by_kind(asset) or self._by_name(asset)

    def _by_code(self, asset: Asset) -> Life | None:
        if not asset.class_standard or not asset.class_code:
            return None
        standard, code = _compact(asset.class_standard), _compact(asset.class_code)
        found = [
            (length, life)
            for life in self.lives
            for each in life.class_codes
            if (length := each.length(standard, code))
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def _by_kind(self, asset: Asset) -> Life | None:
        kind = asset_kind(asset)
        # "Other" is what is left over, and says nothing of a thing's life.
        if kind is AssetKind.OTHER:
            return None
        return next((life for life in self.lives if kind in life.kinds), None)

    def _by_name(self, asset: Asset) -> Life | None:
        name = plain(asset.name).strip()
        found = [
            (len(ending), life)
            for life in self.lives
            for word in life.name_endings
            if name.endswith(ending := plain(word))
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None


@cache
def shipped_lives() -> LifeTable:
    return _read(_SHIPPED.read_text(encoding="utf-8"), str(_SHIPPED))


def load_lives(path: str | None) -> LifeTable:
    """The school's own table, or the one that comes with Jifang where ``path`` is empty. Raises UserError."""
    if not (path or "").strip():
        return shipped_lives()
    try:
        with Path(str(path)).open("rb") as file:
            text = file.read(_FILE_LIMIT + 1)
        if len(text) > _FILE_LIMIT:
            raise UserError(
                "requests",
                "The table of lives {path} is larger than 1 MB. Is it the right file?",
                path=path,
            )
        return _read(text.decode("utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "requests",
            "The table of lives {path} cannot be read ({error}). Check the path; it is a JSON file in UTF-8.",
            path=path,
            error=getattr(error, "strerror", None) or type(error).__name__,
        ) from error


def _read(text: str, where: str) -> LifeTable:
    try:
        table = _adapter().validate_python(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise UserError(
            "requests",
            "The table of lives {path} is not JSON: {error}. Compare it with lives.json that comes with Jifang.",
            path=where,
            error=str(error)[:100],
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(
            "requests",
            "The table of lives {path} is wrong at {place}: {error}. Compare it with lives.json that comes "
            "with Jifang.",
            path=where,
            place=".".join(str(each)[:40] for each in first["loc"]) or "—",
            error=first["msg"][:200],
        ) from error
    _refuse_twice(table, where)
    return table


@cache
def _adapter() -> TypeAdapter[LifeTable]:
    return TypeAdapter(LifeTable)


def _refuse_twice(table: LifeTable, where: str) -> None:
    """One thing in two rows would have two lives."""
    seen: dict[Any, str] = {}
    for life in table.lives:
        keys: list[tuple[str, str]] = [("", kind.value) for kind in life.kinds]
        keys += [(_compact(each.standard), _compact(each.code)) for each in life.class_codes]
        keys += [("name", plain(word)) for word in life.name_endings]
        for key in keys:
            if key in seen:
                raise UserError(
                    "requests",
                    "The table of lives {path} names {what} twice: in “{one}” and in “{other}”. "
                    "Remove it from one of them.",
                    path=where,
                    what=" ".join(key).strip(),
                    one=seen[key],
                    other=life.title,
                )
            seen[key] = life.title


# --- reckoning


@dataclass(frozen=True, slots=True)
class Age:
    """Whole months since the book-in."""

    months: int

    def message(self) -> Message:
        years, months = divmod(self.months, 12)
        return Message("requests", "{years} years {months} months", {"years": years, "months": months})


def age(booked_on: date | None, today: date) -> Age | None:
    """The age that counts for scrapping runs from the book-in date (财务入账日期). None where the book has none, or
    one that is still to come. Booked in on the 31st, a month is full on the last day of a shorter one."""
    if booked_on is None or booked_on > today:
        return None
    months = (today.year - booked_on.year) * 12 + today.month - booked_on.month
    full_on = min(booked_on.day, monthrange(today.year, today.month)[1])
    return Age(months - (today.day < full_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What is known of an asset on a day; money in CNY with two places. ``months`` are those whose depreciation
    is in the books. None is unknown."""

    age: Age | None
    life: Life | None
    months: int | None
    original_value: Decimal | None
    depreciated: Decimal | None
    net_value: Decimal | None

    @property
    def has_served(self) -> bool | None:
        """Whether the least number of years is over."""
        if self.age is None or self.life is None:
            return None
        return self.age.months >= self.life.years * 12


def reckon(asset: Asset, table: LifeTable, today: date) -> Worth:
    """Straight-line depreciation (年限平均法) by month. The month of ``today`` is not counted: it is not over, and
    an asset that leaves in it accrues none (财会〔2017〕4号). Stops at the end of the life."""
    old = age(asset.booked_on, today)
    life = table.life_of(asset)
    months = None
    depreciated = net_value = None
    if old is not None and life is not None and asset.booked_on is not None:
        passed = (today.year - asset.booked_on.year) * 12 + today.month - asset.booked_on.month
        if table.depreciation.begins is Begins.MONTH_AFTER:
            passed -= 1
        months = min(max(passed, 0), life.years * 12)
        if asset.original_value is not None:
            base = asset.original_value * (1 - table.depreciation.residual_rate)
            depreciated = (base * months / (life.years * 12)).quantize(_CENT, ROUND_HALF_UP)
            net_value = max(asset.original_value - depreciated, Decimal(0)).quantize(_CENT, ROUND_HALF_UP)
    return Worth(
        age=old,
        life=life,
        months=months,
        original_value=asset.original_value,
        depreciated=depreciated,
        net_value=net_value,
    )


def _compact(text: str) -> str:
    return "".join(plain(text).split()).upper()
