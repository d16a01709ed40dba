"""What the actions share that work from the description of the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible._internal._datatag._tags import Origin
from ansible.plugins.action import ActionBase

from .control_action import ControlAction
from .i18n import UserError
from .network import issues
from .network.model import Network
from .network.reading import read_network


class NetworkAction(ControlAction):
    """An action that is done on the control node, for one host or for none."""

    def network(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> Network:
        return planned_network(self, task_vars, arguments["language"])


def planned_network(action: ActionBase, task_vars: dict[str, Any], language: str) -> Network:
    """The network of the variable ``lab_network``. Raises ``UserError`` with a line for each mistake.

    The variable is data: only where it is a template as a whole is it filled in, so that many hosts cost no templating.
    """
    data = task_vars.get(issues.VARIABLE)
    if isinstance(data, str):
        data = action._templar.template(data)
    try:
        return read_network(data)
    except issues.ModelError as error:
        raise UserError(
            "network",
            "The description of the network has {n} mistakes; nothing was touched:\n{lines}",
            n=error.count,
            lines=error.lines(language, lambda path: place_of(data, path)),
        ) from error


def place_of(data: Any, path: issues.Path) -> str | None:
    """File and line of the innermost part of ``path`` that is there, as Ansible noted them when it read the file."""
    found = None
    for step in (*path, None):
        origin = Origin.get_tag(data)
        if origin is not None and origin.path is not None:
            found = f"{_short(origin.path)}:{origin.line_num}" if origin.line_num else _short(origin.path)
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
    return found


def _short(path: str) -> str:
    """Relative to the folder in which the person works, where it is below."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
