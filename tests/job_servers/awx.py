"""An AWX that answers as version 24.6.1 does, as far as the modules of awx.awx and the suite's reader ask it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from dateutil.rrule import rrulestr

from .serving import JobServer, RefusedError

KINDS = {
    "organizations": "organization",
    "credential_types": "credential_type",
    "credentials": "credential",
    "notification_templates": "notification_template",
    "execution_environments": "execution_environment",
    "projects": "project",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "job_templates": "job_template",
    "schedules": "schedule",
}
# A field that is a number of a thing in that list.
REFERENCES = {
    "organization": "organizations",
    "default_environment": "execution_environments",
    "execution_environment": "execution_environments",
    "credential": "credentials",
    "credential_type": "credential_types",
    "inventory": "inventories",
    "project": "projects",
    "source_project": "projects",
    "unified_job_template": "job_templates",
}
ASSOCIATIONS = {
    "credentials": "credentials",
    "notification_templates_error": "notification_templates",
    "notification_templates_started": "notification_templates",
    "notification_templates_success": "notification_templates",
}
# What is kept of one that a person did not say.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "project": {"scm_type": "", "scm_url": "", "scm_branch": "", "credential": None, "scm_revision": ""},
    "job_template": {"extra_vars": "---", "survey_enabled": False, "allow_simultaneous": False, "limit": ""},
    "schedule": {"enabled": True},
    "inventory": {"kind": "", "host_filter": None, "variables": ""},
}
_MANAGED = ("Machine", "Source Control", "Vault", "Container Registry")
_PAGE, _MOST = 25, 200
_UNIQUE = {
    "inventory_source": ("name", "inventory"),
    "schedule": ("name", "unified_job_template"),
    "credential": ("name", "organization", "credential_type"),
    "execution_environment": ("name",),
    "credential_type": ("name", "kind"),
    "organization": ("name",),
}


class Awx(JobServer):
    """``playbooks`` are those of the repository, seen once a project was synchronised."""

    DESCRIPTION = "awx.json"
    HEADERS: ClassVar[Mapping[str, str]] = {
        "X-API-Product-Name": "AWX",
        "X-API-Product-Version": "24.6.1",
    }

    def __init__(self, playbooks: Sequence[str] = (), page: int = _MOST) -> None:
        super().__init__()
        self.playbooks = {f"playbooks/{name}.yml" for name in playbooks}
        self.page = page
        self.things: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in KINDS}
        self.surveys: dict[int, Any] = {}
        self.associated: dict[tuple[int, str], list[int]] = {}
        self.updates: dict[int, int] = {}
        for name in _MANAGED:
            self.put("credential_types", name=name, kind="ssh", managed=True)

    def put(self, listed: str, **fields: Any) -> int:
        """Something that a person made; gives its number."""
        number = self.number()
        defaults = {"description": "", **DEFAULTS.get(KINDS[listed], {})}
        self.things[listed][number] = {**defaults, **fields, "id": number}
        return number

    def named(self, listed: str) -> dict[str, dict[str, Any]]:
        return {thing["name"]: thing for thing in self.things[listed].values()}

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if not path.endswith("/"):
            raise RefusedError(404, {"detail": "Not found."})
        match [*path.strip("/").split("/")]:
            case ["api", "v2", "project_updates", number]:
                left = self.updates[int(number)] = max(0, self.updates[int(number)] - 1)
                return 200, {"id": int(number), "status": "running" if left else "successful"}
            case ["api", "v2", "unified_job_templates"] if method == "GET":
                found = [
                    self._shown(listed, thing)
                    for listed in ("projects", "inventory_sources", "job_templates")
                    for thing in self.things[listed].values()
                ]
                return 200, self._page(path, query, found)
            case ["api", "v2", listed] if listed in KINDS:
                return self._list(method, path, listed, query, body)
            case ["api", "v2", listed, number] if listed in KINDS:
                return self._one(method, listed, self._get(listed, number), body)
            case ["api", "v2", "job_templates", number, "survey_spec"]:
                return self._survey(method, self._get("job_templates", number), body)
            case ["api", "v2", "job_templates", number, association] if association in ASSOCIATIONS:
                return self._associate(
                    method, path, self._get("job_templates", number), association, query, body
                )
        raise RefusedError(404, {"detail": "Not found."})

    def _get(self, listed: str, number: str) -> dict[str, Any]:
        thing = self.things[listed].get(int(number))
        if thing is None:
            raise RefusedError(404, {"detail": "Not found."})
        return thing

    def _list(
        self, method: str, path: str, listed: str, query: Mapping[str, str], body: Any
    ) -> tuple[int, Any]:
        if method == "GET":
            return 200, self._page(
                path, query, [self._shown(listed, one) for one in self.things[listed].values()]
            )
        if method != "POST":
            raise RefusedError(405, {"detail": f'Method "{method}" not allowed.'})
        self._check(listed, body, {})
        number = self.put(listed, **body)
        if listed == "projects" and body.get("scm_type"):
            self.updates[number] = 1
            self.things[listed][number]["scm_revision"] = "0" * 40
        return 201, self._shown(listed, self.things[listed][number])

    def _one(self, method: str, listed: str, thing: dict[str, Any], body: Any) -> tuple[int, Any]:
        match method:
            case "GET":
                pass
            case "PATCH":
                self._check(listed, body, thing)
                thing.update(body)
            case "DELETE":
                users = [
                    one
                    for one in self.things["credentials"].values()
                    if one["credential_type"] == thing["id"]
                ]
                if listed == "credential_types" and users:
                    raise RefusedError(403, {"detail": "Credential types that are in use cannot be deleted"})
                del self.things[listed][thing["id"]]
                return (202 if listed == "inventories" else 204), None
            case _:
                raise RefusedError(405, {"detail": f'Method "{method}" not allowed.'})
        return 200, self._shown(listed, thing)

    def _check(self, listed: str, body: Mapping[str, Any], thing: Mapping[str, Any]) -> None:
        """As the serializers do; what a person would be told with 400."""
        kind = KINDS[listed]
        if faults := self.faults_of(kind, body, partly=bool(thing)):
            raise RefusedError(400, {"__all__": faults})
        after = {**thing, **body}
        for name, target in REFERENCES.items():
            number = body.get(name)
            if number is not None and number not in self.things[target]:
                raise RefusedError(400, {name: [f'Invalid pk "{number}" - object does not exist.']})
        unique = _UNIQUE.get(kind, ("name", "organization"))
        # The organization of a template is its project's.
        if kind == "job_template":
            unique = ("name", "project")
        for other in self.things[listed].values():
            if other["id"] != thing.get("id") and all(other.get(one) == after.get(one) for one in unique):
                raise RefusedError(400, {"__all__": [f"{kind} with this Name already exists."]})
        if kind == "job_template":
            project = self.things["projects"].get(after.get("project") or 0)
            if project is None:
                raise RefusedError(400, {"project": ["This field is required."]})
            if self.updates.get(project["id"], 0) or after["playbook"] not in self.playbooks:
                raise RefusedError(400, {"playbook": ["Playbook not found for project."]})
        if kind == "schedule":
            self._check_rule(after["rrule"])

    @staticmethod
    def _check_rule(rule: str) -> None:
        if not re.match(r"DTSTART(:\d{8}T\d{6}Z|;TZID=[\w/+-]+:\d{8}T\d{6}) RRULE:", rule):
            raise RefusedError(400, {"rrule": ["Valid DTSTART required in rrule."]})
        if rule.count("RRULE:") != 1 or "INTERVAL=" not in rule:
            raise RefusedError(400, {"rrule": ["INTERVAL required in rrule"]})
        if re.search(r"SECONDLY|BYDAY=[^;]*\d|BYMONTHDAY=[^;]*,", rule):
            raise RefusedError(400, {"rrule": ["not supported"]})
        try:
            rrulestr(rule.replace(" ", "\n"))
        except (ValueError, KeyError) as error:
            raise RefusedError(400, {"rrule": [f"rrule parsing failed validation: {error}"]}) from None

    def _survey(self, method: str, thing: Mapping[str, Any], body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, self.surveys.get(thing["id"], {})
        if method == "POST":
            if faults := self.faults_of("survey", body):
                raise RefusedError(400, {"error": faults})
            self.surveys[thing["id"]] = body
        elif method == "DELETE":
            self.surveys.pop(thing["id"], None)
        return 200, {}

    def _associate(  # noqa: PLR0917
        self,
        method: str,
        path: str,
        thing: Mapping[str, Any],
        association: str,
        query: Mapping[str, str],
        body: Any,
    ) -> tuple[int, Any]:
        there = self.associated.setdefault((thing["id"], association), [])
        listed = ASSOCIATIONS[association]
        if method == "GET":
            return 200, self._page(
                path, query, [self._shown(listed, self.things[listed][one]) for one in there]
            )
        if body["id"] not in self.things[listed]:
            raise RefusedError(400, {"error": "does not exist"})
        if body.get("disassociate"):
            there.remove(body["id"])
        elif body["id"] not in there:
            there.append(body["id"])
        return 204, None

    def _page(self, path: str, query: Mapping[str, str], found: list[dict[str, Any]]) -> dict[str, Any]:
        size = min(int(query.get("page_size", _PAGE)), self.page)
        number = int(query.get("page", 1))
        filters = {
            name: value for name, value in query.items() if name not in ("page", "page_size", "order_by")
        }
        either = {name[4:]: value for name, value in filters.items() if name.startswith("or__")}
        every = {name: value for name, value in filters.items() if not name.startswith("or__")}
        matching = [
            one
            for one in found
            if all(str(one.get(name)) == value for name, value in every.items())
            and (not either or any(str(one.get(name)) == value for name, value in either.items()))
        ]
        more = number * size < len(matching)
        following = urlencode({**query, "page": number + 1})
        return {
            "count": len(matching),
            "next": f"{path}?{following}" if more else None,
            "previous": None,
            "results": matching[(number - 1) * size : number * size],
        }

    def _shown(self, listed: str, thing: Mapping[str, Any]) -> dict[str, Any]:
        kind, number = KINDS[listed], thing["id"]
        shown = {**thing}
        if kind == "job_template":
            project = self.things["projects"].get(thing.get("project") or 0, {})
            shown["organization"] = project.get("organization")
        summary: dict[str, Any] = {}
        for name, target in REFERENCES.items():
            other = self.things[target].get(shown.get(name) or 0)
            if other is not None:
                summary[name] = {
                    "id": other["id"],
                    "name": other["name"],
                    "description": other["description"],
                }
        related = {}
        if kind == "job_template":
            credentials = self.associated.get((number, "credentials"), [])
            summary["credentials"] = [
                {"id": one, "name": self.things["credentials"][one]["name"]} for one in credentials
            ]
            related["survey_spec"] = f"/api/v2/job_templates/{number}/survey_spec/"
        if kind == "project" and self.updates.get(number):
            summary["current_update"] = {"id": number, "status": "running"}
        if kind == "notification_template":
            shown["notification_configuration"] = {
                "timeout": 30,
                **{
                    name: "$encrypted$" if name == "password" else value
                    for name, value in thing["notification_configuration"].items()
                },
            }
        shown.update(type=kind, url=f"/api/v2/{listed}/{number}/", related=related, summary_fields=summary)
        return shown
