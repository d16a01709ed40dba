# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeps the running configuration of a switch in a git repository, without its secrets."""

from __future__ import annotations

import difflib
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator
from ansible_collections.jifang.lab.plugins.plugin_utils.switch_action import (
    SwitchAction,
    kept_text,
    repository_of,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.keeping import Maker


class ActionModule(SwitchAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"home": {"type": "path", "required": True}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        target = self.target(self.network(arguments, task_vars), task_vars)
        name = target.described.name
        repository = repository_of(arguments["home"])
        text = kept_text(target, self.read(target), repository)
        before = repository.last(name)
        _ = Translator("switching", arguments["language"])
        result: dict[str, Any] = {
            "changed": text != before,
            "made_by": None,
            "msg": _("As it was kept last."),
        }
        if self._task.diff and text != before:
            result["diff"] = {
                "before_header": name,
                "after_header": name,
                "before": before or "",
                "after": text,
            }
        if text == before:
            return result
        if self._task.check_mode:
            maker = Maker.FIRST if before is None else Maker.UNKNOWN
        else:
            kept = repository.keep(name, text, made_by_suite=False, actor=actor(task_vars))
            maker = kept.maker if kept is not None else Maker.FIRST
        changed = [
            line
            for line in difflib.unified_diff((before or "").splitlines(), text.splitlines(), lineterm="", n=0)
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
        said = (
            _("Kept for the first time.")
            if maker is Maker.FIRST
            else _(
                "Somebody changed it other than by the suite: {n} lines. It is kept, and is a finding.",
                n=len(changed),
            )
        )
        return {**result, "made_by": maker.value, "msg": said}
