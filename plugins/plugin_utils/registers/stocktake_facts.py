"""Counting by facts: the machines that answered, and the booked monitors that they reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from ..i18n import UserError
from ..ledger.matching import match
from ..ledger.reconcile import Scope
from ..ledger.reconcile.monitors import hanging
from ..ledger.reconcile.school import School
from ..ledger.records import Asset, Machine
from .state import Plan, State
from .stocktake_counts import Batch, CountRequest, batch_of, line_of, plan_of
from .stocktakes import CountLine, Method, Stocktake

_OLDEST_DAYS = 3650


def count_facts(
    state: State, request: CountRequest, *, within_days: int | None = None, zone: tzinfo = UTC
) -> Plan:
    """Count what was seen since the stocktake's start, or ``within_days`` of today: the machines that matching linked
    to an asset of one piece, and the monitors that are assets of their own (``ledger.reconcile.monitors``).
    A machine that was off, or a dark monitor, is not counted, and never counted as missing.

    ``zone`` is the school's: a thing is seen on the school's day. Looks at ``state.machines``. Raises UserError
    where nothing was seen.
    """
    batch = batch_of(state, request)
    if within_days is not None and not 0 <= within_days <= _OLDEST_DAYS:
        raise UserError(
            "stocktakes", "{n} is no number of days from 0 to {limit}. Correct stocktake_days.", n=within_days,
            limit=_OLDEST_DAYS,
        )  # fmt: skip
    since = batch.stocktake.started_on
    if within_days is not None:
        since = state.today - timedelta(days=within_days)

    def is_recent(at: datetime) -> bool:
        return at.astimezone(zone).date() >= since

    found = (*_machine_lines(state, batch, is_recent), *_monitor_lines(state, batch, is_recent))
    lines = {line.asset_number: line for line in found}
    if not lines:
        raise UserError(
            "stocktakes",
            "No machine of {room} that belongs to an asset was seen since {since}. Run collect_facts while the "
            "machines are on, then count again.",
            room=batch.stocktake.place,
            since=since,
        )
    return plan_of(state, batch, Method.FACTS, list(lines.values()))


def _machine_lines(state: State, batch: Batch, is_recent: Callable[[datetime], bool]) -> Iterator[CountLine]:
    """Of several machines of one asset the newest comes last."""
    by_id = {asset.id: asset for asset in state.assets.values()}
    for machine in sorted(state.machines, key=lambda each: (each.last_seen_at, each.id)):
        asset = by_id.get(machine.asset_id) if machine.asset_id is not None else None
        if asset is None or asset.quantity != 1 or not is_recent(machine.last_seen_at):
            continue
        if asset.asset_number in batch.listed or _stands_in(machine, batch.stocktake):
            yield _seen_at(machine, asset, batch)


def _monitor_lines(state: State, batch: Batch, is_recent: Callable[[datetime], bool]) -> Iterator[CountLine]:
    """A monitor without a seat of its own belongs where its computer is booked: at that one, it is in its place."""
    assets = state.assets.values()
    school = School(assets, state.machines, state.sightings, match(assets, state.machines), Scope())
    for row in hanging(school):
        is_listed = row.asset.asset_number in batch.listed
        is_stranger = row.elsewhere and _stands_in(row.machine, batch.stocktake)
        if not is_recent(row.component.last_seen_at) or not (is_listed or is_stranger):
            continue
        line = _seen_at(row.machine, row.asset, batch)
        yield line if row.elsewhere else replace(line, room=row.asset.room, seat=row.asset.seat)


def _stands_in(machine: Machine, stocktake: Stocktake) -> bool:
    return stocktake.room is not None and machine.room == stocktake.room


def _seen_at(machine: Machine, asset: Asset, batch: Batch) -> CountLine:
    """An inventory that names no room says nothing of the place."""
    room = machine.room if machine.room is not None else asset.room
    return replace(line_of(asset, batch, quantity=1), room=room, seat=machine.seat, host=machine.host)
