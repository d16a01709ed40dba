"""Importing a book into the ledger: everything in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from ...i18n import DEFAULT_LANGUAGE, Message, UserError
from ..database import Ledger, Transaction
from ..models import AssetRow, ImportRow
from ..records import Asset, AssetStatus
from ..row_records import asset_record
from .fields import ASSET_FIELDS, FIELDS
from .issues import BookError, Issue
from .options import ImportOptions
from .plan import Plan, plan_import
from .reading import Sheet, read_book

_PAYLOAD = tuple(name for name in ASSET_FIELDS if name != "parent_number")
DIFF_ASSETS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import did, or would do. ``unchanged`` counts assets; ``skipped`` and ``warnings`` are
    bounded.
    """

    file: str
    sha256: str
    sheet: str | None
    changed: bool
    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    missing_in_book: tuple[str, ...]
    skipped: tuple[Issue, ...]
    skipped_count: int
    warnings: tuple[Issue, ...]
    warnings_count: int
    mapping: dict[str, str]
    unused_headers: tuple[str, ...]
    plan: Plan

    def headline(self) -> Message:
        return Message(
            "import",
            "{file}: {created} new, {updated} changed, {unchanged} unchanged; {missing} in the ledger but "
            "not in the book; {warnings} warnings.",
            {
                "file": self.file,
                "created": len(self.created),
                "updated": len(self.updated),
                "unchanged": self.unchanged,
                "missing": len(self.missing_in_book),
                "warnings": self.warnings_count,
            },
        )


def import_book(
    ledger: Ledger,
    path: Path | str,
    *,
    actor: str,
    options: ImportOptions | None = None,
    dry_run: bool = False,
) -> ImportSummary:
    """Bring the register in line with the book at ``path``. The same file again changes nothing, and records
    nothing.

    Raises BookError with every error where the book has one, UserError where it cannot be read; the ledger
    is untouched then. ``dry_run`` does all of it and takes it back.
    """
    if not str(path):
        raise UserError(
            "import", "No property book was named. Add -e ledger_book=/path/to/the/book.xlsx and run again."
        )
    options = options or ImportOptions()
    sheet = read_book(path, sheet=options.sheet, limits=options.limits)
    with ledger.write(actor=actor, reason=f"import {sheet.file}"[:200], dry_run=dry_run) as tx:
        plan = plan_import(sheet, load_assets(tx.session), options)
        if plan.errors.count:
            raise BookError(sheet.file, plan.errors)
        if plan.creates or plan.updates:
            apply_plan(tx, plan)
            _record_import(tx, sheet, plan)
    return ImportSummary(
        file=sheet.file,
        sha256=sheet.sha256,
        sheet=sheet.name,
        changed=bool(plan.creates or plan.updates),
        created=tuple(item.asset.asset_number for item in plan.creates),
        updated=tuple(item.after.asset_number for item in plan.updates),
        unchanged=len(plan.unchanged),
        missing_in_book=plan.missing_in_book,
        skipped=tuple(plan.skipped.items),
        skipped_count=plan.skipped.count,
        warnings=tuple(plan.warnings.items),
        warnings_count=plan.warnings.count,
        mapping=plan.columns.mapping,
        unused_headers=plan.columns.unused,
        plan=plan,
    )


def load_assets(session: Session) -> list[Asset]:
    """The whole register by id, in one query."""
    parent = aliased(AssetRow)
    statement = (
        select(AssetRow.__table__, parent.asset_number.label("parent_number"))
        .join(parent, AssetRow.parent_id == parent.id, isouter=True)
        .order_by(AssetRow.id)
    )
    return [asset_record(row, row.parent_number) for row in session.execute(statement)]


def apply_plan(tx: Transaction, plan: Plan) -> None:
    """Write a plan without errors, with an event per asset."""
    if plan.creates:
        tx.session.execute(insert(AssetRow), [_payload(item.asset) for item in plan.creates])
    if plan.updates:
        tx.session.execute(
            update(AssetRow), [{"id": item.after.id, **_payload(item.after)} for item in plan.updates]
        )
    _link_parents(tx.session, plan)
    for creation in plan.creates:
        tx.record_asset("asset.created", None, creation.asset)
    for change in plan.updates:
        tx.record_asset("asset.updated", change.before, change.after)


def _payload(asset: Asset) -> dict[str, Any]:
    return {name: getattr(asset, name) for name in _PAYLOAD}


def _link_parents(session: Session, plan: Plan) -> None:
    """After all assets are there, so that a parent may come later in the book than its parts."""
    children = [item.asset for item in plan.creates if item.asset.parent_number]
    children += [item.after for item in plan.updates if "parent_number" in item.fields]
    if not children:
        return
    ids: dict[str, int] = {}
    for number, identifier in session.execute(select(AssetRow.asset_number, AssetRow.id)):
        ids[number] = identifier
    links = [
        {
            "id": ids[asset.asset_number],
            "parent_id": ids[asset.parent_number] if asset.parent_number else None,
        }
        for asset in children
    ]
    session.execute(update(AssetRow), links)


def _record_import(tx: Transaction, sheet: Sheet, plan: Plan) -> None:
    row = ImportRow(
        file_name=sheet.file,
        sha256=sheet.sha256,
        rows=plan.rows,
        mapping=plan.columns.mapping,
        at=tx.at,
        actor=tx.actor,
    )
    tx.session.add(row)
    tx.session.flush()
    counts = {
        "file": sheet.file,
        "sha256": sheet.sha256,
        "sheet": sheet.name,
        "rows": plan.rows,
        "created": len(plan.creates),
        "updated": len(plan.updates),
        "unchanged": len(plan.unchanged),
        "missing_in_book": len(plan.missing_in_book),
    }
    tx.record("import.committed", f"import:{row.id}", None, counts)


def diff_text(plan: Plan, language: str = DEFAULT_LANGUAGE) -> tuple[str, str]:
    """(before, after) for ``--diff``: one line per field that changes, of at most ``DIFF_ASSETS`` assets."""
    before: list[str] = []
    after: list[str] = []
    for creation in plan.creates[:DIFF_ASSETS]:
        fields = [name for name in ASSET_FIELDS if getattr(creation.asset, name) is not None]
        after += _lines(creation.asset, fields, language)
    for change in plan.updates[: DIFF_ASSETS - min(len(plan.creates), DIFF_ASSETS)]:
        before += _lines(change.before, change.fields, language)
        after += _lines(change.after, change.fields, language)
    if (more := len(plan.creates) + len(plan.updates) - DIFF_ASSETS) > 0:
        after.append(Message("import", "… and {count} more", {"count": more}).render(language))
    return "".join(f"{line}\n" for line in before), "".join(f"{line}\n" for line in after)


def _lines(asset: Asset, fields: Sequence[str], language: str) -> Iterator[str]:
    for name in fields:
        title = FIELDS[name].message.render(language)
        value = getattr(asset, name)
        if isinstance(value, AssetStatus):
            value = Message("import", value.value).render(language)
        yield f"{asset.asset_number} {title}: {'' if value is None else value}"
