"""The words of the command line: what the ``lab`` command understands, and who does it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from .speech import _, language, say


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lab", description=_("Jifang: a school's computer labs as code."), allow_abbrev=False
    )
    parser.epilog = _("In front of the command: --lang en for English (or LAB_LANGUAGE=en).")
    commands = parser.add_subparsers(dest="command", metavar=_("command"))

    demo = commands.add_parser(
        "demo", help=_("start the demo school and turn its PCs into an equipment ledger"), allow_abbrev=False
    )
    demo.add_argument("--down", action="store_true", help=_("remove what the demo started"))
    demo.add_argument(
        "--purge", action="store_true", help=_("with --down: its images, keys and ledger as well")
    )

    commands.add_parser("run", help=_("run a playbook; every further argument goes to ansible-playbook"))
    test = commands.add_parser(
        "test", help=_("all set-up and every test; further arguments go to pytest"), allow_abbrev=False
    )
    test.add_argument("--fast", action="store_true", help=_("without containers, database and browser"))

    commands.add_parser(
        "parse", help=_("print what is read from a recorded file (dmidecode, EDID, lspci, smartctl …)")
    )
    return parser


def main(argv: Sequence[str]) -> int:
    """Runs one command and gives its exit code: 0 done, 1 trouble, 2 not understood, 75 another run is
    going on, 130 stopped by Ctrl-C; ``run`` passes ansible-playbook's own code on."""
    try:
        return _dispatch(argv)
    except UserError as error:
        say(f"✘ {error.message.render(language())}")
        return 1
    except KeyboardInterrupt:
        say(_("Stopped. Start the same command again to carry on."))
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away: nobody is left to tell, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _dispatch(argv: Sequence[str]) -> int:
    # What follows these two words is another program's, options included.
    if argv and argv[0] == "run":
        from . import run  # noqa: PLC0415

        return run.command(argv[1:])
    if argv and argv[0] == "parse":
        module = "ansible_collections.jifang.lab.plugins.plugin_utils.facts"
        os.execv(sys.executable, [sys.executable, "-m", module, *argv[1:]])  # noqa: S606
    parser = _parser()
    options, rest = parser.parse_known_args(argv)
    if rest and options.command != "test":
        parser.error(_("not understood: {words}", words=" ".join(rest)))
    match options.command:
        case "demo":
            from . import demo  # noqa: PLC0415

            if options.purge and not options.down:
                parser.error(_("--purge goes with --down"))
            return demo.down(purge=options.purge) if options.down else demo.up()
        case "test":
            from . import testing  # noqa: PLC0415

            return testing.command(rest, fast=options.fast)
        case _:
            parser.print_help()
            return 2 if argv else 0
