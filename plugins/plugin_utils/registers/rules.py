"""Which nouns there are, and what must be true of all of them after any errand, also after an undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..i18n import Message, UserError
from . import (
    assets,
    disk_wipes,
    keys,
    licences,
    loans,
    purchases,
    repairs,
    scrap,
    stock,
    stocktakes,
    usb_allowances,
    warning_slips,
)
from .entries import Entry
from .nouns import Noun, RegisterKind
from .state import State

NOUNS: Mapping[RegisterKind, type[Noun]] = {
    noun.kind: noun
    for noun in (
        Entry,
        disk_wipes.DiskWipe,
        keys.Key,
        keys.KeyIssue,
        licences.Licence,
        loans.Loan,
        purchases.PurchaseRequest,
        repairs.Repair,
        scrap.ScrapRequest,
        stock.StockItem,
        stock.StockMove,
        stocktakes.Stocktake,
        stocktakes.StocktakeCount,
        usb_allowances.UsbAllowance,
        warning_slips.WarningSlip,
    )
}
_RULES: tuple[Callable[[State], Iterator[Message]], ...] = (
    assets.contradictions,
    disk_wipes.contradictions,
    keys.contradictions,
    licences.contradictions,
    loans.contradictions,
    purchases.contradictions,
    repairs.contradictions,
    scrap.contradictions,
    stock.contradictions,
    stocktakes.contradictions,
    warning_slips.contradictions,
)


def contradictions(state: State) -> Iterator[Message]:
    for rule in _RULES:
        yield from rule(state)


def hold(before: State, after: State) -> None:
    """Raises UserError where ``after`` has a contradiction that ``before`` had not: no errand may lead to one."""
    known = {message.render() for message in contradictions(before)}
    for message in contradictions(after):
        if message.render() not in known:
            raise UserError(
                "registers",
                "That would contradict itself: {contradiction} Undo the later entries first.",
                contradiction=message,
            )
