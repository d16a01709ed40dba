"""What importing a book would do to the register. Pure: a sheet and the present assets in, a plan out.

A book row is the asset with its asset number. A row without a number is the asset that alone has its finance
card, else its serial, else one that already says all that the row says (so that importing a file twice
changes nothing); else it is new and gets a number by the school's rule. Facts, findings and assets that the
book lacks are left alone.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...i18n import Message, UserError
from ..records import Asset, AssetStatus
from .columns import Columns, map_columns
from .entries import Entries, Entry, read_entries
from .fields import ASSET_FIELDS, REQUIRED
from .issues import Issue, Issues, shown
from .numbering import Numbers, parse_rule
from .options import ImportOptions
from .reading import Sheet

_MAX_SHAPES = 256  # of rows without any identity: each shape costs an index over the register


@dataclass(frozen=True, slots=True)
class Creation:
    """``asset`` has no id yet (0)."""

    row: int
    asset: Asset


@dataclass(frozen=True, slots=True)
class Update:
    """``fields`` are the names that differ between ``before`` and ``after``."""

    row: int
    before: Asset
    after: Asset
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``unchanged`` and ``missing_in_book`` are asset numbers. With ``errors`` nothing may be applied."""

    columns: Columns
    creates: tuple[Creation, ...] = ()
    updates: tuple[Update, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing_in_book: tuple[str, ...] = ()
    skipped: Issues
    errors: Issues
    warnings: Issues

    @property
    def rows(self) -> int:
        return len(self.creates) + len(self.updates) + len(self.unchanged)


def plan_import(sheet: Sheet, existing: Sequence[Asset], options: ImportOptions | None = None) -> Plan:
    """Raises UserError where columns or options are wrong; what is wrong with rows is in ``Plan.errors``."""
    options = options or ImportOptions()
    required = ("name",) if options.numbering else ("asset_number", "name")
    columns = map_columns(sheet, mapping=options.mapping, header_row=options.header_row, required=required)
    entries = read_entries(sheet, columns, options)
    return _Planner(columns, entries, existing, options).plan()


class _Planner:
    def __init__(
        self, columns: Columns, entries: Entries, existing: Sequence[Asset], options: ImportOptions
    ) -> None:
        self._columns = columns
        self._entries = entries
        self._existing = existing
        self._options = options
        self._by_number = {asset.asset_number.casefold(): asset for asset in existing}
        self._errors = entries.errors
        self._warnings = entries.warnings

    def plan(self) -> Plan:
        matched = self._match()
        numbers = {asset.asset_number.casefold(): asset.asset_number for asset in self._existing}
        for entry, asset in matched:
            if asset is None:
                numbers[entry.values["asset_number"].casefold()] = entry.values["asset_number"]
        creates, updates, unchanged = [], [], []
        seen: set[int] = set()
        for entry, asset in matched:
            given = _with_parent(entry.values, numbers)
            if asset is None:
                creates.append(Creation(entry.row, _created(given)))
                continue
            seen.add(asset.id)
            after, fields = self._merged(given, asset)
            if fields:
                updates.append(Update(entry.row, asset, after, fields))
            else:
                unchanged.append(asset.asset_number)
        missing = tuple(asset.asset_number for asset in self._existing if asset.id not in seen)
        self._check_parents(creates, updates, numbers)
        self._check_serials(creates, updates)
        if not (creates or updates or unchanged or self._errors.count):
            self._errors.add(
                Issue(0, Message("import", "The book has no asset below its header row. Check the sheet."))
            )
        return Plan(
            columns=self._columns,
            creates=tuple(creates),
            updates=tuple(updates),
            unchanged=tuple(unchanged),
            missing_in_book=missing,
            skipped=self._entries.skipped,
            errors=self._errors,
            warnings=self._warnings,
        )

    def _error(self, place: int, field: str, value: object, text: str, /, **fields: object) -> None:
        self._add(self._errors, place, field, value, Message("import", text, fields))

    def _add(self, issues: Issues, row: int, field: str, value: object, reason: Message) -> None:
        column = self._columns.by_field.get(field)
        if column is None:
            issues.add(Issue(row, reason))
        else:
            issues.add(
                Issue(row, reason, column.letter, column.header, shown("" if value is None else value))
            )

    # --- which row is which asset

    def _match(self) -> list[tuple[Entry, Asset | None]]:
        """Every entry with its asset; entries that are new and had no number have got one."""
        numbered = self._numbered()
        taken = {asset.id for _, asset in numbered if asset is not None}
        rest = [entry for entry in self._entries.items if entry.values.get("asset_number") is None]
        if rest and self._options.numbering is None:
            for entry in rest:
                self._error(
                    entry.row,
                    "asset_number",
                    None,
                    "The asset has no number. Fill it in, or set a numbering rule for the import.",
                )
            return numbered
        if not rest:
            return numbered
        return sorted(numbered + self._numberless(rest, taken), key=lambda item: item[0].row)

    def _numbered(self) -> list[tuple[Entry, Asset | None]]:
        first: dict[str, Entry] = {}
        matched = []
        for entry in self._entries.items:
            number = entry.values.get("asset_number")
            if number is None:
                continue
            key = number.casefold()
            if key in first:
                self._error(
                    entry.row,
                    "asset_number",
                    number,
                    "The number is already in row {row}. Each asset has a number of its own: correct or "
                    "delete one of the rows.",
                    row=first[key].row,
                )
                continue
            first[key] = entry
            matched.append((entry, self._by_number.get(key)))
        return matched

    def _numberless(self, rest: Sequence[Entry], taken: set[int]) -> list[tuple[Entry, Asset | None]]:
        free = [asset for asset in self._existing if asset.id not in taken]
        found: dict[int, Asset] = {}
        for key in ("finance_card", "serial"):
            left = [entry for entry in rest if entry.row not in found]
            pairs = _unique(left, free, key)
            found |= pairs
            used = {asset.id for asset in pairs.values()}
            free = [asset for asset in free if asset.id not in used]
        found |= self._equal([entry for entry in rest if entry.row not in found], free)
        numbers = Numbers(
            parse_rule(self._options.numbering or "", self._options.numbering_values),
            [
                *(asset.asset_number for asset in self._existing),
                *(
                    entry.values["asset_number"]
                    for entry in self._entries.items
                    if entry.values.get("asset_number")
                ),
            ],
            self._options.numbering_values,
        )
        result: list[tuple[Entry, Asset | None]] = []
        for entry in rest:
            asset = found.get(entry.row)
            if asset is None:
                try:
                    number = numbers.next(entry.values)
                except UserError as error:
                    self._errors.add(Issue(entry.row, error.message))
                    continue
                if self._existing and not entry.values.get("finance_card") and not entry.values.get("serial"):
                    reason = Message(
                        "import",
                        "The row has no number, finance card or serial number, and no asset in the ledger is "
                        "like it: it was taken as a new asset, number {number}.",
                        {"number": number},
                    )
                    self._warnings.add(Issue(entry.row, reason))
                entry = replace(entry, values={**entry.values, "asset_number": number})  # noqa: PLW2901
            result.append((entry, asset))
        return result

    def _equal(self, entries: Sequence[Entry], free: Sequence[Asset]) -> dict[int, Asset]:
        """Row → an asset that already says all that the row says, in the order of both; each asset once."""
        indexes: dict[tuple[str, ...], dict[tuple[Any, ...], deque[Asset]]] = {}
        used: set[int] = set()
        found = {}
        for entry in entries:
            shape = tuple(sorted(name for name, value in entry.values.items() if value is not None))
            if shape not in indexes:
                if len(indexes) == _MAX_SHAPES:
                    self._errors.add(
                        Issue(
                            entry.row,
                            Message(
                                "import",
                                "The row cannot be told from others. Give it a number, a finance card or a "
                                "serial number.",
                            ),
                        )
                    )
                    continue
                index = indexes[shape] = {}
                for asset in free:
                    index.setdefault(tuple(getattr(asset, name) for name in shape), deque()).append(asset)
            candidates = indexes[shape].get(tuple(entry.values[name] for name in shape))
            while candidates:
                asset = candidates.popleft()
                if asset.id not in used:
                    used.add(asset.id)
                    found[entry.row] = asset
                    break
        return found

    # --- what changes

    def _merged(self, given: Mapping[str, Any], asset: Asset) -> tuple[Asset, tuple[str, ...]]:
        """The asset as the book has it. An empty cell says nothing, unless the options say otherwise."""
        changes = {}
        for name, value in given.items():
            if name == "asset_number" or value == getattr(asset, name):
                continue
            if value is None and (not self._options.erase_empty or name in REQUIRED):
                continue
            changes[name] = value
        return replace(asset, **changes), tuple(name for name in ASSET_FIELDS if name in changes)

    def _check_parents(
        self, creates: Sequence[Creation], updates: Sequence[Update], numbers: Mapping[str, str]
    ) -> None:
        """Parents exist, in the book or in the ledger, and no asset belongs to itself, also not by a
        detour.
        """
        claims = [(item.row, item.asset) for item in creates]
        claims += [(item.row, item.after) for item in updates if "parent_number" in item.fields]
        parents = {asset.asset_number: asset.parent_number for asset in self._existing}
        parents |= {asset.asset_number: asset.parent_number for _, asset in claims}
        for row, asset in claims:
            if asset.parent_number and asset.parent_number.casefold() not in numbers:
                self._error(
                    row,
                    "parent_number",
                    asset.parent_number,
                    "There is no asset with this number, neither in the book nor in the ledger. Correct it, "
                    "or add that asset.",
                )
        cyclic = _in_cycles(parents)
        for row, asset in claims:
            if asset.asset_number in cyclic:
                self._error(
                    row,
                    "parent_number",
                    asset.parent_number,
                    "The asset would belong to itself: its parents lead back to it. Correct the parent "
                    "asset.",
                )

    def _check_serials(self, creates: Sequence[Creation], updates: Sequence[Update]) -> None:
        """The same serial on two assets is possible (a placeholder), but worth a look."""
        changed = {item.after.id for item in updates}
        holders = Counter(
            asset.serial.casefold() for asset in self._existing if asset.serial and asset.id not in changed
        )
        rows = [(item.row, item.asset.serial) for item in creates] + [
            (item.row, item.after.serial) for item in updates
        ]
        holders.update(serial.casefold() for _, serial in rows if serial)
        for row, serial in rows:
            if serial and holders[serial.casefold()] > 1:
                reason = Message(
                    "import",
                    "{count} assets have this serial number. Check it; until then the assets are told apart "
                    "by other means.",
                    {"count": holders[serial.casefold()]},
                )
                self._add(self._warnings, row, "serial", serial, reason)


def _created(given: Mapping[str, Any]) -> Asset:
    filled = {name: value for name, value in given.items() if value is not None}
    return Asset(**{"id": 0, "status": AssetStatus.IN_USE, "quantity": 1, **filled})


def _with_parent(given: Mapping[str, Any], numbers: Mapping[str, str]) -> Mapping[str, Any]:
    """The values with the parent's number spelt as the parent itself has it."""
    parent = given.get("parent_number")
    return given if parent is None else {**given, "parent_number": numbers.get(parent.casefold(), parent)}


def _unique(entries: Sequence[Entry], assets: Sequence[Asset], field: str) -> dict[int, Asset]:
    """Row → asset where one row and one asset, and no others, have a value of ``field``."""
    holders: dict[str, list[Asset]] = {}
    for asset in assets:
        if value := getattr(asset, field):
            holders.setdefault(value.casefold(), []).append(asset)
    claims: dict[str, list[Entry]] = {}
    for entry in entries:
        if value := entry.values.get(field):
            claims.setdefault(value.casefold(), []).append(entry)
    return {
        rows[0].row: holders[value][0]
        for value, rows in claims.items()
        if len(rows) == 1 and len(holders.get(value, ())) == 1
    }


def _in_cycles(parents: Mapping[str, str | None]) -> set[str]:
    """The assets whose chain of parents comes back to them. Each asset has one parent, so one walk
    suffices.
    """
    done: set[str] = set()
    cyclic: set[str] = set()
    for start in parents:
        path: dict[str, int] = {}
        here: str | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = parents.get(here)
        if here is not None and here in path:
            cyclic |= {name for name, step in path.items() if step >= path[here]}
        done.update(path)
    return cyclic
