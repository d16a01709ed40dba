# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Starts, counts, closes and approves a stocktake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message
from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import RegisterAction
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import CHINA_STANDARD_TIME

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.state import Plan, State
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.stocktakes import BookLine

# Each act and each method imports what it needs: a count by hand never pays for the reader of spreadsheets.
# ruff: noqa: PLC0415


class ActionModule(RegisterAction):
    MACHINES = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **RegisterAction.REGISTER_ARGUMENTS,
        "act": {"type": "str", "required": True, "choices": ["start", "count", "close", "approve"]},
        "number": {"type": "str"},
        "room": {"type": "str"},
        "whole_school": {"type": "bool", "default": False},
        "started_by": {"type": "str"},
        "started_on": {"type": "str"},
        "book": {"type": "path"},
        "book_sheet": {"type": "str", "default": ""},
        "book_columns": {"type": "dict", "default": {}},
        "class_standard": {"type": "str", "default": ""},
        "method": {"type": "str", "choices": ["facts", "file", "hand"], "default": "hand"},
        "counted_by": {"type": "str"},
        "counted_on": {"type": "str"},
        "days": {"type": "str"},
        "file": {"type": "path"},
        "surplus": {"type": "bool", "default": False},
        "asset": {"type": "str"},
        "quantity": {"type": "str"},
        "found_room": {"type": "str"},
        "found_seat": {"type": "str"},
        "condition": {"type": "str", "choices": ["intact", "damaged", "unused"]},
        "note": {"type": "str"},
        "name": {"type": "str"},
        "model": {"type": "str"},
        "serial": {"type": "str"},
        "items": {"type": "list", "elements": "dict", "default": []},
        "supervised_by": {"type": "str"},
        "custodian": {"type": "str"},
        "head": {"type": "str"},
        "closed_on": {"type": "str"},
        "uncounted": {"type": "str", "choices": ["refuse", "shortage", "leave"], "default": "refuse"},
        "approved_by": {"type": "str"},
        "approved_on": {"type": "str"},
        "choices": {"type": "dict", "default": {}},
        "number_rule": {"type": "str", "default": ""},
    }

    def plan(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        if arguments["act"] == "start":
            return self._start(state, arguments, session)
        if arguments["act"] == "count":
            return self._count(state, arguments)
        if arguments["act"] == "close":
            return self._close(state, arguments)
        return self._approve(state, arguments)

    def _start(self, state: State, arguments: dict[str, Any], session: Any) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import stocktakes

        name, book = self._book(arguments, session)
        request = stocktakes.StartRequest(
            room=arguments["room"],
            started_by=arguments["started_by"],
            whole_school=arguments["whole_school"],
            started_on=arguments["started_on"],
            book=book,
            book_name=name,
        )
        return stocktakes.start(state, request)

    def _book(self, arguments: dict[str, Any], session: Any) -> tuple[str | None, tuple[BookLine, ...]]:
        from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.options import ImportOptions
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import stocktake_book

        if not arguments["book"]:
            return stocktake_book.imported_lines(session)
        options = ImportOptions(
            sheet=arguments["book_sheet"] or None,
            mapping={str(header): str(field) for header, field in arguments["book_columns"].items()},
            class_standard=arguments["class_standard"] or None,
        )
        return stocktake_book.read_lines(arguments["book"], options)

    def _count(self, state: State, arguments: dict[str, Any]) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (
            amounts,
            stocktake_counts,
            stocktake_facts,
            stocktake_scans,
        )

        request = stocktake_counts.CountRequest(
            stocktake=arguments["number"],
            counted_by=arguments["counted_by"],
            counted_on=arguments["counted_on"],
        )
        if arguments["method"] == "facts":
            days, what = arguments["days"], Message("stocktakes", "The number of days (stocktake_days)")
            return stocktake_facts.count_facts(
                state,
                request,
                within_days=amounts.quantity(days, what, least=0) if days else None,
                zone=CHINA_STANDARD_TIME,
            )
        if arguments["method"] == "file":
            file, scans = stocktake_scans.read_scan_file(arguments["file"] or "")
            return stocktake_counts.count_scans(state, request, scans, file, surplus=arguments["surplus"])
        items = stocktake_counts.hand_items(arguments["items"])
        if not items or arguments["asset"] or arguments["name"]:
            names = ("asset", "quantity", "condition", "note", "name", "model", "serial")
            one = {name: arguments[name] for name in names}
            seen = {"room": arguments["found_room"], "seat": arguments["found_seat"]}
            items += (stocktake_counts.HandItem(**one, **seen),)
        return stocktake_counts.count_by_hand(state, request, items)

    def _close(self, state: State, arguments: dict[str, Any]) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import (
            stocktake_closing,
            stocktakes,
        )

        names = ("counted_by", "supervised_by", "custodian", "head", "closed_on")
        request = stocktake_closing.CloseRequest(
            stocktake=arguments["number"],
            uncounted=stocktakes.Uncounted(arguments["uncounted"]),
            **{name: arguments[name] for name in names},
        )
        return stocktake_closing.close(state, request)

    def _approve(self, state: State, arguments: dict[str, Any]) -> Plan:
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers import stocktake_closing

        request = stocktake_closing.ApproveRequest(
            stocktake=arguments["number"],
            approved_by=arguments["approved_by"],
            approved_on=arguments["approved_on"],
            choices=arguments["choices"],
            numbering=arguments["number_rule"] or None,
        )
        return stocktake_closing.approve(state, request)
