"""A desired state as the role ``desired_state`` takes it: what is wanted on this PC, by kind, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..i18n import UserError
from . import boot_order
from .asking import missing_folders, wanted_here
from .built import build_command, fresh_command
from .comparing import parse_units
from .state import Account, BootOrder, Built, DesiredState, unfinished


def document(role: str, state: DesiredState, answer: Mapping[str, Any]) -> dict[str, Any]:
    """``state.as_data()`` of what is wanted on the PC that gave ``answer``, and besides:

    - ``folders``: those that its files need and the PC has not;
    - ``unfinished``: the path of the mark of a broken-off run, and ``taken_up``: whether it is there;
    - in each ``built``: ``fresh_command`` and ``build_command``;
    - in each ``unit``: ``there``, whether systemd knows it;
    - in each ``boot_order``: ``order``, the present one without what is barred, empty where there is nothing to do.

    Raises ``UserError`` where an account is to be closed for passwords and nobody could log in by key afterwards.
    """
    here = wanted_here(state, answer)
    for item in here.items:
        if isinstance(item, Account):
            _must_leave_a_way_in(item, answer)
    data = here.as_data()
    for place, built in zip(
        data["built"], (item for item in here.items if isinstance(item, Built)), strict=True
    ):
        place.update(fresh_command=fresh_command(built), build_command=build_command(built))
    units = _units(answer)
    for place in data["unit"]:
        place["there"] = units.get(place["name"], {}).get("LoadState", "not-found") != "not-found"
    orders = (item for item in here.items if isinstance(item, BootOrder))
    for place, item in zip(data["boot_order"], orders, strict=True):
        place["order"] = _new_order(item, answer)
    mark = unfinished(role)
    files = answer.get("files")
    present = files.get(mark) if isinstance(files, Mapping) else None
    return {
        **data,
        "folders": missing_folders(here, answer),
        "unfinished": mark,
        "taken_up": present != {"error": "absent"},
    }


def _units(answer: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    units = answer.get("units")
    text = units.get("out") if isinstance(units, Mapping) else None
    return parse_units(text) if isinstance(text, str) else {}


def _must_leave_a_way_in(item: Account, answer: Mapping[str, Any]) -> None:
    """Raises ``UserError`` where closing the account for passwords could lock the administrator out."""
    accounts = answer.get("accounts")
    present = accounts.get(item.name) if isinstance(accounts, Mapping) else None
    if (
        item.password_locked is not True
        or not isinstance(present, Mapping)
        or present.get("locked") in (1, 2)
    ):
        return
    if answer.get("through") != "sudo" and present.get("key") != 1:
        raise UserError(
            "desired",
            "{name} is not closed for passwords on this PC: no key is known there by which {name} could still log in. "
            "Put the administrator's public key into authorized_keys, log in with it once, and run again.",
            name=item.name,
        )


def _new_order(item: BootOrder, answer: Mapping[str, Any]) -> list[str]:
    variables = answer.get("boot")
    if not isinstance(variables, Mapping):
        return []
    wanted = boot_order.internal_only(variables, item.barred)
    return wanted if wanted is not None and wanted != boot_order.order(variables) else []
