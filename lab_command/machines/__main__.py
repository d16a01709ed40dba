"""``python -m lab_command.machines``: machines of the demo school for other tools, such as molecule.

up GROUP FOLDER HOST…   brings them up with keys and hardware in FOLDER; prints how to reach each, as JSON
down GROUP FOLDER       removes the group's containers, its network and FOLDER
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from demo.school import School, load

from ..demo_machines import DemoMachines
from ..speech import language, say


def up(group: str, folder: Path, hosts: Sequence[str]) -> list[dict[str, str | int]]:
    """Brings up ``hosts`` of the demo school, switched on whatever the school says.

    Gives for each what molecule calls an instance configuration, with the ``known_hosts`` file beside it.
    Raises ``UserError`` as the demo does.
    """
    machines = DemoMachines(group, folder, _part_of(load(), hosts))
    machines.prepare()
    addresses = machines.start(machines.image(), lambda _pc: None)
    return [
        {
            "instance": host,
            "address": addresses[host],
            "user": "admin",
            "port": 22,
            "identity_file": str(folder / "id_ed25519"),
            "known_hosts": str(folder / "known_hosts"),
        }
        for host in hosts
    ]


def down(group: str, folder: Path) -> None:
    DemoMachines(group, folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _part_of(school: School, hosts: Sequence[str]) -> School:
    return replace(school, pcs=tuple(replace(pc, powered=True) for pc in school.pcs if pc.host in hosts))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lab_command.machines",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    starting, ending = commands.add_parser("up"), commands.add_parser("down")
    for command in (starting, ending):
        command.add_argument("group")
        command.add_argument("folder", type=lambda text: Path(text).resolve())
    starting.add_argument("hosts", nargs="+", choices=[pc.host for pc in load().pcs], metavar="host")
    options = parser.parse_args(arguments)
    try:
        if options.command == "up":
            print(json.dumps(up(options.group, options.folder, options.hosts), indent=1))  # noqa: T201
        else:
            down(options.group, options.folder)
    except UserError as error:
        say(f"✘ {error.message.render(language())}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
