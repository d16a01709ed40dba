# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes the property book over into the ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import LedgerAction
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.apply import diff_text, import_book
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.options import ImportOptions


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "path": {"type": "path", "required": True},
        "sheet": {"type": "str", "default": ""},
        "columns": {"type": "dict", "default": {}},
        "class_standard": {"type": "str", "default": ""},
        "number_rule": {"type": "str", "default": ""},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        language = arguments["language"]
        options = ImportOptions(
            sheet=arguments["sheet"] or None,
            mapping={str(header): str(field) for header, field in arguments["columns"].items()},
            class_standard=arguments["class_standard"] or None,
            numbering=arguments["number_rule"] or None,
        )
        with self.ledger(arguments) as ledger:
            summary = import_book(
                ledger,
                arguments["path"],
                actor=actor(task_vars),
                options=options,
                dry_run=self._task.check_mode,
            )
        result: dict[str, Any] = {
            "changed": summary.changed,
            "msg": summary.headline().render(language),
            "summary": {
                "created": len(summary.created),
                "updated": len(summary.updated),
                "unchanged": summary.unchanged,
                "missing_in_book": len(summary.missing_in_book),
                "skipped": summary.skipped_count,
                "warnings": summary.warnings_count,
            },
            "missing_in_book": list(summary.missing_in_book),
            "mapping": summary.mapping,
            "unused_headers": list(summary.unused_headers),
            "warnings": [issue.render(language) for issue in summary.warnings],
        }
        if self._task.diff:
            before, after = diff_text(summary.plan, language)
            result["diff"] = {"before": before, "after": after}
        return result
