"""What is wrong with the backups, as findings: red until a check finds nothing, or until a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ..ledger.records import Difference, Finding, FindingKind
from ..school_time import CHINA_STANDARD_TIME
from .model import FaultKind
from .status import Checked

#: A check is due every morning; what an older one says is not known any more.
LONGEST = timedelta(days=3)


def backup_findings(status: Iterable[Checked], hosts: Iterable[str], now: datetime) -> Iterator[Finding]:
    """备份异常: one finding for each of ``hosts``, which are those that are to be backed up, with all its faults."""
    known = {one.host: one for one in status}
    for host in sorted(set(hosts)):
        one = known.get(host)
        fresh = one is not None and now - one.at <= LONGEST
        kinds = [fault.kind for fault in one.faults] if one and fresh else [FaultKind.UNCHECKED]
        if not kinds:
            continue
        newest = one.newest if one else None
        yield Finding(
            kind=FindingKind.BACKUP,
            key=f"{FindingKind.BACKUP}:{host}",
            advice=f"backup_{kinds[0]}",
            hosts=(host,),
            differences=(
                *(Difference(field="backup", book="good", fact=kind.value) for kind in kinds),
                Difference(
                    field="backup_newest",
                    book=None,
                    fact=None
                    if newest is None
                    else f"{newest.astimezone(CHINA_STANDARD_TIME):%Y-%m-%d %H:%M}",
                ),
            ),
        )
