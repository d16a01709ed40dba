"""The short summary for a terminal: counts, then each open finding and, below it, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..i18n import DEFAULT_LANGUAGE
from ..ledger.records import Difference, Finding, FindingKind, Run, Snapshot
from .text import plain
from .views import Views
from .words import State, Words, money

LINES = 40
_NAMES_SHOWN = 6
_SIDES_SHOWN = 3
_WIDTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """``seen`` counts booked assets that answered at the newest attempt, ``value`` is CNY, ``simulated`` counts
    machines; ``findings`` are the open ones in the order of the site; ``run`` is the newest."""

    school: str
    taken_at: datetime
    assets: int
    machines: int
    seen: int
    simulated: int
    value: Decimal
    states: Counter[State]
    kinds: Counter[FindingKind]
    findings: tuple[Finding, ...]
    run: Run | None


def summarize(snapshot: Snapshot) -> Summary:
    """What the terminal tells of a snapshot; the words come with ``render_summary``."""
    views = Views(snapshot)
    totals = views.totals()
    return Summary(
        school=snapshot.school,
        taken_at=snapshot.taken_at,
        assets=totals.assets,
        machines=totals.computers,
        seen=totals.seen,
        simulated=totals.simulated,
        value=totals.value,
        states=totals.states,
        kinds=totals.kinds,
        findings=tuple(views.open_findings),
        run=views.runs[0] if views.runs else None,
    )


def render_summary(summary: Summary, language: str = DEFAULT_LANGUAGE, *, lines: int = LINES) -> list[str]:
    """Plain lines without line ends or control characters: counts, then at most ``lines`` findings."""
    words = Words(language)
    _ = words.translate
    text = [
        _(
            "{school}, as of {at}",
            school=plain(summary.school, _WIDTH) or _("Computer equipment ledger"),
            at=words.moment(summary.taken_at),
        ),
        _(
            "In the book: {assets} assets worth {value} CNY. Seen: {seen} of them, {machines} computers in all.",
            assets=f"{summary.assets:,}",
            value=money(summary.value),
            seen=f"{summary.seen:,}",
            machines=f"{summary.machines:,}",
        ),
    ]
    if summary.simulated:
        text.append(_("Simulated hardware: {n} computers.", n=f"{summary.simulated:,}"))
    if summary.run is not None:
        text.append(
            _(
                "Newest run: {observed} of {hosts} hosts seen, {unreachable} did not answer, {failed} failed.",
                observed=summary.run.observed,
                hosts=summary.run.hosts,
                unreachable=summary.run.unreachable,
                failed=summary.run.failed,
            )
        )
    if not summary.findings:
        return [*text, _("Nothing to settle: what was seen agrees with the book.")]
    counts = " · ".join(f"{words.kinds[kind]} {n}" for kind, n in _in_order(summary.kinds))
    text.append(_("Open findings: {n} ({counts})", n=f"{len(summary.findings):,}", counts=counts))
    for finding in summary.findings[:lines]:
        text += [_line(finding, words), _("    Next: {advice}", advice=plain(words.advice(finding.advice)))]
    if len(summary.findings) > lines:
        text.append(_("and {n} more", n=f"{len(summary.findings) - lines:,}"))
    return text


def _in_order(kinds: Counter[FindingKind]) -> list[tuple[FindingKind, int]]:
    return [(kind, kinds[kind]) for kind in FindingKind if kinds[kind]]


def _line(finding: Finding, words: Words) -> str:
    """``[信息不符] 机房一 · 03 2023-0003 pc03：内存 账面 16 GB，实际 8 GB``"""
    place = plain(words.place(finding.room, finding.seat), _WIDTH) if finding.room or finding.seat else ""
    who = _names((*finding.asset_numbers, *finding.hosts))
    sides = words.translate("; ").join(
        _sides(difference, words) for difference in finding.differences[:_SIDES_SHOWN]
    )
    if len(finding.differences) > _SIDES_SHOWN:
        sides += " …"
    return words.translate(
        "[{kind}] {where}: {sides}",
        kind=words.kinds[finding.kind],
        where=" ".join(part for part in (place, who) if part),
        sides=sides or "—",
    )


def _names(names: Sequence[str]) -> str:
    shown = " ".join(plain(name, _WIDTH) for name in names[:_NAMES_SHOWN])
    return f"{shown} …({len(names)})" if len(names) > _NAMES_SHOWN else shown


def _sides(difference: Difference, words: Words) -> str:
    book, fact = (
        plain(words.side(difference.field, side), _WIDTH) for side in (difference.book, difference.fact)
    )
    return words.translate(
        "{field} book {book}, seen {fact}",
        field=plain(words.field(difference.field), _WIDTH),
        book=book,
        fact=fact,
    )
