"""What the ledger follows by itself: the sticks that the inventory lets in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ..desired.usb_policy import usb_policy
from ..i18n import Message, UserError
from ..ledger.database import Ledger
from ..ledger.models import RegisterRow
from ..ledger.records import Event, RegisterKind


@dataclass(frozen=True, slots=True)
class Followed:
    """How many allowances came, changed or went, with their events; ``refused`` says why none was looked at."""

    changed: int = 0
    events: Sequence[Event] = ()
    refused: Message | None = None


def follow_allowances(ledger: Ledger, given: Any, *, actor: str, dry_run: bool = False) -> Followed:
    """Bring the register of allowed sticks in line with ``given``, the variable ``usb_allow``.

    What is wrong with it is no reason to lose a night's facts: then the register stays, and ``refused`` says why.
    Raises UserError as ``Ledger.write`` does.
    """
    try:
        entries = usb_policy({"usb_allow": given}).allow
    except UserError as error:
        return Followed(refused=error.message)
    kept = select(RegisterRow.document).where(RegisterRow.kind == RegisterKind.USB_ALLOWANCE)
    with ledger.read() as session:
        documents = list(session.scalars(kept))
    names = ("vendor", "product", "serial", "room", "until", "note")
    listed = {tuple(entry.as_data()[name] for name in names) for entry in entries}
    if listed == {tuple(one[name] for name in names) for one in documents if one["ended_on"] is None}:
        return Followed()
    # The registers and pydantic take a tenth of a second to import: only a list that changed pays.
    from ..school_time import school_day  # noqa: PLC0415
    from .store import load_state, write_changes  # noqa: PLC0415
    from .usb_allowances import changes  # noqa: PLC0415

    with ledger.write(actor=actor, reason="usb_allow", dry_run=dry_run) as tx:
        state = load_state(tx.session, school_day(tx.at))
        count = write_changes(tx, changes(state, entries))
        return Followed(count, tuple(tx.events))
