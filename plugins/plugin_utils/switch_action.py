"""What the actions share that work on a switch of the network's description."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure

from .i18n import UserError
from .network.model import Network
from .network.model import Switch as Described
from .network_action import NetworkAction
from .switches.alike import alike
from .switches.bridge import BridgeSwitch
from .switches.commit import Means, Switch, reason
from .switches.diff import ChangePlan, changes
from .switches.keeping import Repository
from .switches.normal import normalised
from .switches.platforms import LINUX_BRIDGE, PLATFORMS, Platform
from .switches.reached import ReachedSwitch
from .switches.secrets import without_secrets
from .switches.session import Login, Refused, SessionError

_MOST_PORTS = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A switch as the description has it, and how it is reached."""

    described: Described
    platform: Platform
    login: Login


class SwitchAction(NetworkAction):
    """An action for one host of the inventory, which is the switch of that name in ``lab_network``."""

    def target(self, network: Network, task_vars: dict[str, Any]) -> Target:
        name = str(self.variable("lab_switch", task_vars) or task_vars.get("inventory_hostname"))
        described = network.switch_by_name.get(name)
        if described is None or described.platform is None:
            raise UserError(
                "switching",
                "{name} is no switch with a platform in lab_network.switches. Describe it there, or name it by "
                "lab_switch.",
                name=name,
            )
        return Target(
            described=described,
            platform=PLATFORMS[described.platform],
            login=self._login(described, task_vars),
        )

    def _login(self, described: Described, task_vars: dict[str, Any]) -> Login:
        def given(*names: str) -> str | None:
            return next((value for name in names if (value := self.variable(name, task_vars))), None)

        port = given("ansible_port", "ansible_ssh_port") or "22"
        if not (port.isdigit() and 0 < int(port) <= _MOST_PORTS):
            raise UserError("switching", "ansible_port is {port}. Write a number.", port=port[:20])
        user = given("ansible_user", "ansible_ssh_user")
        if described.platform != LINUX_BRIDGE.name and user is None:
            raise UserError("switching", "There is no ansible_user for {name}. Set it.", name=described.name)
        return Login(
            address=given("ansible_host", "ansible_ssh_host") or str(described.address),
            port=int(port),
            user=user or "",
            password=given("ansible_password", "ansible_ssh_pass", "ansible_ssh_password"),
            enable=given("ansible_become_password", "ansible_become_pass"),
            key_file=given("ansible_ssh_private_key_file", "ansible_private_key_file"),
            known_hosts=given("lab_switch_known_hosts"),
        )

    def connect(self, target: Target) -> Switch:
        """A new session. Raises ``SessionError`` and ``Refused``."""
        if target.platform is LINUX_BRIDGE:
            self._connection.reset()
            return BridgeSwitch(self._shell)
        return ReachedSwitch(target.platform, target.login)

    def _shell(self, command: str) -> tuple[int, str]:
        try:
            done: dict[str, Any] = self._low_level_execute_command(command)
        except AnsibleConnectionFailure as error:
            raise SessionError(str(error)) from error
        code, said = int(done.get("rc", 1)), str(done.get("stdout", ""))
        # What stands beside an answer (a warning of ssh) is none of it.
        return code, f"{said}{done.get('stderr', '')}" if code else said

    def means(self, target: Target, intended: str, *, minutes: int = 5, save_unsaved: bool = False) -> Means:
        name = target.platform.name

        def plan(running: str) -> ChangePlan:
            return changes(name, running, intended)

        return Means(
            connect=lambda: self.connect(target),
            plan=plan,
            alike=lambda one, other: alike(normalised(name, one), normalised(name, other)),
            now=time.monotonic,
            sleep=time.sleep,
            minutes=minutes,
            save_unsaved=save_unsaved,
        )

    def read(self, target: Target) -> str:
        """The running configuration. Raises ``UserError`` where it cannot be had."""
        try:
            switch = self.connect(target)
            try:
                return switch.running()
            finally:
                switch.close()
        except (SessionError, Refused) as error:
            raise UserError(
                "switching", "{name} could not be read: {why}.", name=target.described.name, why=reason(error)
            ) from error


def kept_text(target: Target, running: str, repository: Repository) -> str:
    """``running`` as it may be kept: the same configuration gives the same text, and no secret is in it."""
    name = target.platform.name
    return without_secrets(name, normalised(name, running), repository.key())


def repository_of(home: str | Path) -> Repository:
    return Repository(Path(home))
