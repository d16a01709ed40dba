"""What the suite's action plugins share: checked arguments, the person's language, errors a person can
mend."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

from ansible.plugins.action import ActionBase

from .i18n import DEFAULT_LANGUAGE, LANGUAGES, UserError
from .ledger import spool

if TYPE_CHECKING:
    from .ledger.database import Ledger
    from .ledger.records import Event

LANGUAGE_OPTION = {"type": "str", "choices": list(LANGUAGES)}


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
        for name, value in arguments.items():
            # A survey's text question that nobody answered: no item, and not one that is empty.
            if value == [""]:
                arguments[name] = []
        language = arguments["language"] or self.variable("lab_language", task_vars or {}, DEFAULT_LANGUAGE)
        arguments["language"] = language if language in LANGUAGES else DEFAULT_LANGUAGE
        try:
            if language not in LANGUAGES:
                raise UserError(
                    "ledger",
                    "The variable lab_language is {language}. Set it to {languages}.",
                    language=language,
                    languages=LANGUAGES,
                )
            result.update(self.work(arguments, task_vars or {}))
        except UserError as error:
            result.update(failed=True, msg=error.message.render(arguments["language"]))
        return result

    def variable(self, name: str, task_vars: dict[str, Any], default: str | None = None) -> str | None:
        """A variable of the house (``lab_…``) as text, None or ``default`` where it is not set or empty.

        An option that falls back to one spares every host the templating of a task argument.
        """
        value = task_vars.get(name)
        if isinstance(value, str) and "{" in value:  # an expression or a statement of a template
            value = self._templar.template(value)
        return str(value) if value not in (None, "") else default

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class LedgerAction(ControlAction):
    """An action on the ledger: once per play, on the control node, whatever the hosts are."""

    BYPASS_HOST_LOOP = True
    LEDGER_ARGUMENTS: ClassVar[dict[str, Any]] = {"ledger_url": {"type": "str", "required": True}}

    @contextmanager
    def ledger(self, arguments: dict[str, Any], *, create: bool = True) -> Iterator[Ledger]:
        """The ledger, open. Check mode makes none: where ``create`` would, it works on an empty one that is
        thrown away."""
        # SQLAlchemy takes a third of a second to import: only an action that gets this far pays.
        from .ledger.database import ledger_exists, open_ledger  # noqa: PLC0415

        url = arguments["ledger_url"]
        with ExitStack() as stack:
            if self._task.check_mode and create and not ledger_exists(url):
                folder = stack.enter_context(TemporaryDirectory(prefix="jifang-check-"))
                url = f"sqlite:///{folder}/ledger.db"
            else:
                create = create and not self._task.check_mode
            ledger = open_ledger(url, migrate=create)
            stack.callback(ledger.close)
            yield ledger


def this_run() -> spool.RunSpool:
    """The spool that the callback keeps for this run. Raises ``UserError`` where the callback is off."""
    run = spool.current()
    if run is None:
        raise UserError(
            "ledger",
            "The callback jifang.lab.ledger_spool is not switched on, so nothing was recorded. Run from the "
            "repository's folder, or set ANSIBLE_CONFIG to its ansible.cfg.",
        )
    return run


def event_diff(events: Sequence[Event]) -> dict[str, str]:
    """What changed, for ``--diff``: a line per event and field, as the history has it."""
    sides: tuple[list[str], list[str]] = ([], [])
    for event in events:
        for side, values in zip(sides, (event.before, event.after), strict=True):
            for name, value in sorted((values or {}).items()):
                shown = json.dumps(value, ensure_ascii=False, default=str)
                side.append(f"{event.action} {event.subject} {name}: {shown}\n")
    return {"before": "".join(sides[0]), "after": "".join(sides[1])}
