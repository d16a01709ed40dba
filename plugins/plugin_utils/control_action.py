"""What the suite's action plugins share: checked arguments, the person's language, errors a person can
mend."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.plugins.action import ActionBase

from .i18n import DEFAULT_LANGUAGE, LANGUAGES, UserError

LANGUAGE_OPTION = {"type": "str", "default": DEFAULT_LANGUAGE, "choices": list(LANGUAGES)}


class ControlAction(ActionBase):  # type: ignore[misc]  # ansible-core ships no type information
    """An action whose work is ``work(arguments, task_vars)``; ``UserError`` becomes a failed task."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True
    ARGUMENTS: ClassVar[dict[str, Any]]

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars or {})
        _, arguments = self.validate_argument_spec(
            argument_spec={**self.ARGUMENTS, "language": LANGUAGE_OPTION}
        )
        try:
            result.update(self.work(arguments, task_vars or {}))
        except UserError as error:
            result.update(failed=True, msg=error.message.render(arguments["language"]))
        return result

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError
