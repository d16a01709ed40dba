# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes the spool into the ledger, and fails where the callback could not do its part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.actor import actor
from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import (
    LedgerAction,
    event_diff,
    this_run,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.shape import clean_text
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger import spool
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.commit import commit_records

if TYPE_CHECKING:
    from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import Ledger
    from ansible_collections.jifang.lab.plugins.plugin_utils.registers.following import Followed

NAMED = 20  # hosts and reasons that a message names; the count is always whole


class ActionModule(LedgerAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        **LedgerAction.LEDGER_ARGUMENTS,
        "expected": {"type": "list", "elements": "str", "default": []},
        "usb_allow": {"type": "raw"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        run = this_run()
        directory = run.directory
        if directory is None:
            raise UserError(
                "ledger",
                "This run has not opened the ledger, so there is nothing to commit. Run jifang.lab.ledger_open in a "
                "task before the machines are read.",
            )
        cut: list[str] = []
        strangers: list[str] = []
        troubles = list(run.troubles)
        with self.ledger(arguments) as ledger, spool.claimed(directory, run.path) as files:

            def records() -> Iterator[Any]:
                for path in files:
                    yield from spool.read_records(path, cut)
                yield from run.held_records()

            dry_run = self._task.check_mode
            summary = commit_records(ledger, records(), actor=actor(task_vars), dry_run=dry_run)
            listed = self._allowances(ledger, arguments["usb_allow"], actor(task_vars))
            if not dry_run:
                try:
                    if summary.rejected:
                        for path in files:
                            spool.set_aside(path)
                    else:
                        spool.remove(files)
                    for path in spool.strangers(directory):
                        strangers.append(spool.set_aside(path).name)
                except OSError as error:
                    # All is in the ledger. A file that stays is replayed by the next run and changes nothing.
                    troubles.append(str(error))
        counts = {
            name: getattr(summary, name)
            for name in (
                "hosts",
                "observed",
                "unreachable",
                "failed",
                "new_machines",
                "new_observations",
                "unchanged",
                "components_added",
                "components_removed",
                "attempts_refused",
                "attempts_allowed",
                "weak",
                "duplicates",
            )
        }
        counts["allowances_changed"] = listed.changed
        news = (
            *("new_machines", "new_observations", "components_added", "components_removed"),
            *("attempts_refused", "attempts_allowed", "allowances_changed"),
        )
        result: dict[str, Any] = {"changed": any(counts[name] for name in news), "summary": counts}
        if self._task.diff:
            result["diff"] = event_diff([*summary.events, *listed.events])
        _ = Translator("ledger", arguments["language"])
        if summary.attempts_refused:
            result["msg"] = _(
                "USB attempts refused since the last look: {n}. The site lists who, where and what.",
                n=summary.attempts_refused,
            )
        if listed.refused is not None:
            result["warnings"] = [listed.refused.render(arguments["language"])]
        if cut:
            result["warnings"] = [
                *result.get("warnings", ()),
                _(
                    "The last line of {files} was cut by a crash; what that host said is lost, the next run asks it "
                    "again.",
                    files=", ".join(cut),
                ),
            ]
        missing = sorted(set(arguments["expected"]) - run.hosts)
        if said := self._trouble(troubles, missing, summary.rejected, strangers, _):
            result.update(failed=True, msg=" ".join(said))
        return result

    def _allowances(self, ledger: Ledger, given: Any, who: str) -> Followed:
        """Bring the ledger in line with the inventory's allowed sticks; None says nothing of them."""
        # Nearly every run finds them as they were, and many schools have none: those do not pay for the registers.
        from ansible_collections.jifang.lab.plugins.plugin_utils.registers.following import (  # noqa: PLC0415
            Followed,
            follow_allowances,
        )

        if given is None:
            return Followed()
        return follow_allowances(ledger, given, actor=who, dry_run=self._task.check_mode)

    @staticmethod
    def _trouble(
        troubles: list[str], missing: list[str], rejected: list[Any], strangers: list[str], _: Translator
    ) -> list[str]:
        """What kept this run from being whole. What could be written has been written by now."""
        said = []
        if troubles:
            said.append(
                _(
                    "The spool could not be written ({reason}). Make its folder writable, free some space and run "
                    "again.",
                    reason=troubles[0],
                )
            )
        if missing:
            said.append(
                _(
                    "{count} hosts of this run left no record: {hosts}. Look for their errors above and run again.",
                    count=len(missing),
                    hosts=", ".join(missing[:NAMED]),
                )
            )
        if rejected:
            reasons = dict.fromkeys(
                f"{item.host or '?'}: {item.reason.render(_.language)}" for item in rejected
            )
            said.append(
                _(
                    "{count} records were refused and their file was set aside in the spool's folder rejected: "
                    "{reasons}",
                    count=len(rejected),
                    reasons="; ".join(list(reasons)[:NAMED]),
                )
            )
        if strangers:
            said.append(
                _(
                    "{count} entries of the spool were no files and were set aside in its folder rejected: {names}. "
                    "Look who made them.",
                    count=len(strangers),
                    names=", ".join(map(clean_text, strangers[:NAMED])),
                )
            )
        return said
