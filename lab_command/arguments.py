"""The words after ``lab run``: which playbook, which inventories, and extra variables that nobody should see."""

from __future__ import annotations

import difflib
import getpass
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .paths import PLAYBOOKS, ROOT
from .speech import _, trouble

# Options of ansible-playbook (2.19) that ask on the terminal, and what their question looks like. Runner holds
# the terminal, so this command asks instead.
QUESTIONS = {
    ("-k", "--ask-pass", "--connection-password"): r"^SSH password:\s*?$",
    ("-K", "--ask-become-pass"): r"^BECOME password.*:\s*?$",
    ("-J", "--ask-vault-password", "--ask-vault-pass"): r"^Vault password.*:\s*?$",
}
_INVENTORY = ("-i", "--inventory", "--inventory-file")
_EXTRA = ("-e", "--extra-vars")
_SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Option:
    """One option word with its value, as found: ``words`` are its positions in the command line."""

    value: str
    words: slice


def playbooks(folder: Path = PLAYBOOKS) -> list[str]:
    return sorted(path.stem for path in folder.iterdir() if path.suffix in _SUFFIXES)


def find_playbook(name: str, folder: Path = PLAYBOOKS) -> Path:
    """The playbook that a person means by ``name``: with or without its folder and its ending.

    A file elsewhere is taken by its path. Raises ``UserError`` that suggests the nearest name.
    """
    given = Path(name)
    if given.suffix in _SUFFIXES and given.is_file():
        return given.resolve()
    known = playbooks(folder)
    stem = given.stem if given.suffix in _SUFFIXES else given.name
    if str(given.parent) in (".", folder.name) and stem in known:
        return next(path for suffix in _SUFFIXES if (path := folder / f"{stem}{suffix}").is_file())
    near = difflib.get_close_matches(stem, known, n=1, cutoff=0.5)
    if near:
        raise trouble(
            "There is no playbook {name}. Did you mean {suggestion}? All: {all}",
            name=name,
            suggestion=near[0],
            all=", ".join(known),
        )
    raise trouble("There is no playbook {name}. There are: {all}", name=name, all=", ".join(known))


def options(arguments: Sequence[str], names: Sequence[str]) -> Iterator[Option]:
    """Every use of an option: ``-i x``, ``-ix``, ``--inventory x`` and ``--inventory=x``."""
    index = 0
    while index < len(arguments):
        word = arguments[index]
        size = 1
        if word == "--":
            return
        if word in names:
            if index + 1 < len(arguments):
                size = 2
                yield Option(arguments[index + 1], slice(index, index + 2))
        else:
            for name in names:
                if name.startswith("--") and word.startswith(f"{name}="):
                    yield Option(word[len(name) + 1 :], slice(index, index + 1))
                elif not name.startswith("--") and word.startswith(name) and not word.startswith("--"):
                    yield Option(word[len(name) :], slice(index, index + 1))
        index += size


def inventories(arguments: Sequence[str], default: Sequence[str]) -> list[str]:
    """What identifies a run's inventories: resolved paths, or the text of an inline list such as ``pc01,``."""
    given = [option.value for option in options(arguments, _INVENTORY)] or list(default)
    return [value if "," in value else str(Path(value).expanduser().resolve()) for value in given]


def hide_extra_vars(arguments: Sequence[str], folder: Path) -> list[str]:
    """The same command line with the values of ``-e`` in files of ``folder`` that only their owner can read.

    A value on the command line is seen by every user of the host (``ps``) and would stay in the run's artifacts.
    ``key=value`` pairs become JSON strings as ansible-playbook itself would read them.
    """
    kept = list(arguments)
    for number, option in reversed(list(enumerate(options(arguments, _EXTRA)))):
        if option.value.startswith("@"):
            continue
        if option.value.lstrip().startswith(("{", "[")):
            text = option.value
        else:
            # Ansible is a second of imports: only a run that needs its reading of pairs pays for it.
            from ansible.parsing.splitter import parse_kv  # noqa: PLC0415

            text = json.dumps({key: str(value) for key, value in parse_kv(option.value).items()})
        path = folder / f"extra-vars-{number}.yml"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        kept[option.words] = ["-e", f"@{path}"]
    return kept


def ask_passwords(arguments: Sequence[str]) -> dict[str, str]:
    """Asks what the options of ``QUESTIONS`` would ask; gives the answers by the question's pattern."""
    answers = {}
    for names, pattern in QUESTIONS.items():
        letters = [name[1] for name in names if not name.startswith("--")]
        if any(word in names or _has_letter(word, letters) for word in arguments):
            answers[pattern] = getpass.getpass(_("Answer for {option}: ", option=names[1]))
    return answers


def _has_letter(word: str, letters: Sequence[str]) -> bool:
    """Whether a cluster of flags such as ``-bK`` contains one of ``letters``; only letters without a value count."""
    return bool(re.fullmatch(r"-[bCDvkKJ]+", word)) and any(letter in word for letter in letters)


def without_root(path: Path) -> str:
    """A path as a person of this repository names it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
