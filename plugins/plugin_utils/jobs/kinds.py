"""What people call the kinds of objects; the products' own words in English."""

from __future__ import annotations

from ..i18n import Message

_KINDS = {
    "credential": "credential",
    "credential_type": "credential type",
    "environment": "variable group",
    "execution_environment": "execution environment",
    "inventory": "inventory",
    "inventory_source": "inventory source",
    "job_template": "job template",
    "key": "key",
    "notification_template": "notification",
    "organization": "organization",
    "project": "project",
    "repository": "repository",
    "schedule": "schedule",
    "template": "template",
}


def called(kind: str) -> Message:
    return Message("jobs", _KINDS[kind])
