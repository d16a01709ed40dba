"""What the actions share that send a probe over a host's own connection."""

from __future__ import annotations

from typing import Any

from .control_action import ControlAction
from .facts.shape import clean_text
from .i18n import UserError
from .probe import sending


class ProbeAction(ControlAction):
    def execute(self, errand: sending.Errand, *, sudoable: bool) -> str:
        """The probe's framed output. Raises ``UserError`` where the host runs none."""
        # As the raw module does: no shell of Ansible's around the login shell, and no ``sleep 0`` after the
        # probe. The two processes cost a PC a tenth of all that it spends on being asked; an answer that lost its
        # end on the way has no end mark and is refused.
        result = self._low_level_execute_command(
            errand.command, in_data=errand.stdin, sudoable=sudoable, executable=False
        )
        stdout: str = result["stdout"]
        if "JIFANG<" in stdout:
            return stdout
        if sending.NO_PYTHON in result["stderr"]:
            raise UserError(
                "facts",
                "no Python 3 on this host; install python3, or set ansible_python_interpreter where it is "
                "in an unusual place",
            )
        raise UserError(
            "facts",
            "the probe did not run (exit code {code}): {reason}",
            code=result["rc"],
            # What a PC says goes to a terminal: no control characters, and not all of what may be megabytes.
            reason=(clean_text(result["stderr"][:2000]) or clean_text(stdout[:2000]))[:500],
        )

    @staticmethod
    def interpreter(task_vars: dict[str, Any]) -> str | None:
        """The interpreter that the inventory names. ``auto`` and its kin ask for discovery, which the
        probe's own start line does without another connection."""
        named = str(task_vars.get("ansible_python_interpreter") or "auto")
        return None if named.startswith("auto") else named
