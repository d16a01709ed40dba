"""What an AWX has, in the shape in which ``awx.compile_awx`` wants it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from ..i18n import UserError
from .awx import ENDPOINTS, KINDS
from .client import Client, understood
from .model import MARK, Found

API = "/api/v2"
_PAGE = 200
_MOST_PAGES = 500
# Fields that hold a number; the name stands in summary_fields.
_NAMES = (
    *("organization", "inventory", "project", "source_project", "execution_environment"),
    *("default_environment", "credential", "credential_type", "unified_job_template"),
)
# What has no organization of its own belongs to something that has.
_PARENTS = {"inventory_source": "inventory", "schedule": "job_template"}


def read_awx(client: Client, organization: str) -> tuple[Found, ...]:
    """Everything of ``organization``, and the credential types, which belong to nobody.

    Raises ``UserError``; a page that fails is asked for again.
    """
    found: list[Found] = []
    with understood(client.product):
        for kind in KINDS:
            parents = {one.id for one in found if one.kind == _PARENTS.get(kind)}
            found += [
                _found(client, kind, raw)
                for raw in pages(client, f"{API}/{ENDPOINTS[kind]}/")
                if _is_here(kind, raw, organization, parents)
            ]
    return tuple(found)


def pages(client: Client, path: str) -> Iterator[Mapping[str, Any]]:
    """The members of a list, page by page. A next page elsewhere than at the same server's list is not followed."""
    query: Mapping[str, Any] | None = {"page_size": _PAGE, "order_by": "id"}
    following: str | None = path
    for _page in range(_MOST_PAGES):
        if following is None:
            return
        answer = client.get(following, query)
        if not isinstance(answer, Mapping) or not isinstance(answer.get("results"), list):
            raise UserError(
                "jobs",
                "{product} has no list at {path}. Is it really AWX?",
                product=client.product,
                path=path,
            )
        yield from (one for one in answer["results"] if isinstance(one, Mapping) and "id" in one)
        following, query = answer.get("next"), None
        if following is not None and not str(following).startswith(f"{path}?"):
            raise UserError(
                "jobs",
                "{product} sends the reader of {path} elsewhere for the next page. Is there a proxy in between that"
                " changes addresses?",
                product=client.product,
                path=path,
            )


def _is_here(kind: str, raw: Mapping[str, Any], organization: str, parents: Collection[int]) -> bool:
    match kind:
        case "organization":
            return bool(raw.get("name") == organization)
        case "credential_type":
            return raw.get("managed") is not True
        case "inventory_source":
            return raw.get("inventory") in parents
        case "schedule":
            return raw.get("unified_job_template") in parents
        case _:
            of = (raw.get("summary_fields") or {}).get("organization") or {}
            # A person's own credential is in no organization.
            return bool(of.get("name") == organization) or (kind == "credential" and not of)


def _found(client: Client, kind: str, raw: Mapping[str, Any]) -> Found:
    # An organization that goes takes everything with it, whoever made that: it is nobody's to remove.
    ours = kind != "organization" and str(raw.get("description") or "").endswith(MARK)
    summary = raw.get("summary_fields") or {}
    fields = {**raw, **{name: (summary.get(name) or {}).get("name") for name in _NAMES if name in raw}}
    if kind == "job_template" and ours:
        fields["credentials"] = sorted(one["name"] for one in summary.get("credentials") or ())
        fields["extra_vars"] = _variables(raw.get("extra_vars"))
        base = f"{API}/job_templates/{raw['id']}"
        fields["survey_spec"] = client.get(f"{base}/survey_spec/") or {}
        fields["notification_templates_error"] = sorted(
            one["name"] for one in pages(client, f"{base}/notification_templates_error/")
        )
    return Found(kind=kind, name=str(raw.get("name")), id=int(raw["id"]), fields=fields, ours=ours, raw=raw)


def _variables(text: Any) -> Any:
    """Variables of a template: a text of JSON or YAML."""
    try:
        return yaml.safe_load(text or "{}")
    except yaml.YAMLError:
        return text
