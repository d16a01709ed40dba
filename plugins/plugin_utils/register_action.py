"""What the actions of the registers share: one plan in one transaction, entered and put on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from .actor import actor
from .control_action import LedgerAction, event_diff
from .school_time import school_day

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .forms.desk import Desk
    from .registers.state import Plan, State

PAPER_ARGUMENTS = {
    "papers": {"type": "path"},
    "school": {"type": "str", "default": ""},
    "site_url": {"type": "str"},
}


class RegisterAction(LedgerAction):
    """An errand on the registers. A subclass gives the plan; what it refuses changes nothing."""

    REGISTER_ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        **PAPER_ARGUMENTS,
        "reason": {"type": "str", "default": ""},
    }
    #: What the state holds beside the book and the registers.
    MACHINES = FINDINGS = False

    def plan(self, state: State, arguments: dict[str, Any], session: Session) -> Plan:
        raise NotImplementedError

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        # As in LedgerAction.ledger: only an action that gets this far pays for these imports.
        from .registers.state import Change, optional  # noqa: PLC0415
        from .registers.store import load_history, load_state, write_plan  # noqa: PLC0415

        check, language = self._task.check_mode, arguments["language"]
        reason = optional(arguments["reason"]) or ""
        with (
            self.ledger(arguments, create=False) as ledger,
            ledger.write(actor=actor(task_vars), reason=reason, dry_run=check) as tx,
        ):
            state = load_state(tx.session, school_day(tx.at), machines=self.MACHINES, findings=self.FINDINGS)
            plan = self.plan(state, arguments, tx.session)
            entry = write_plan(tx, state, plan)
            events = tuple(tx.events)
            tx.flush()
            history = load_history(tx.session, [paper.number for paper in plan.papers])
        result: dict[str, Any] = {
            "changed": bool(plan.changes),
            "msg": plan.message.render(language),
            "entry": entry.number,
            "papers": [],
        }
        if self._task.diff:
            result["diff"] = event_diff(events)
        if not check and arguments["papers"]:
            after = state.after((*plan.changes, Change("entry.made", None, entry)))
            result["papers"] = put_on_paper(replace(after, history=history), plan.papers, arguments)
        return result


def desk_at(today: date, arguments: dict[str, Any]) -> Desk:
    """The desk that PAPER_ARGUMENTS describe, on that day."""
    from .forms.desk import Desk  # noqa: PLC0415 - as above

    return Desk(
        school=arguments["school"],
        made_on=today,
        site_url=arguments["site_url"] or None,
        language=arguments["language"],
    )


def put_on_paper(state: State, papers: Any, arguments: dict[str, Any]) -> list[str]:
    """Write the papers into the folder that the argument ``papers`` names; their paths."""
    from .forms.papers import write_papers  # noqa: PLC0415 - as above

    folder = Path(arguments["papers"])
    return [str(path) for path in write_papers(state, papers, desk_at(state.today, arguments), folder)]
