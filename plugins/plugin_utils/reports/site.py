"""The static site: pages that open from a folder, ask nothing of any network and run no foreign text.

Three walls stand between hostile facts and the reader: every value that a template prints goes through
``text.plain`` and Jinja's autoescape, file names and links are made of integer ids, and each page carries a Content
Security Policy (CSP level 3) that allows the site's own files alone. Under ``file:`` browsers disagree on
what ``'self'`` is, so the scheme is named beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..calendar.pages import CalendarPage
from ..i18n import DEFAULT_LANGUAGE
from ..ledger.records import (
    Event,
    Finding,
    FindingKind,
    FindingStatus,
    Run,
    SightingStatus,
    Snapshot,
)
from ..network.drawing import topology_svg
from ..network.model import Network
from ..network.pages import network_pages
from .device_rows import column_titles, device_head, device_rows
from .files import replaced_folder
from .find_rows import find_head, find_rows
from .hardware import facts_of, parts_of, unknown_notes
from .network_device import device_kind, tables
from .register_pages import RegisterPage, RegisterViews
from .scripts import write_data
from .text import plain
from .views import Device, Views
from .words import ASSET_FIELDS, KIND_MEANINGS, STATE_SIGNS, State, Words, money

POLICY = (
    "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file:; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types jifang"
)
SEATS_PER_ROW = range(2, 13)
FINDINGS_PER_PAGE = 300
_TEMPLATES = Path(__file__).parent / "templates"
_STATIC = ("style.css", "devices.js", "find.js", "icon.svg")
_LIMITS = {
    "list_limit": 12,
    "loose_limit": 500,
    "findings_limit": 100,
    "history_limit": 100,
    "parts_limit": 300,
    "rooms_limit": 20,
    "runs_limit": 300,
    "tasks_limit": 8,
    "told_limit": 6,
}
_NEWEST = 6
_SETTLED = 30
_CHANGES_READ = 60
_HTML_LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSummary:
    """What was written: ``index`` is the page to open, ``pages`` counts HTML files."""

    index: Path
    pages: int
    assets: int
    machines: int
    rooms: int
    open_findings: int


def render_site(  # noqa: PLR0913  # what is shown, where to, and the choices of a school
    snapshot: Snapshot,
    target: Path,
    *,
    language: str = DEFAULT_LANGUAGE,
    seats_per_row: int = 6,
    zone: tzinfo | None = None,
    calendar: CalendarPage | None = None,
    network: Network | None = None,
) -> SiteSummary:
    """Writes the site of ``snapshot`` into the folder ``target`` and swaps it in whole, with a page of the network
    where ``network`` is known.

    ``seats_per_row`` (2 to 12) is how many seats stand side by side on the maps of rooms; ``zone`` is the school's time
    zone, China's unless given; ``calendar`` becomes a page where the school keeps one. Raises UserError when ``target``
    cannot be written or is not a site of ours, ValueError for a language or a row of seats that there is not.
    """
    if seats_per_row not in SEATS_PER_ROW:
        raise ValueError(
            f"seats_per_row must be from {SEATS_PER_ROW.start} to {SEATS_PER_ROW.stop - 1}: {seats_per_row}"
        )
    words = Words(language, zone) if zone is not None else Words(language)
    views = Views(snapshot)
    with replaced_folder(target) as folder:
        pages = _Site(views, words, folder, seats_per_row, calendar, network).write()
    return SiteSummary(
        index=target / "index.html",
        pages=pages,
        assets=len(snapshot.assets),
        machines=len(snapshot.machines),
        rooms=len(views.rooms),
        open_findings=len(views.open_findings),
    )


class _Site:
    def __init__(  # noqa: PLR0913, PLR0917  # what the one function above was given
        self,
        views: Views,
        words: Words,
        folder: Path,
        seats_per_row: int,
        calendar: CalendarPage | None,
        network: Network | None,
    ) -> None:
        self.views = views
        self.calendar = calendar
        self.words = words
        self.folder = folder
        self.network = network
        self.pages = 0
        self.registers = RegisterViews(views, words)
        self.finding_pages = _finding_pages(views.open_findings)
        self.kind_pages = {
            kind: self.finding_pages[index][0]
            for index, (_, findings) in reversed(list(enumerate(self.finding_pages)))
            for kind in {finding.kind for finding in findings}
        }
        self.environment = self._environment(seats_per_row)
        self.device_template = self.environment.get_template("device.html")

    def write(self) -> int:
        for name in ("assets", "machines", "rooms"):
            (self.folder / name).mkdir()
        for name in _STATIC:
            (self.folder / name).write_bytes((_TEMPLATES / name).read_bytes())
        self._overview()
        self._rooms()
        self._findings()
        self._runs()
        if self.calendar is not None:
            self._page("calendar.html", "calendar.html")
            (self.folder / "calendar.ics").write_bytes(self.calendar.ics)
        self._page("help.html", "help.html", kind_meanings=self._kind_meanings())
        self._page(
            "registers.html", "registers.html", sheets=self.registers.sheets, tasks=self.registers.tasks
        )
        for page in self.registers.pages:
            self._register(page)
        self._network()
        self._device_table()
        self._find()
        for device in self.views.devices:
            self._device(device)
        return self.pages

    def _environment(self, seats_per_row: int) -> Environment:
        words, snapshot = self.words, self.views.snapshot
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_finalize,
        )
        environment.filters["number"] = lambda count: f"{count:,}"
        environment.globals.update(
            _=words.translate,
            ngettext=words.translate.plural,
            html_language=_HTML_LANGUAGES[words.language],
            policy=POLICY,
            school=snapshot.school,
            taken_at=snapshot.taken_at,
            views=self.views,
            registers=self.registers,
            calendar=self.calendar,
            state_order=list(State),
            signs=STATE_SIGNS,
            states=words.states,
            state_meanings=words.state_meanings,
            kinds=words.kinds,
            asset_statuses=words.asset_statuses,
            component_kinds=words.component_kinds,
            finding_statuses=words.finding_statuses,
            decision_categories=words.decision_categories,
            login=words.login,
            sighting_statuses=words.sighting_statuses,
            advice=words.advice,
            field=words.field,
            side=words.side,
            action=words.action,
            place=words.place,
            moment=words.moment,
            long_date=words.long_date,
            money=money,
            summary_of=self._summary_of,
            seats_per_row=seats_per_row,
            has_network=self.network is not None,
            **_LIMITS,
        )
        return environment

    def _page(self, template: str, path: str, *, section: str | None = None, **context: Any) -> None:
        self._write(
            path,
            self.environment.get_template(template).render(
                root="../" * path.count("/"), section=section or path, **context
            ),
        )

    def _write(self, path: str, html: str) -> None:
        (self.folder / path).write_bytes(html.encode("utf-8", "replace"))
        self.pages += 1

    def _summary_of(self, counts: Counter[State]) -> str:
        return ", ".join(f"{self.words.states[state]} {counts[state]}" for state in State if counts[state])

    def _kind_meanings(self) -> dict[FindingKind, str]:
        return {kind: self.words.translate(text) for kind, text in KIND_MEANINGS.items()}

    # --- pages

    def _overview(self) -> None:
        newest = sorted(
            self.views.open_findings,
            key=lambda f: f.opened_at.timestamp() if f.opened_at else 0.0,
            reverse=True,
        )
        self._page(
            "index.html",
            "index.html",
            totals=self.views.totals(),
            open_findings=self.views.open_findings,
            newest=newest[:_NEWEST],
            kind_pages=self.kind_pages,
            rooms=[(room, room.states) for room in self.views.rooms],
            runs=self.views.runs,
            tasks=self.registers.tasks,
        )

    def _register(self, page: RegisterPage) -> None:
        self._page("register.html", page.name, section="registers.html", page=page, sheet=page.sheet)

    def _rooms(self) -> None:
        for room in self.views.rooms:
            self._page(
                "room.html",
                f"rooms/{room.number:d}.html",
                section="index.html",
                room=room,
                counts=room.states,
                told=self.registers.of_room(room.name),
            )

    def _network(self) -> None:
        if self.network is None:
            return
        language, school = self.words.language, self.views.snapshot.school
        drawing = topology_svg(self.network, school=school, language=language)
        (self.folder / "network.svg").write_bytes(drawing.encode("utf-8", "replace"))
        pages = network_pages(self.network, language)
        for number, (name, shown) in enumerate(pages, start=1):
            self._page(
                *("network.html", name),
                section="network.html",
                tables=shown,
                pages=[each for each, _ in pages],
                number=number,
            )

    def _findings(self) -> None:
        counts = Counter(finding.kind for finding in self.views.open_findings)
        names = [name for name, _ in self.finding_pages]
        for number, (name, findings) in enumerate(self.finding_pages, start=1):
            self._page(
                "findings.html",
                name,
                section="findings.html",
                total=len(self.views.open_findings),
                kind_pages={kind: self.kind_pages[kind] for kind in FindingKind if counts[kind]},
                kind_counts=counts,
                groups=[(kind, list(group)) for kind, group in groupby(findings, key=lambda f: f.kind)],
                pages=names,
                number=number,
                settled=self.views.settled_findings[:_SETTLED] if number == len(names) else [],
            )

    def _runs(self) -> None:
        silent = [s for s in self.views.snapshot.sightings if s.status is not SightingStatus.OBSERVED]
        self._page(
            "runs.html",
            "runs.html",
            runs=self.views.runs,
            silent=sorted(silent, key=lambda s: (s.at, s.host), reverse=True),
            duration=self._duration,
        )

    def _duration(self, run: Run) -> str:
        seconds = int((run.finished_at - run.started_at).total_seconds()) if run.finished_at else 0
        return self.words.translate("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)

    def _device(self, device: Device) -> None:
        views, words, asset, machine = self.views, self.words, device.asset, device.machine
        findings = views.findings_of(device)
        holder = views.device_of_host(device.holder.host) if device.holder is not None else None
        parent = views.device_of_number(asset.parent_number) if asset and asset.parent_number else None
        self._write(
            device.page,
            self.device_template.render(
                root="../",
                section="devices.html",
                device=device,
                holder_page=holder.page if holder is not None else None,
                open_findings=device.findings,
                settled_findings=[f for f in findings if f.status is not FindingStatus.OPEN],
                card=_card(device, words),
                belongs_to=parent,
                children=views.parts_of(asset) if asset is not None else [],
                facts=facts_of(machine, words) if machine is not None else [],
                components=parts_of(machine, words) if machine is not None else [],
                unknown=unknown_notes(machine, words) if machine is not None else [],
                device_kind=device_kind(machine, words),
                tables=tables(machine, words) if machine is not None else [],
                twins=views.twins_of(machine) if machine is not None else [],
                events=views.events_of(device, findings),
                told=self.registers.of_asset(asset.asset_number) if asset is not None else [],
                changes=self._changes,
            ),
        )

    def _changes(self, event: Event) -> list[tuple[str, str | None, str | None]]:
        """``(name, before, after)`` of what an event changed; None on the side that has no such field."""
        before, after = event.before or {}, event.after or {}
        changed = (name for name in {**before, **after} if before.get(name) != after.get(name))
        return [
            (
                label,
                self.words.event_value(name, before.get(name)),
                self.words.event_value(name, after.get(name)),
            )
            for name in islice(changed, _CHANGES_READ)
            if (label := self.words.event_field(name)) is not None
        ]

    # --- what scripts read

    def _device_table(self) -> None:
        self._page("devices.html", "devices.html", rooms=self.views.rooms, columns=column_titles(self.words))
        write_data(
            self.folder / "devices-data.js",
            "jifangDevices",
            device_head(self.views, self.words),
            device_rows(self.views, self.words),
        )

    def _find(self) -> None:
        self._page("find.html", "find.html")
        write_data(
            self.folder / "find-data.js",
            "jifangFind",
            find_head(self.words),
            find_rows(self.views, self.registers, self.words),
        )


def _finalize(value: Any) -> Any:
    """What a template prints: nothing for None, plain text for text; markup made by a template stays as it is."""
    if value is None:
        return ""
    return plain(value) if type(value) is str else value


def _finding_pages(findings: Sequence[Finding]) -> list[tuple[str, Sequence[Finding]]]:
    """``(file name, findings)`` per page; one empty page when there is nothing to settle."""
    starts = range(0, len(findings), FINDINGS_PER_PAGE) if findings else range(1)
    return [
        (
            f"findings-{number:d}.html" if number > 1 else "findings.html",
            findings[start : start + FINDINGS_PER_PAGE],
        )
        for number, start in enumerate(starts, start=1)
    ]


def _card(device: Device, words: Words) -> Iterator[tuple[str, str]]:
    if device.asset is None:
        return
    for name in ASSET_FIELDS:
        yield words.asset_fields[name], words.value(getattr(device.asset, name))
