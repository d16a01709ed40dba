# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a duty of the calendar within a job: the same question, the same lock and the same kept run as from a timer."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from ansible.utils.vars import load_extra_vars
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.kept_runs import (
    mark_installed,
    read_history,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import CalendarError
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.reading import FILE, VARIABLES
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar_action import CalendarAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.handing_on import (
    inherited_environment,
    write_inventory,
    write_secrets,
)

REPOSITORY = Path(__file__).resolve().parents[2]
_SHOWN_LINES = 200
# A job that fires proves that its schedule was there when it was due.
_GRACE = timedelta(minutes=15)


class ActionModule(CalendarAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "duty": {"type": "str", "default": ""},
        "runs": {"type": "path", "required": True},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if self.calendar(task_vars) is None:
            raise CalendarError(
                "There is no school calendar: calendar_terms is empty. Enter the terms in {file} first;"
                " docs/calendar.md says how.",
                file=FILE,
            )
        runs = Path(arguments["runs"])
        check = self._task.check_mode
        if not check:
            self._prepare(runs)
        before = {run.name for run in read_history(runs).runs}
        with TemporaryDirectory(prefix="jifang-duty-") as folder:
            done = self._run(Path(folder), runs, arguments, task_vars)
        lines = done.stdout.splitlines()[-_SHOWN_LINES:]
        started = sorted({run.name for run in read_history(runs).runs} - before)
        # Listing gives 1 where something was missed: that is an answer, and no failure of the question.
        if done.returncode and not check:
            raise UserError(
                "jobs",
                "The duty ended with exit code {code}. Kept in {folder}.\n{lines}",
                code=done.returncode,
                folder=str(runs / started[-1]) if started else str(runs),
                lines="\n".join(lines),
            )
        return {"changed": bool(started), "started": started, "msg": "\n".join(lines)}

    @staticmethod
    def _prepare(runs: Path) -> None:
        try:
            runs.mkdir(parents=True, exist_ok=True)
            mark_installed(runs, datetime.now(UTC) - _GRACE)
        except OSError as error:
            raise UserError(
                "jobs",
                "{folder}, where it is kept what ran, cannot be written: {detail}. In a job it must be a folder that is"
                " mounted into the execution environment; set lab_runs. docs/jobs.md says how.",
                folder=str(runs),
                detail=error.strerror or "",
            ) from None

    def _run(
        self, folder: Path, runs: Path, arguments: dict[str, Any], task_vars: dict[str, Any]
    ) -> subprocess.CompletedProcess[str]:
        given = {name: task_vars[name] for name in (*VARIABLES, "lab_school") if name in task_vars}
        calendar = self._templar.template(given)
        inventory = write_inventory(folder, {**load_extra_vars(self._loader), **calendar})
        # After those of the job: what counts for a job has the last word.
        sources = [*task_vars.get("ansible_inventory_sources", ()), str(inventory)]
        words = ["due", *([arguments["duty"]] if arguments["duty"] else [])]
        if not self._task.check_mode:
            words += ["--run", *([] if arguments["duty"] else ["--notify"])]
        words += [word for source in sources for word in ("-i", str(source))]
        return subprocess.run(  # noqa: S603
            [sys.executable, "-m", "lab_command", *words],
            cwd=REPOSITORY,
            env={
                **inherited_environment(os.environ),
                **self._secrets(folder),
                "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'collections'}",
                "LAB_LANGUAGE": arguments["language"],
                "LAB_RUNS": str(runs),
                "LAB_STATE": str(folder / "state"),
                # Jobs of one node exclude each other where the folder of the runs is theirs in common.
                "LAB_LOCKS": str(runs.parent / "locks")
                if not self._task.check_mode
                else str(folder / "locks"),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )

    def _secrets(self, folder: Path) -> dict[str, str]:
        """The passwords that the job was asked for or was given by a credential, handed on as files."""
        vault = getattr(self._loader, "_vault", None)
        return write_secrets(
            folder,
            vaults=[(name, secret.bytes) for name, secret in getattr(vault, "secrets", None) or ()],
            become=self._play_context.become_pass,
            connection=self._play_context.password,
        )
