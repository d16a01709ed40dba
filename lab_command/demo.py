"""``lab demo``: from nothing to the ledger of a demo school, and back."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import open_ledger
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.snapshot import load_snapshot
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.summary import render_summary, summarize

from .arguments import without_root
from .demo_machines import INVENTORY, DemoMachines
from .demo_virtual import INVENTORY as VIRTUAL_INVENTORY
from .demo_virtual import DemoVirtualMachines
from .display import make_display
from .locking import BusyError, exclusive
from .machines.detect import require_privilege
from .paths import LOCKS, REPORTS
from .progress import step
from .run import BUSY, run_playbook
from .speech import _, language, say


def up(*, virtual: bool = False) -> int:
    """Starts the school, fills its ledger and prints what was found; safe to repeat. Gives an exit code."""
    require_privilege()
    try:
        with exclusive(["demo"], "demo", LOCKS):
            return _up_virtual(DemoVirtualMachines()) if virtual else _up(DemoMachines())
    except BusyError as error:
        say(f"✘ {error.message.render(language())}")
        return BUSY


def _up(machines: DemoMachines) -> int:
    school = machines.school
    say(
        _(
            "Demo school {name}: {n} machines as containers, on a network of their own.",
            name=school.name,
            n=len(school.pcs),
        )
    )
    with step(_("Making keys, simulated hardware and the property book")):
        machines.prepare()
    image = machines.image()
    with step(_("Starting the machines")):
        machines.start(
            image,
            lambda pc: say(
                _("  {host} is ready", host=pc.host)
                if pc.powered
                else _("  {host} stays switched off", host=pc.host)
            ),
        )
    return _collect(machines, INVENTORY)


def _up_virtual(machines: DemoVirtualMachines) -> int:
    school = machines.school
    say(
        _(
            "Demo school {name}: {n} of its PCs as virtual machines. Emulated on two processors they take two to three"
            " minutes to start.",
            name=school.name,
            n=len(school.pcs),
        )
    )
    with step(_("Making keys and the property book")):
        machines.prepare()
    image = machines.image()
    with step(_("Starting the machines")):
        machines.start(image, lambda pc: say(_("  {host} is ready", host=pc.host)))
    return _collect(machines, VIRTUAL_INVENTORY)


def _collect(machines: DemoMachines | DemoVirtualMachines, inventory_file: Path) -> int:
    say(
        _(
            "To look at one: ssh -F {path} {host}",
            path=without_root(machines.ssh_config),
            host="pc01",
        )
    )
    inventory = ("-i", str(inventory_file))
    imported = run_playbook(
        "import_book", (*inventory, "-e", f"ledger_book={machines.book}"), environment=machines.environment
    )
    # The summary that the reports' task gives stands at the end here, beside the paths.
    quiet = make_display(messages=False)
    if code := imported or run_playbook(
        "update_ledger", inventory, environment=machines.environment, display=quiet
    ):
        return code
    _show_result(machines)
    return 0


def summary(machines: DemoMachines | DemoVirtualMachines, in_language: str) -> list[str]:
    """What the school's ledger says now, as lines for a terminal."""
    with open_ledger(machines.ledger_url).read() as session:
        snapshot = load_snapshot(session, school=machines.school.name)
    return render_summary(summarize(snapshot), in_language)


def _show_result(machines: DemoMachines | DemoVirtualMachines) -> None:
    lines = ["", *summary(machines, language()), ""]
    lines.append(_("Site: {path}", path=without_root(REPORTS / "site" / "index.html")))
    lines += [
        _("Workbook: {path}", path=without_root(workbook)) for workbook in sorted(REPORTS.glob("*.xlsx"))
    ]
    lines.append(_("To remove the machines: ./lab demo --down"))
    sys.stdout.write("\n".join(lines) + "\n")


def down(*, purge: bool = False) -> int:
    """Removes what ``up`` started, and with ``purge`` what it made. Gives an exit code."""
    require_privilege()
    kinds: list[DemoMachines | DemoVirtualMachines] = [DemoVirtualMachines()]
    # Who has only had virtual machines has no podman.
    if shutil.which("podman"):
        kinds.append(DemoMachines())
    try:
        with exclusive(["demo"], "demo --down", LOCKS):
            with step(_("Removing the demo school's machines and network")):
                count = sum(machines.stop() for machines in kinds)
            if purge:
                with step(_("Removing the demo's images, keys and ledger")):
                    for machines in kinds:
                        machines.purge()
    except BusyError as error:
        say(f"✘ {error.message.render(language())}")
        return BUSY
    say(_("{n} machines removed.", n=count))
    return 0
