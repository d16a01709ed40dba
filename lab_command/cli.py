"""The words of the command line: what the ``lab`` command understands, and who does it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from .speech import _, language, say

COMMANDS = ("demo", "run", "test", "parse")


class _Help(argparse.HelpFormatter):
    """argparse's own words, which it has in English only, in the reader's language."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("Usage: ") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, formatter_class=_Help, add_help=False, allow_abbrev=False)
        self.choices = self.add_argument_group(_("options"))
        self.choices.add_argument("-h", "--help", action="help", help=_("show this help"))

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.format_usage()}✘ {message}\n")


def _parser() -> _Parser:
    parser = _Parser(prog="lab", description=_("Jifang: a school's computer labs as code."))
    parser.epilog = _("In front of the command: --lang en for English (or LAB_LANGUAGE=en).")
    commands = parser.add_subparsers(dest="command", metavar=_("command"), title=_("commands"))

    def add(name: str, what: str) -> _Parser:
        return commands.add_parser(name, help=what, description=what)

    demo = add("demo", _("start the demo school and turn its PCs into an equipment ledger"))
    demo.choices.add_argument(
        "--vm",
        action="store_true",
        help=_(
            "three of its PCs as virtual machines (3 GB of memory; the first time ten minutes, then three)"
        ),
    )
    demo.choices.add_argument("--down", action="store_true", help=_("remove what the demo started"))
    demo.choices.add_argument(
        "--purge", action="store_true", help=_("with --down: its images, keys and ledger as well")
    )
    add("run", _("run a playbook; every further argument goes to ansible-playbook"))
    test = add("test", _("all set-up and every test; further arguments go to pytest"))
    test.choices.add_argument(
        "--fast", action="store_true", help=_("without containers, virtual machines, database and browser")
    )
    add("parse", _("print what is read from a recorded file (dmidecode, EDID, lspci, smartctl …)"))
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
    if argv and not argv[0].startswith("-") and argv[0] not in COMMANDS:
        parser.error(_("There is no command {name}. There are: {all}", name=argv[0], all=", ".join(COMMANDS)))
    options, rest = parser.parse_known_args(argv)
    if rest and options.command != "test":
        parser.error(_("not understood: {words}", words=" ".join(rest)))
    match options.command:
        case "demo":
            from . import demo  # noqa: PLC0415

            if options.purge and not options.down:
                parser.error(_("--purge goes with --down"))
            if options.vm and options.down:
                parser.error(_("--down removes both kinds of machines; leave --vm out"))
            return demo.down(purge=options.purge) if options.down else demo.up(virtual=options.vm)
        case "test":
            from . import testing  # noqa: PLC0415

            return testing.command(rest, fast=options.fast)
        case _:
            parser.print_help()
            return 2 if argv else 0
