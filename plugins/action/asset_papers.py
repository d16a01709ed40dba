# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints the cards, the labels or the register of assets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.register_action import PAPER_ARGUMENTS, desk_at
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        **PAPER_ARGUMENTS,
        "papers": {"type": "path", "required": True},
        "what": {"type": "str", "required": True, "choices": ["cards", "labels", "register"]},
        "assets": {"type": "list", "elements": "str", "default": []},
        "rooms": {"type": "list", "elements": "str", "default": []},
        "sheet": {
            "type": "str",
            "choices": ["a4_3x8", "a4_2x7", "a4_4x10", "roll_50x30"],
            "default": "a4_3x8",
        },
        "geometry": {"type": "dict", "default": {}},
        "skip": {"type": "str"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        from ansible_collections.jifang.lab.plugins.plugin_utils.forms import asset_papers  # noqa: PLC0415
        from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import (  # noqa: PLC0415
            load_snapshot,
        )

        what = arguments["what"]
        sheet = asset_papers.sheet_of(arguments["sheet"], arguments["geometry"], arguments["skip"])
        with self.ledger(arguments, create=False) as ledger, ledger.read() as session:
            snapshot = load_snapshot(session, school=arguments["school"])
        assets = asset_papers.chosen(snapshot.assets, arguments["assets"], arguments["rooms"])
        if self._task.check_mode:
            return {"changed": True, "count": len(assets), "papers": []}
        desk = desk_at(school_day(datetime.now(UTC)), arguments)
        path = Path(arguments["papers"]) / f"{what}.pdf"
        if what == "labels":
            asset_papers.write_asset_labels(assets, sheet, desk, path)
        else:
            asset_papers.FROM_SNAPSHOT[what](snapshot, assets, desk, path)
        return {"changed": True, "count": len(assets), "papers": [str(path)]}
