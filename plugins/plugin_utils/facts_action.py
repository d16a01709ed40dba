"""What the actions that read a host share: its evidence, checked, on its way to the spool or parsed for the play."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure

from . import facts
from .devices.target import Unreachable
from .facts.evidence import Evidence, parse_json, unpack
from .facts.shape import clean_text
from .i18n import Message, UserError
from .ledger import spool
from .probe_action import ProbeAction


@dataclass(frozen=True, slots=True)
class Reading:
    """``blob`` is the evidence as it is kept (zlib or gzip); ``warnings`` are for the person who runs this."""

    blob: bytes
    warnings: list[Message] = field(default_factory=list)


class FactsAction(ProbeAction):
    """An action whose ``read`` gives one host's evidence; it raises ``UserError`` where the host refuses, and
    ``Unreachable`` or ``AnsibleConnectionFailure`` where it does not answer."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "room": {"type": "str"},
        "seat": {"type": "str"},
        "ledger": {"type": "bool", "default": False},
        "publish": {"type": "bool", "default": True},
    }

    def read(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Reading:
        raise NotImplementedError

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        place = {
            name: arguments[name] or self.variable(f"lab_{name}", task_vars) for name in ("room", "seat")
        }
        run = spool.current()
        if arguments["ledger"] and (run is None or run.directory is None):
            raise UserError(
                "facts",
                "there is no open ledger to hand this machine to; run jifang.lab.ledger_open in a task before this "
                "one, with the callback jifang.lab.ledger_spool switched on",
            )
        note: dict[str, Any] = dict(place)
        result: dict[str, Any] = {"changed": False, "spool": note, "_ansible_verbose_override": True}
        language = arguments["language"]
        try:
            reading = self.read(arguments, task_vars)
            raw = unpack(reading.blob)
            evidence = Evidence(parse_json(raw))
        except AnsibleConnectionFailure as error:
            return {**result, "unreachable": True, "msg": clean_text(str(error))}
        except Unreachable as silent:
            return {**result, "unreachable": True, "msg": silent.message.render(language)}
        except UserError as error:
            # With its note: the callback then keeps the failure, also where no host is left to commit it.
            return {**result, "failed": True, "msg": error.message.render(language)}
        if arguments["ledger"] and run is not None:
            fields = {
                "host": task_vars["inventory_hostname"],
                **place,
                # The commit reads it: one process that has read a machine reads the next in a fifth of the time
                # that each worker needs for its first.
                "evidence": base64.b64encode(reading.blob).decode("ascii"),
                "digest": hashlib.sha256(raw).hexdigest(),
            }
            note["line"] = spool.record_line("observed", run.run, fields)
        if arguments["publish"]:
            result["ansible_facts"] = {"hardware": facts.build_facts(evidence)}
        if reading.warnings:
            result["warnings"] = [message.render(language) for message in reading.warnings]
        return result

    def read_device(self, task_vars: dict[str, Any]) -> Reading:
        """Ask the device that the host's ``lab_device`` says it is."""
        from .devices.reading import VARIABLES, read  # noqa: PLC0415 - most hosts are PCs

        variables = {name: self.variable(f"lab_{name}", task_vars) for name in VARIABLES}
        variables["address"] = self.variable("ansible_host", task_vars, task_vars["inventory_hostname"])
        return Reading(read(variables))
