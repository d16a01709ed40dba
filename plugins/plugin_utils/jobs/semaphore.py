"""The definition as objects of one project of Semaphore (2.16), in the words of its REST API.

Semaphore shows the name of who made a thing nowhere: what begins with ``PREFIX``, and every template whose description
ends with the mark, is the suite's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .awx import describe, duty_name, duty_page
from .definition import named
from .model import Answer, Definition, Question, Ref, Wanted

#: In the order in which they are made, with the path of each below a project.
PATHS = {
    "key": "keys",
    "repository": "repositories",
    "inventory": "inventory",
    "environment": "environment",
    "template": "templates",
    "schedule": "schedules",
}
KINDS = ("project", *PATHS)
PREFIX = "jifang"
#: The key of a repository that anybody may read.
OPEN_KEY = "jifang-none"


def compile_semaphore(definition: Definition) -> tuple[Wanted, ...]:
    """Every object, in the order of ``KINDS``. A field that ends with ``_id`` holds a ``Ref`` there, or None."""
    return tuple(_objects(definition))


def _objects(definition: Definition) -> Iterator[Wanted]:
    settings = definition.settings
    yield Wanted(
        kind="project",
        name=settings.organization,
        once={"alert": True, "max_parallel_tasks": 0, "type": ""},
        shared=True,
    )
    for name in dict.fromkeys(
        one
        for one in (settings.project_credential, settings.machine_credential, settings.vault_credential)
        if one
    ):
        yield Wanted(kind="key", name=name, given=True)
    if not settings.project_credential or not settings.machine_credential:
        yield Wanted(kind="key", name=OPEN_KEY, fields={"type": "none"})
    repository = Ref("repository", PREFIX)
    yield Wanted(
        kind="repository",
        name=PREFIX,
        fields={
            "git_url": settings.project_url,
            "git_branch": settings.project_branch,
            "ssh_key_id": Ref("key", settings.project_credential or OPEN_KEY),
        },
    )
    yield Wanted(
        kind="inventory",
        name=PREFIX,
        fields={
            "type": "file",
            "inventory": settings.inventory,
            "ssh_key_id": Ref("key", settings.machine_credential or OPEN_KEY),
            "repository_id": repository,
        },
    )
    yield Wanted(kind="environment", name=PREFIX, fields={"json": dict(settings.variables)})
    for errand in definition.errands:
        yield Wanted(
            kind="template",
            name=named(errand),
            fields={
                **_template(definition, errand.name, f"docs/errands/{errand.name}.md"),
                "arguments": [],
                "survey_vars": [_asked(one) for one in errand.questions],
            },
        )
    for timer in definition.timers:
        name = duty_name(timer)
        yield Wanted(
            kind="template",
            name=name,
            fields={
                **_template(definition, "perform_duty", duty_page(timer)),
                "arguments": ["-e", f"duty_name={timer.duty}"],
                "survey_vars": [],
            },
        )
        for recurrence in timer.recurrences:
            assert definition.zone is not None  # noqa: S101  # there are no timers without a calendar
            yield Wanted(
                kind="schedule",
                name=f"{PREFIX}-{timer.duty or 'watch'}-{recurrence.at:%H%M}",
                fields={
                    "template_id": Ref("template", name),
                    "cron_format": recurrence.cron(definition.zone),
                    "active": True,
                },
            )


def _template(definition: Definition, playbook: str, about: str) -> dict[str, Any]:
    vault = definition.settings.vault_credential
    return {
        "app": "ansible",
        "description": describe(about),
        "playbook": f"playbooks/{playbook}.yml",
        "repository_id": Ref("repository", PREFIX),
        "inventory_id": Ref("inventory", PREFIX),
        "environment_id": Ref("environment", PREFIX),
        "vaults": [Ref("key", vault)] if vault else [],
        # Somebody who watches is told by the page; everybody else of failures alone.
        "suppress_success_alerts": True,
    }


def _asked(question: Question) -> dict[str, Any]:
    """What the server leaves out where it is empty is left out here."""
    asked: dict[str, Any] = {"name": question.variable, "title": question.text}
    if question.answer is Answer.ONE:
        asked["type"] = "enum"
        asked["values"] = [{"name": one, "value": one} for one in question.choices]
    elif question.answer is Answer.SEVERAL:
        asked["description"] = ", ".join(question.choices)
    if question.required:
        asked["required"] = True
    return asked
