"""A Semaphore: what it has, in the shape in which ``semaphore.compile_semaphore`` wants it, and one step at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..i18n import UserError
from .client import Client, understood
from .model import MARK, Act, Change, Found, Ref
from .semaphore import PATHS, PREFIX

API = "/api"
_REFERENCES = {
    "ssh_key_id": "key",
    "repository_id": "repository",
    "inventory_id": "inventory",
    "environment_id": "environment",
    "template_id": "template",
}
_KEPT_QUESTION = ("name", "title", "type", "description", "required", "values")


class SemaphoreServer:
    """``project`` is the name of the project that everything lies in."""

    def __init__(self, client: Client, project: str) -> None:
        self._client = client
        self._project = project
        self._number: int | None = None
        self._ids: dict[Ref, int] = {}
        self._raw: dict[Ref, Mapping[str, Any]] = {}

    def read(self) -> tuple[Found, ...]:
        """Everything in the project; nothing where there is no such project yet."""
        with understood(self._client.product):
            return self._read()

    def _read(self) -> tuple[Found, ...]:
        projects = [one for one in self._list(f"{API}/projects") if one.get("name") == self._project]
        if len(projects) > 1:
            raise UserError(
                "jobs",
                "Semaphore has {n} projects named {name}. Rename all but one, or name another in jobs_organization.",
                n=len(projects),
                name=self._project,
            )
        if not projects:
            return ()
        self._number = int(projects[0]["id"])
        found = [Found(kind="project", name=self._project, id=self._number, fields=projects[0], ours=False)]
        names: dict[tuple[str, int], str] = {}
        for kind, path in PATHS.items():
            for listed in self._list(f"{API}/project/{self._number}/{path}"):
                # The list of templates leaves out what they ask.
                raw = self._client.get(self._path(kind, int(listed["id"]))) if kind == "template" else listed
                one = _found(kind, raw, names)
                names[kind, one.id] = one.name
                self._know(one.kind, one.name, raw)
                found.append(one)
        return tuple(found)

    def apply(self, change: Change) -> None:
        """Makes one step; what it refers to was made or read before. Raises ``UserError``."""
        if change.act is Act.REMOVE:
            assert change.id is not None  # noqa: S101  # it was read
            self._client.send("DELETE", self._path(change.kind, change.id))
            return
        wanted = change.wanted
        assert wanted is not None  # noqa: S101  # only a removal wants nothing
        if change.act is Act.CREATE:
            payload = {"name": change.name, **self._payload({**wanted.fields, **wanted.once}, {})}
            self._create(change.kind, change.name, payload)
            return
        assert change.id is not None  # noqa: S101  # as above
        raw = self._raw[Ref(change.kind, change.name)]
        payload = {
            **{name: value for name, value in raw.items() if value is not None and name != "last_task"},
            **self._payload(wanted.fields, raw),
            "id": change.id,
            "name": wanted.name,
            "project_id": self._number,
        }
        self._client.send("PUT", self._path(change.kind, change.id), payload)
        self._know(change.kind, wanted.name, payload)

    def _create(self, kind: str, name: str, payload: dict[str, Any]) -> None:
        if kind == "project":
            made = self._client.send("POST", f"{API}/projects", payload)
            self._number = int(made["id"])
            return
        path = f"{API}/project/{self._number}/{PATHS[kind]}"
        made = self._client.send("POST", path, {**payload, "project_id": self._number})
        # Servers of an earlier year answer with nothing.
        if not isinstance(made, Mapping) or "id" not in made:
            made = next(one for one in self._list(path) if one.get("name") == name)
        self._know(kind, name, made)

    def _know(self, kind: str, name: str, raw: Mapping[str, Any]) -> None:
        self._ids[Ref(kind, name)] = int(raw["id"])
        self._raw[Ref(kind, name)] = raw

    def _payload(self, fields: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
        """The wanted fields as the server takes them: numbers for references, texts of JSON."""
        payload: dict[str, Any] = {}
        for name, value in fields.items():
            match name, value:
                case _, Ref():
                    payload[name] = self._ids[value]
                case "vaults", _:
                    known = {one.get("vault_key_id"): one for one in raw.get("vaults") or ()}
                    payload[name] = [
                        known.get(self._ids[one], {"vault_key_id": self._ids[one], "type": "password"})
                        for one in value
                    ]
                case (("json" | "arguments"), _):
                    payload[name] = json.dumps(value, ensure_ascii=False, sort_keys=True)
                case _:
                    payload[name] = value
        return payload

    def _path(self, kind: str, number: int) -> str:
        return f"{API}/project/{self._number}/{PATHS[kind]}/{number}"

    def _list(self, path: str) -> list[Mapping[str, Any]]:
        answer = self._client.get(path, {"sort": "name", "order": "asc"})
        # An empty list is null in some versions.
        listed = [] if answer is None else answer
        if not isinstance(listed, list) or not all(isinstance(one, dict) and "id" in one for one in listed):
            raise UserError(
                "jobs",
                "{product} has no list at {path}. Is it really Semaphore?",
                product=self._client.product,
                path=path,
            )
        return listed


def _found(kind: str, raw: Mapping[str, Any], names: Mapping[tuple[str, int], str]) -> Found:
    name = str(raw.get("name"))
    fields = dict(raw)
    for field, to in _REFERENCES.items():
        if raw.get(field) is not None:
            # A number that leads nowhere is no reference that anybody wants.
            fields[field] = Ref(to, names.get((to, raw[field]), ""))
    if kind == "template":
        fields |= {
            "arguments": _parsed(raw.get("arguments") or "[]"),
            "survey_vars": [_question(one) for one in raw.get("survey_vars") or ()],
            "vaults": [
                Ref("key", names.get(("key", one.get("vault_key_id")), "")) for one in raw.get("vaults") or ()
            ],
            "suppress_success_alerts": bool(raw.get("suppress_success_alerts")),
        }
    if kind == "environment":
        fields["json"] = _parsed(raw.get("json") or "{}")
    ours = (
        str(raw.get("description") or "").endswith(MARK)
        if kind == "template"
        else name == PREFIX or name.startswith(f"{PREFIX}-")
    )
    return Found(kind=kind, name=name, id=int(raw["id"]), fields=fields, ours=ours, raw=raw)


def _question(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: some versions leave it out, others do not."""
    return {name: raw[name] for name in _KEPT_QUESTION if raw.get(name)}


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text
