"""A Semaphore that answers as version 2.16 does, as far as the suite asks it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from .serving import JobServer, RefusedError

LISTS = ("keys", "repositories", "inventory", "environment", "templates", "schedules")
REFERENCES = {
    "ssh_key_id": "keys",
    "repository_id": "repositories",
    "inventory_id": "inventory",
    "environment_id": "environment",
    "template_id": "templates",
}
_FIELD = r"(?:\*|\d+(?:-\d+)?)(?:/\d+)?"
_LIMITS = (59, 23, 31, 12, 6)


class Semaphore(JobServer):
    DESCRIPTION = "semaphore.json"

    def __init__(self) -> None:
        super().__init__()
        self.projects: dict[int, dict[str, Any]] = {}
        self.things: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in LISTS}

    def project(self, name: str) -> int:
        number = self.number()
        self.projects[number] = {"id": number, "name": name, "alert": False}
        return number

    def put(self, project: int, listed: str, **fields: Any) -> int:
        """Something that a person made; gives its number."""
        number = self.number()
        self.things[listed][number] = {**fields, "id": number, "project_id": project}
        return number

    def named(self, listed: str) -> dict[str, dict[str, Any]]:
        return {thing["name"]: thing for thing in self.things[listed].values()}

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        match [*path.strip("/").split("/")]:
            case ["api", "projects"] if method == "GET":
                return 200, list(self.projects.values())
            case ["api", "projects"] if method == "POST":
                self._fits("project", body)
                number = self.project(body["name"])
                self.projects[number].update(body)
                return 201, self.projects[number]
            case ["api", "project", project, listed] if listed in LISTS and int(project) in self.projects:
                if method == "GET":
                    if listed != "schedules" and query.get("order") not in ("asc", "desc"):
                        raise RefusedError(400, {"error": "order"})
                    here = [one for one in self.things[listed].values() if one["project_id"] == int(project)]
                    return 200, [self._listed(listed, one) for one in here] or None
                return self._add(int(project), listed, body)
            case ["api", "project", project, listed, number] if int(number) in self.things.get(listed, {}):
                return self._one(method, int(project), listed, self.things[listed][int(number)], body)
        raise RefusedError(404, {"error": "not found"})

    @staticmethod
    def _listed(listed: str, one: Mapping[str, Any]) -> dict[str, Any]:
        """A template's questions and vaults are told of the single one alone."""
        return {k: v for k, v in one.items() if listed != "templates" or k not in ("survey_vars", "vaults")}

    def _fits(self, name: str, body: Mapping[str, Any]) -> None:
        if faults := self.faults_of(name, body):
            raise RefusedError(400, {"error": "; ".join(faults)})

    def _add(self, project: int, listed: str, body: Any) -> tuple[int, Any]:
        self._check(project, listed, body)
        number = self.put(project, listed, **body)
        return 201, self._listed(listed, self.things[listed][number])

    def _one(
        self, method: str, project: int, listed: str, thing: dict[str, Any], body: Any
    ) -> tuple[int, Any]:
        if method == "GET":
            return 200, thing
        if method == "DELETE":
            users = [
                one
                for other in self.things.values()
                for one in other.values()
                if any(one.get(name) == thing["id"] for name, to in REFERENCES.items() if to == listed)
            ]
            if users:
                raise RefusedError(400, {"error": "is in use by one or more templates", "inUse": True})
            del self.things[listed][thing["id"]]
            return 204, None
        if body.get("id") != thing["id"] or body.get("project_id") != project:
            raise RefusedError(400, {"error": f"{listed} id in URL and in body must be the same"})
        self._check(project, listed, body)
        thing.clear()
        thing.update(body)
        return 204, None

    def _check(self, project: int, listed: str, body: Mapping[str, Any]) -> None:
        self._fits(listed, body)
        if body.get("project_id") != project:
            raise RefusedError(400, {"error": "Project ID in body and URL must be the same"})
        for name, target in REFERENCES.items():
            if name in body and body[name] not in self.things[target]:
                raise RefusedError(400, {"error": f"FOREIGN KEY constraint failed: {name}"})
        if listed == "keys" and body["type"] == "ssh" and not (body.get("ssh") or {}).get("private_key"):
            raise RefusedError(400, {"error": "private key can not be empty"})
        for name in ("json", "arguments"):
            if name in body:
                try:
                    json.loads(body[name])
                except ValueError:
                    raise RefusedError(400, {"error": f"{name} must be valid JSON"}) from None
        if listed == "schedules":
            _check_cron(body["cron_format"])


def _check_cron(line: str) -> None:
    """As ``cron.ParseStandard``: five fields, with a zone in front."""
    zone, *fields = line.split(" ")
    if not zone.startswith("CRON_TZ="):
        zone, fields = "CRON_TZ=UTC", line.split(" ")
    try:
        ZoneInfo(zone.removeprefix("CRON_TZ="))
    except (ValueError, OSError):
        raise RefusedError(400, {"error": f"Cron: provided bad location {zone}"}) from None
    if len(fields) != len(_LIMITS):
        raise RefusedError(400, {"error": f"Cron: expected exactly 5 fields, found {len(fields)}"})
    for text, limit in zip(fields, _LIMITS, strict=True):
        parts = text.split(",")
        numbers = [int(one) for one in re.findall(r"\d+", text.split("/")[0])]
        if not all(re.fullmatch(_FIELD, one) for one in parts) or any(one > limit for one in numbers):
            raise RefusedError(400, {"error": f"Cron: failed to parse {text}"})
