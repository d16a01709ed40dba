# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sends the probe, checks what comes back, and hands it to the spool, or parses it for the playbook."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.shape import clean_text
from ansible_collections.jifang.lab.plugins.plugin_utils.facts_action import FactsAction, Reading
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import plan, sending


class ActionModule(FactsAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "root": {"type": "str"},
        "packages": {"type": "bool"},
        **FactsAction.ARGUMENTS,
    }

    def read(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Reading:
        # Looked up and not templated: a PC pays nothing for the school's switches and printers.
        if task_vars.get("lab_device"):
            return self.read_device(task_vars)
        answer, warnings = self._probe(arguments, task_vars)
        return Reading(sending.unframe(answer), warnings)

    def _probe(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> tuple[str, list[Message]]:
        """The probe's output, and what a person should know about how it was got."""
        packages = arguments["packages"]
        if packages is None:
            packages = boolean(self.variable("lab_collect_packages", task_vars, "false"))
        if getattr(self._connection._shell, "_IS_WINDOWS", False):
            errand = sending.windows_errand(packages=packages)
        else:
            errand = sending.linux_errand(
                plan.linux_plan(packages=packages),
                root=arguments["root"] or self.variable("lab_hardware_root", task_vars, "/"),
                python=self.interpreter(task_vars),
                through_stdin=self._connection.is_pipelining_enabled(),
            )
        if not self._connection.become:
            return self.execute(errand, sudoable=False), []
        try:
            return self.execute(errand, sudoable=True), []
        except (UserError, AnsibleError) as error:
            if isinstance(error, AnsibleConnectionFailure):
                raise
            # A PC that refuses root still tells a good part; what it hides becomes "unknown: no permission".
            refused = Message(
                "facts",
                "this host refused to give root ({reason}); what only root may read is unknown",
                {"reason": clean_text(str(error))[:300]},
            )
            return self.execute(errand, sudoable=False), [refused]
