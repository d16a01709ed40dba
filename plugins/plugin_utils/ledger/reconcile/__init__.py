"""The book against what was seen: every disagreement as a finding. Pure: no database, no clock.

Facts never change the book; they raise findings, each with both sides and the next step. The kinds are those of
``records.FindingKind``, all but NETWORK (``switches.findings``), BACKUP (``backups.findings``), LOW_STOCK
(``registers.findings``), USB_ATTEMPT (``registers.breaches``) and MISSED_RUN (``calendar.findings``). What is not known
is no disagreement, and a run that was limited to some hosts or rooms says nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..collector import paused
from ..matching import Matches
from ..records import Asset, Finding, Machine, Sighting
from .computers import computers
from .details import mismatches
from .monitors import join_computers, monitors
from .parts import parts
from .places import machines_moved, moves
from .school import School, finding_order
from .scope import Scope
from .silence import join_dark_monitors, join_silent_rooms

__all__ = ["Scope", "reconcile"]


@paused()
def reconcile(
    assets: Iterable[Asset],
    machines: Iterable[Machine],
    sightings: Iterable[Sighting],
    matches: Matches,
    scope: Scope | None = None,
) -> list[Finding]:
    """Every finding within ``scope`` (None: the whole school), by kind, place and key.

    ``assets`` and ``machines`` are all that the ledger has, also outside the scope, as given to
    ``matching.match``; ``sightings`` the newest of each host. The order of input is irrelevant; keys are unique;
    the cost is linear in the records.
    """
    scope = scope or Scope()
    school = School(assets, machines, sightings, matches, scope)
    screens = monitors(school)
    findings = [
        *join_silent_rooms(school, join_computers(screens, list(computers(school)))),
        *mismatches(school),
        *join_dark_monitors(school, screens.findings),
        *moves(machines_moved(school, devices=False), field="host", swap_advice="swap_computers"),
        *moves(machines_moved(school, devices=True), field="host", swap_advice="swap_devices"),
        *moves(screens.moved, field="monitor", swap_advice="swap_monitors"),
        *parts(school, screens, scope.one_look),
    ]
    return sorted((finding for finding in findings if scope.covers(finding)), key=finding_order)
