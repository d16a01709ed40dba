# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Judges what the switches of a play said of themselves, keeps it for the ledger, and prints the page to file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.forms.papers import write_form
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Translator
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Network
from ansible_collections.jifang.lab.plugins.plugin_utils.network_action import NetworkAction
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import school_day
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.checks import Finding, Limits, check_switch
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.looks import (
    Look,
    Trouble,
    read_look,
    state_of,
    write_look,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.paper import check_form
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.states import SwitchState
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.whereabouts import Whereabouts


class ActionModule(NetworkAction):
    BYPASS_HOST_LOOP = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "look": {"type": "str", "required": True},
        "home": {"type": "path", "required": True},
        "papers": {"type": "path", "required": True},
        "school": {"type": "str", "default": ""},
        "errors": {"type": "int", "default": 100},
        "flaps": {"type": "int", "default": 10},
        "cpu": {"type": "int", "default": 80},
        "temperature": {"type": "int", "default": 65},
        "load": {"type": "int", "default": 70},
        "firmware": {"type": "dict", "default": {}},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        network = self.network(arguments, task_vars)
        home, language = Path(arguments["home"]), arguments["language"]
        states, silent = self._said(arguments["look"], task_vars)
        earlier = read_look(home)
        troubles = tuple(self._troubles(network, states, silent, earlier, arguments))
        look = Look(states=states, troubles=troubles)
        paper = Path(arguments["papers"], "switches_check.pdf")
        if not self._task.check_mode:
            # A switch that is silent now keeps the counters that its next check starts from.
            kept = {**(earlier.states if earlier is not None else {}), **states}
            write_look(home, Look(states=kept, troubles=troubles))
            form = check_form(
                network,
                look,
                school=arguments["school"],
                made_on=school_day(datetime.now(UTC)),
                language=language,
            )
            write_form(form, paper.parent, paper.stem, editable=False)
        _ = Translator("switching", language)
        lines = [f"{one.switch} {one.port}: {one.what}".replace(" :", ":") for one in troubles]
        said = lines or [_("{n} switches were looked at, and nothing is wrong.", n=len(states))]
        return {
            "changed": not self._task.check_mode,
            "troubles": lines,
            "papers": [str(paper)],
            "msg": "\n".join(said),
            "_ansible_verbose_always": True,
        }

    def _said(self, name: str, task_vars: dict[str, Any]) -> tuple[dict[str, SwitchState], dict[str, str]]:
        """The states of the switches that answered, and why the others did not."""
        states: dict[str, SwitchState] = {}
        silent: dict[str, str] = {}
        for host in task_vars["ansible_play_hosts_all"]:
            variables: Mapping[str, Any] = task_vars["hostvars"].raw_get(host)
            look = variables.get(name)
            if not isinstance(look, Mapping) or not look.get("switch"):
                silent[str(variables.get("lab_switch") or host)] = ""
            elif look.get("state") is None:
                silent[str(look["switch"])] = str(look.get("silent") or "")
            else:
                states[str(look["switch"])] = state_of(look["state"])
        return states, silent

    def _troubles(
        self,
        network: Network,
        states: Mapping[str, SwitchState],
        silent: Mapping[str, str],
        earlier: Look | None,
        arguments: dict[str, Any],
    ) -> Iterator[Trouble]:
        language = arguments["language"]
        limits = Limits(
            errors=arguments["errors"],
            flaps=arguments["flaps"],
            cpu=float(arguments["cpu"]),
            temperature=float(arguments["temperature"]),
            load=arguments["load"] / 100,
            firmware={str(model): str(version) for model, version in arguments["firmware"].items()},
        )
        rooms = {switch.name: switch.room for switch in network.switches}
        _ = Translator("switching", language)

        def told(name: str, finding: Finding) -> Trouble:
            return Trouble(
                switch=name,
                room=rooms.get(name, ""),
                kind=finding.kind,
                port=finding.port,
                what=finding.what.render(language),
            )

        for name, why in silent.items():
            what = _("It did not answer: {why}", why=why) if why else _("It did not answer.")
            yield Trouble(switch=name, room=rooms.get(name, ""), kind="silent", port="", what=what)
        places = Whereabouts(network, states).findings()
        for name, state in states.items():
            before = earlier.states.get(name) if earlier is not None else None
            found = check_switch(state, limits, uplinks=_uplinks(network, name), earlier=before)
            for finding in (*found, *places.get(name, ())):
                yield told(name, finding)


def _uplinks(network: Network, name: str) -> list[str]:
    interfaces = network.switch_by_name[name].interfaces
    ends = [end for uplink in network.uplinks for end in (uplink.near, uplink.far) if end.switch == name]
    return [interfaces[end.number - 1] for end in ends if interfaces]
