"""What the actions share that compare a host with what is wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.template import trust_as_template

from .desired import asking, compilers
from .desired.state import DesiredState
from .facts.evidence import parse_json, unpack
from .i18n import UserError
from .probe import sending
from .probe_action import ProbeAction


class DesiredAction(ProbeAction):
    def compile(self, role: str, task_vars: dict[str, Any]) -> DesiredState:
        """The role's desired state for this host's variables."""
        return compilers.compile_role(role, self.variables(role, task_vars))

    def variables(self, role: str, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The role's variables for this host, every one of its defaults by name."""
        return {
            name: self._plain(task_vars[name] if name in task_vars else _own(value))
            for name, value in compilers.defaults(role).items()
        }

    def ask(self, states: Mapping[str, DesiredState], task_vars: dict[str, Any]) -> Mapping[str, Any]:
        """The host's answer to every question of ``states``, in one execution."""
        if getattr(self._connection._shell, "_IS_WINDOWS", False):
            raise UserError("desired", "this is a Windows PC; the errand is for Linux PCs")
        errand = sending.state_errand(
            asking.questions(states),
            python=self.interpreter(task_vars),
            through_stdin=self._connection.is_pipelining_enabled(),
        )
        answer = parse_json(unpack(sending.unframe(self.execute(errand, sudoable=True))))
        if not isinstance(answer, dict) or answer.get("probe") != "state":
            raise UserError(
                "facts", "the PC did not send a whole answer; run again with -vvv to see what it sent"
            )
        return answer

    def _plain(self, value: Any) -> Any:
        """A variable as it is meant: templates filled in, vaulted values opened. Most need neither."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str):
            return self._templar.template(value) if "{{" in value or "{%" in value else str(value)
        if isinstance(value, list | tuple):
            return [self._plain(one) for one in value]
        if isinstance(value, Mapping):
            return {str(self._plain(name)): self._plain(one) for name, one in value.items()}
        return self._plain(self._templar.template(value))


def _own(value: Any) -> Any:
    """A default of the role's own file, which may be a template; Ansible fills in none that it did not read itself."""
    return trust_as_template(value) if isinstance(value, str) else value
