"""The definition as objects of AWX, in the words of the modules of the collection awx.awx (24.6).

References are names there: the modules look the numbers up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..i18n import Translator
from .definition import named
from .model import MARK, Act, Answer, Change, Definition, Errand, Question, Timer, Wanted

#: In the order in which they are made. Each is the name of a module of awx.awx.
KINDS = (
    "credential_type",
    "organization",
    "credential",
    "notification_template",
    "execution_environment",
    "project",
    "inventory",
    "inventory_source",
    "job_template",
    "schedule",
)
ENDPOINTS = {kind: f"{kind}s" for kind in KINDS} | {"inventory": "inventories"}
LEDGER_TYPE = "Jifang ledger"
LEDGER_CREDENTIAL = "jifang-ledger"
_TYPES = {Answer.TEXT: "text", Answer.ONE: "multiplechoice", Answer.SEVERAL: "multiselect"}
_LONGEST_ANSWER = 1024
_SOURCE = "jifang"
# By what the modules tell two of one name apart.
_LOOKED_UP = {
    "credential": ("credential_type",),
    "inventory_source": ("inventory",),
    "schedule": ("unified_job_template",),
}
_WITHOUT_ORGANIZATION = ("credential_type", "organization", "execution_environment")
# The password of PostgreSQL and the addresses of notices, as an administrator enters them; jobs get them in their
# environment and as a file of their own.
_LEDGER_INPUTS = {
    "fields": [
        {"id": "password", "type": "string", "label": "PGPASSWORD", "secret": True},
        {"id": "notices", "type": "string", "label": "LAB_NOTICES", "secret": True, "multiline": True},
    ]
}
_LEDGER_INJECTORS = {
    "file": {"template.notices": "{{ notices }}"},
    "env": {
        "PGPASSWORD": "{{ password }}",
        "LAB_NOTICES": "{{ tower.filename.notices }}",
    },
}


def compile_awx(definition: Definition) -> tuple[Wanted, ...]:
    """Every object, in the order of ``KINDS``."""
    return tuple(_objects(definition))


def describe(text: str) -> str:
    """A description that says whose the object is."""
    return f"{text} {MARK}".strip()


def _objects(definition: Definition) -> Iterator[Wanted]:
    settings = definition.settings
    organization = settings.organization
    _ = Translator("jobs", settings.language)
    yield Wanted(
        kind="credential_type",
        name=LEDGER_TYPE,
        fields={
            "description": describe(_("The password of the ledger, and who is told")),
            "kind": "cloud",
            "inputs": _LEDGER_INPUTS,
            "injectors": _LEDGER_INJECTORS,
        },
        partial=frozenset({"inputs", "injectors"}),
    )
    yield Wanted(
        kind="organization",
        name=organization,
        fields={"description": describe(_("The school"))},
        shared=True,
    )
    # Without its secrets: an administrator enters them on the server, and no later run touches them.
    yield Wanted(
        kind="credential",
        name=LEDGER_CREDENTIAL,
        fields={"organization": organization, "credential_type": LEDGER_TYPE},
        once={"description": describe(_("Enter the ledger's password here"))},
        shared=True,
    )
    for name in _given(definition):
        yield Wanted(kind="credential", name=name, given=True)
    for one in settings.notifications:
        yield Wanted(
            kind="notification_template",
            name=str(one["name"]),
            fields={
                "organization": organization,
                "description": describe(_("Told when a scheduled job fails")),
                "notification_type": one["type"],
                "notification_configuration": one["configuration"],
            },
            partial=frozenset({"notification_configuration"}),
        )
    yield from _base(definition, _)
    for errand in definition.errands:
        yield _errand(definition, errand)
    for timer in definition.timers:
        yield from _timer(definition, timer)


def _given(definition: Definition) -> list[str]:
    settings = definition.settings
    names = (
        settings.project_credential,
        settings.image_credential,
        settings.machine_credential,
        settings.vault_credential,
    )
    return list(dict.fromkeys(name for name in names if name))


def _base(definition: Definition, _: Translator) -> Iterator[Wanted]:
    settings = definition.settings
    organization = settings.organization
    described = {"organization": organization, "description": describe(_("The suite and the school's data"))}
    environment = {"default_environment": _SOURCE} if settings.image else {}
    if settings.image:
        yield Wanted(
            kind="execution_environment",
            name=_SOURCE,
            fields={
                **described,
                "image": settings.image,
                "pull": "missing",
                **({"credential": settings.image_credential} if settings.image_credential else {}),
            },
        )
    yield Wanted(
        kind="project",
        name=_SOURCE,
        fields={
            **described,
            **environment,
            "scm_type": "git",
            "scm_url": settings.project_url,
            "scm_branch": settings.project_branch,
            "scm_update_on_launch": True,
            "scm_update_cache_timeout": 300,
            **({"credential": settings.project_credential} if settings.project_credential else {}),
        },
    )
    yield Wanted(kind="inventory", name=_SOURCE, fields=described)
    yield Wanted(
        kind="inventory_source",
        name=_SOURCE,
        fields={
            "inventory": _SOURCE,
            "description": described["description"],
            "source": "scm",
            "source_project": _SOURCE,
            "source_path": settings.inventory,
            "overwrite": True,
            "overwrite_vars": True,
            "update_on_launch": True,
            "update_cache_timeout": 300,
        },
    )


def _template(definition: Definition, playbook: str, about: str) -> dict[str, Any]:
    settings = definition.settings
    credentials = (LEDGER_CREDENTIAL, settings.machine_credential, settings.vault_credential)
    return {
        "description": describe(about),
        "organization": settings.organization,
        "job_type": "run",
        "inventory": _SOURCE,
        "project": _SOURCE,
        "playbook": f"playbooks/{playbook}.yml",
        "credentials": sorted(one for one in credentials if one),
        **({"execution_environment": _SOURCE} if settings.image else {}),
        # One at a time: a template never runs beside itself.
        "allow_simultaneous": False,
        "ask_job_type_on_launch": True,
        "ask_diff_mode_on_launch": True,
    }


def _errand(definition: Definition, errand: Errand) -> Wanted:
    survey = survey_spec(errand.questions)
    return Wanted(
        kind="job_template",
        name=named(errand),
        fields={
            **_template(definition, errand.name, f"docs/errands/{errand.name}.md"),
            "extra_vars": dict(definition.settings.variables),
            "ask_limit_on_launch": errand.machines,
            "survey_enabled": bool(errand.questions),
            **({"survey_spec": survey} if errand.questions else {}),
        },
    )


def survey_spec(questions: tuple[Question, ...]) -> Mapping[str, Any]:
    return {"name": "", "description": "", "spec": [_asked(one) for one in questions]}


def _asked(question: Question) -> dict[str, Any]:
    return {
        "variable": question.variable,
        "question_name": question.text,
        "question_description": question.variable,
        "type": _TYPES[question.answer],
        "required": question.required,
        "default": "",
        "choices": list(question.choices),
        "min": 0,
        "max": _LONGEST_ANSWER,
    }


def duty_page(timer: Timer) -> str:
    """Where it is written what a duty's template does; no two have the same."""
    return f"docs/calendar.md · {timer.duty or 'watch'}"


def duty_name(timer: Timer) -> str:
    """What the template of a duty is called."""
    return f"{timer.title} · {timer.duty or 'watch'}"


def _timer(definition: Definition, timer: Timer) -> Iterator[Wanted]:
    assert definition.zone is not None  # noqa: S101  # there are no timers without a calendar
    notified = sorted(str(one["name"]) for one in definition.settings.notifications)
    name = duty_name(timer)
    yield Wanted(
        kind="job_template",
        name=name,
        fields={
            **_template(definition, "perform_duty", duty_page(timer)),
            "extra_vars": {**definition.settings.variables, "duty_name": timer.duty},
            "ask_limit_on_launch": False,
            "survey_enabled": False,
            "notification_templates_error": notified,
        },
    )
    for recurrence in timer.recurrences:
        yield Wanted(
            kind="schedule",
            name=f"jifang-{timer.duty or 'watch'}-{recurrence.at:%H%M}",
            fields={
                "description": describe(timer.title),
                "unified_job_template": name,
                "rrule": recurrence.rrule(definition.zone),
                "enabled": True,
            },
        )


def module_arguments(change: Change, organization: str) -> dict[str, Any]:
    """What the module ``awx.awx.<kind>`` is to be called with, without the server's address and token."""
    arguments: dict[str, Any] = {"name": change.name}
    if change.kind not in _WITHOUT_ORGANIZATION:
        arguments["organization"] = organization
    if change.act is Act.REMOVE:
        looked_up = {name: change.before.get(name) for name in _LOOKED_UP.get(change.kind, ())}
        return {**arguments, **looked_up, "state": "absent"}
    assert change.wanted is not None  # noqa: S101  # only a removal wants nothing
    arguments |= change.wanted.fields
    if change.wanted.name != change.name:
        arguments["new_name"] = change.wanted.name
    if change.act is Act.CREATE:
        arguments |= change.wanted.once
    if change.kind == "credential":
        arguments["update_secrets"] = False
    return arguments
