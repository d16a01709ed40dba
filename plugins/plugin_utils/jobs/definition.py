"""The one definition: the school's settings, the chosen errands, and the duties of its calendar."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from ..calendar.model import Calendar
from ..calendar.recurrence import Recurrence, scheduled_duties
from ..i18n import Translator, UserError
from .model import Definition, Errand, Settings, Timer

_WATCH = Recurrence(at=time(0, 7), minutes=15)
_SECRET = re.compile(r"passw|secret|token|private_key|vault|credential", re.IGNORECASE)
_LONGEST_NAME = 200


def define(
    settings: Settings,
    catalogue: Sequence[Errand],
    calendar: Calendar | None,
    *,
    chosen: Collection[str] = (),
    playbooks: Collection[str] = (),
) -> Definition:
    """``chosen`` are the errands by name, none for all of them. Without a calendar nothing is scheduled.

    Raises ``UserError`` for an errand that there is not, for a secret among the settings, and for a calendar whose
    duties cannot be scheduled.
    """
    check_settings(settings)
    known = {errand.name for errand in catalogue}
    if unknown := sorted(set(chosen) - known):
        raise UserError(
            "jobs",
            "jobs_errands names {unknown}, which there is not or which is no job. There are: {known}.",
            unknown=tuple(unknown),
            known=tuple(sorted(known)),
        )
    errands = tuple(errand for errand in catalogue if not chosen or errand.name in chosen)
    return Definition(
        settings=settings,
        errands=errands,
        timers=() if calendar is None else tuple(_timers(calendar, settings.language, playbooks)),
        zone=None if calendar is None else calendar.zone,
    )


def _timers(calendar: Calendar, language: str, playbooks: Collection[str]) -> Iterable[Timer]:
    for duty, times in scheduled_duties(calendar, playbooks):
        yield Timer(duty=duty.name, title=duty.shown(language), recurrences=times)
    title = Translator("calendar", language)("What is due and was not started; what was missed is told")
    yield Timer(duty="", title=title, recurrences=(_WATCH,))


def check_settings(settings: Settings) -> None:
    """Raises ``UserError`` where something is missing, or where a secret stands that every user of the server would
    see."""
    for name in ("organization", "project_url", "inventory"):
        value = getattr(settings, name)
        if not value or not value.isprintable() or len(value) > _LONGEST_NAME:
            raise UserError(
                "jobs",
                "jobs_{name} is {value}. Write one line of at most {limit} characters; docs/jobs.md has an example.",
                name=name,
                value=repr(value)[:80],
                limit=_LONGEST_NAME,
            )
    for place, value in (("jobs_project_url", settings.project_url), *_texts(settings.variables)):
        if _has_password(value):
            raise UserError(
                "jobs",
                "{place} has a password in its address, and whoever may see the template reads it. Leave it out:"
                " docs/jobs.md says which credential holds it.",
                place=place,
            )
    for name in settings.variables:
        if _SECRET.search(str(name)):
            raise UserError(
                "jobs",
                "jobs_variables holds {name}: what a template holds is not secret. Enter it as a credential on the"
                " server, or in a vaulted file of the inventory.",
                name=str(name)[:80],
            )


def _texts(variables: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ((f"jobs_variables.{name}", value) for name, value in variables.items() if isinstance(value, str))


def _has_password(address: str) -> bool:
    try:
        return bool(urlsplit(address).password)
    except ValueError:
        return False


def named(errand: Errand) -> str:
    """What an errand's template is called on a server: in the people's language, and findable by the playbook."""
    return f"{errand.title} · {errand.name}"
