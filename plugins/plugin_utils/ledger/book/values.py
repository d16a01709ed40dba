"""Values of single cells: text, codes, dates, money, quantities, states, places. Pure.

Every reader takes a cell as ``reading.py`` gives it and returns a value or None (the cell says nothing), or
raises UserError (domain import) with the reason and what to do; the caller adds the row and the column.
"""

from __future__ import annotations

import calendar
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from ...i18n import UserError
from ..records import AssetStatus
from .reading import Cell, Fault

FIRST_YEAR, LAST_YEAR = 1950, 2100
MAX_MONEY = Decimal(10) ** 12  # the ledger keeps 14 digits, two of them after the point
MAX_QUANTITY = 1_000_000
# A spreadsheet keeps 15 significant digits of a number (IEEE 754 double).
EXACT_INTEGER = 10**15

# Only letters, digits and blanks: full NFKC would also rewrite ①, ㎡, ™ and Chinese brackets.
_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_DATE = re.compile(
    r"(\d{4}) ?[-./年] ?(\d{1,2})(?: ?[-./月] ?(\d{1,2}) ?[日号]?| ?月)?(?: ?(?:星期|周).)?"
    r"(?:(?:[ t]|(?<=[日号]))(?:[上下]午)? ?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[ap]m|z)?)?"
)
_DIGIT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?(?:\d{6})?")
_MONEY = re.compile(
    r"(?:人民币|rmb|cny)? ?([-+(]?)¥? ?([-+]?)"
    r"(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?\)? ?(万)? ?(?:元|圆|rmb|cny)?整?"
)
_TEXT_FORMULA = re.compile(r'="([^"]*)"')  # how some systems keep leading zeros in a CSV file
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
# How a location names a seat: 机房一-03, 机房一/3号, 机房一-教师机; then 机房一 3号, 机房一 103号机; then 机房一03号机.
# A blank and a bare number (机房 2) are more often the name of a room, so they need a word that says seat.
_SEPARATOR = r"[\-—–_/\\、,，#]"
_SEAT_WORD = "(?:号机位|号机|号位|号座|机位)"
_TEACHER = "教师机|讲台"
LOCATION_PATTERNS = (
    rf"(?P<room>.*[^\s\-—–_/\\、,，#])\s*{_SEPARATOR}\s*"
    rf"(?P<seat>[A-Za-z]?\d{{1,2}}|{_TEACHER})(?:{_SEAT_WORD}|号|座)?",
    rf"(?P<room>.*\S)(?:\s|{_SEPARATOR})\s*"
    rf"(?P<seat>[A-Za-z]?\d{{1,2}}(?:{_SEAT_WORD}|号|座)|[A-Za-z]?\d{{3}}{_SEAT_WORD}|{_TEACHER})",
    rf"(?P<room>.*?[^\s\dA-Za-z])\s*(?P<seat>[A-Za-z]?\d{{1,3}}){_SEAT_WORD}",
)


@cache
def words() -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(
        Path(__file__).with_name("words.json").read_text(encoding="utf-8")
    )
    return content


@cache
def _no_value() -> frozenset[str]:
    return frozenset(words()["no_value"])


def _says_nothing(text: str) -> bool:
    """A dash, 无 and the like. No such word is longer than 8 characters with its blanks."""
    return len(text) <= 8 and folded(text) in _no_value()


def _compact(text: str) -> str:
    """For recognising: compatibility forms folded (NFKC), lower case, no invisible characters, single
    blanks.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    kept = (
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf")
    )
    return " ".join("".join(kept).split())


def folded(text: str) -> str:
    """For comparing words: as ``_compact`` and without blanks."""
    return _compact(text).replace(" ", "")


def _visible(text: str) -> str:
    """Controls, formatting characters (zero width, direction) and noncharacters dropped; breaks become
    blanks.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in text:
        if character.isspace():
            kept.append(" ")
        elif unicodedata.category(character) not in ("Cc", "Cf", "Cs") and ord(character) & 0xFFFE != 0xFFFE:
            kept.append(character)
    return "".join(kept)


def _raw_text(cell: Cell) -> str:
    """A cell as the text that a person sees in it; '' for nothing."""
    match cell:
        case None:
            return ""
        case Fault(text=text):
            raise UserError(
                "import",
                "The cell holds no value but “{fault}”. Correct the formula, or enter the value itself.",
                fault=text,
            )
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < EXACT_INTEGER:
            return str(int(cell))
        case date():
            return cell.isoformat().replace("T00:00:00", "").replace("T", " ")
        case _:
            match = _TEXT_FORMULA.fullmatch(str(cell).strip())
            return match[1] if match else str(cell)


def read_text(cell: Cell, length: int) -> str | None:
    """Clean text of at most ``length`` characters. Full-width letters and digits become ordinary ones."""
    text = unicodedata.normalize("NFC", _visible(_raw_text(cell))).translate(_FULL_WIDTH)
    text = " ".join(text.split())
    if not text or _says_nothing(text):
        return None
    if len(text) > length:
        raise UserError(
            "import",
            "The text has {size} characters, at most {limit} are allowed. Shorten it.",
            size=len(text),
            limit=length,
        )
    return text


def read_code(cell: Cell, length: int) -> str | None:
    """A number that is a name: asset number, serial, card, class code. Numbers lose their ``.0``, blanks go.

    Refused where a spreadsheet has lost digits already: more than 15 of them, an exponent, decimals.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= EXACT_INTEGER:
        raise UserError(
            "import",
            "The number was stored as a number with more than 15 digits, so its last digits are lost. Format "
            "the column as text and enter it again.",
        )
    if isinstance(cell, float) and not cell.is_integer():
        raise UserError(
            "import",
            "The number was stored with decimals, which may have lost zeros at its end. Format the column as "
            "text and enter it again.",
        )
    if isinstance(cell, date):
        raise UserError(
            "import", "The cell was turned into a date. Format the column as text and enter the number again."
        )
    raw = _raw_text(cell)
    if not raw or folded(raw) in _no_value():
        return None
    if len(raw.strip().splitlines()) > 1:
        raise UserError(
            "import",
            "The cell holds several lines where one number belongs. Keep one, and write the others in notes.",
        )
    text = "".join(unicodedata.normalize("NFKC", _visible(raw)).split())
    text = re.sub(r"^'(?=\w)", "", text)  # the mark that keeps a number text in a spreadsheet
    if not text:
        return None
    if _SCIENTIFIC.fullmatch(text) and "+" in text:
        raise UserError(
            "import",
            "The number was shortened to scientific notation, so its digits are lost. Format the column as "
            "text and export the book again.",
        )
    if len(text) > length:
        raise UserError(
            "import",
            "The text has {size} characters, at most {limit} are allowed. Shorten it.",
            size=len(text),
            limit=length,
        )
    return text


def read_person(cell: Cell, length: int) -> str | None:
    """A name; the blank that pads a two-character Chinese name (张　三) is dropped."""
    text = read_text(cell, length)
    if text and re.fullmatch(r"[㐀-鿿] [㐀-鿿]", text):
        return text.replace(" ", "")
    return text


def _impossible_date() -> UserError:
    return UserError("import", "There is no such date. Correct it, for example 2023-09-01.")


def _serial_date(number: float, date_system: int) -> date:
    """ECMA-376 part 1, 18.17.4.1: days since 1899-12-30 (right from 1900-03-01) or since 1904-01-01."""
    if not math.isfinite(number) or not 0 < number < 100_000:
        raise _impossible_date()
    epoch = date(1904, 1, 1) if date_system == 1904 else date(1899, 12, 30)
    return epoch + timedelta(days=int(number))


def read_date(cell: Cell, *, date_system: int = 1900, month_end: bool = False) -> date | None:
    """A day from a date cell, a serial number, or text such as 2023.9.1, 2023年9月1日, 20230901, 2023-9.

    A month without a day is its first day, or its last with ``month_end``. A time of day is dropped. Years
    of two digits and day-month-year order are refused: they can be read in two ways.
    """
    found: date
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        text = _compact(_raw_text(cell)).rstrip("。")
        if not text or text in _no_value():
            return None
        match = _DATE.fullmatch(text) or _DIGIT_DATE.fullmatch(text)
        if match:
            year, month = int(match[1]), int(match[2])
            day = int(match[3]) if match[3] else None
            try:
                last = calendar.monthrange(year, month)[1]
                found = date(year, month, day if day is not None else last if month_end else 1)
            except ValueError as error:
                raise _impossible_date() from error
        elif re.fullmatch(r"\d{5}(?:\.\d+)?", text):
            found = _serial_date(float(text), date_system)
        else:
            raise UserError(
                "import", "This is not a date that can be read in one way only. Write it like 2023-09-01."
            )
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise UserError(
            "import",
            "The year {year} cannot be right. Correct the date, for example 2023-09-01.",
            year=found.year,
        )
    return found


def read_money(cell: Cell, *, factor: int = 1) -> Decimal | None:
    """CNY with two decimals. ``factor`` is 10000 for a column in 万元.

    A number cell is rounded to the cent (it may be the result of a division); text must say whole cents.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not math.isfinite(cell) or abs(cell) >= MAX_MONEY:
            raise _too_much()
        amount = (Decimal(repr(cell)) * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)
        negative = amount < 0
    else:
        text = _compact(_raw_text(cell))
        if not text or text in _no_value():
            return None
        match = _MONEY.fullmatch(text)
        digits = match and (match[3] or "").replace(",", "") + (match[4] or "")
        if (
            match is None
            or not digits
            or digits == "."
            or len(digits) > 30
            or (match[1] == "(") != (")" in text)
        ):
            raise UserError(
                "import",
                "This is not an amount of money. Write it as a plain number of yuan, for example 4599.00.",
            )
        try:
            exact = Decimal(digits) * factor * (10_000 if match[5] else 1)
            amount = exact.quantize(Decimal("0.01"))
        except InvalidOperation as error:
            raise _too_much() from error
        if amount != exact:
            raise UserError("import", "The amount has parts of a cent. Round it to two decimals.")
        negative = bool({"-", "("} & {match[1], match[2]}) and amount != 0
    if negative:
        raise UserError(
            "import", "The amount is negative. Enter what the asset cost; record a reduction as a change."
        )
    if amount >= MAX_MONEY:
        raise _too_much()
    return amount


def _too_much() -> UserError:
    return UserError("import", "The amount is too large to be right. Correct it.")


def read_quantity(cell: Cell) -> int | None:
    """A whole number from 1; a counter behind it (3台) is allowed."""
    text = _compact(_raw_text(cell))
    if not text or text in _no_value():
        return None
    match = re.fullmatch(r"(\d{1,9})(?:\.0*)? ?[台套个件只张把部块组条]?", text)
    if match is None or not 1 <= int(match[1]) <= MAX_QUANTITY:
        raise UserError(
            "import", "The quantity must be a whole number from 1 to {limit}. Correct it.", limit=MAX_QUANTITY
        )
    return int(match[1])


def status_words(extra: Mapping[str, str] | None = None) -> Mapping[str, AssetStatus]:
    """Folded word → state. ``extra`` maps a school's own words to states (``{"停放": "idle"}``)."""
    known = {
        folded(word): AssetStatus(state) for state, group in words()["statuses"].items() for word in group
    }
    known |= {state.value: state for state in AssetStatus}
    for word, state in (extra or {}).items():
        if state not in known.values():
            raise UserError(
                "import",
                "The status “{state}” set for the word “{word}” does not exist. Use one of: {known}.",
                state=state[:40],
                word=word[:40],
                known=", ".join(AssetStatus),
            )
        known[folded(word)] = AssetStatus(state)
    return known


def read_status(cell: Cell, known: Mapping[str, AssetStatus]) -> AssetStatus | None:
    text = folded(_raw_text(cell))
    if not text or text in _no_value():
        return None
    if text not in known:
        raise UserError(
            "import",
            "This status is not known. Write one of: {known}; or add the word to the import settings.",
            known="、".join(group[0] for group in words()["statuses"].values()),
        )
    return known[text]


def read_seat(cell: Cell, length: int, *, width: int = 2) -> str | None:
    """A seat as the inventory writes it: 3, 3号, 03号机 become 03 (``width`` digits), others stay as they
    are.
    """
    text = read_text(cell, length)
    return None if text is None else seat_label(text, width)


def seat_label(text: str, width: int) -> str:
    match = re.fullmatch(rf"([A-Za-z]?)(\d{{1,6}})\s*(?:{_SEAT_WORD}|号|座)?", text)
    return f"{match[1]}{match[2] if match[1] else match[2].lstrip('0').rjust(width, '0')}" if match else text


def location_patterns(patterns: Iterable[str] = LOCATION_PATTERNS) -> tuple[re.Pattern[str], ...]:
    """Compiled patterns with the named group ``room`` and, for a seat, ``seat``."""
    compiled = []
    for pattern in patterns:
        try:
            expression = re.compile(pattern)
        except re.error as error:
            raise UserError(
                "import",
                "The location pattern “{pattern}” is not a regular expression: {detail}.",
                pattern=pattern,
                detail=error,
            ) from error
        if "room" not in expression.groupindex:
            raise UserError(
                "import",
                "The location pattern “{pattern}” has no group named room: write (?P<room>…).",
                pattern=pattern,
            )
        compiled.append(expression)
    return tuple(compiled)


def split_location(
    text: str, patterns: Sequence[re.Pattern[str]], *, width: int = 2
) -> tuple[str, str | None]:
    """(room, seat) by the first pattern that fits the whole text, else (text, None)."""
    for pattern in patterns:
        if match := pattern.fullmatch(text):
            seat = match.groupdict().get("seat")
            return match["room"].strip(), seat_label(seat, width) if seat else None
    return text, None
