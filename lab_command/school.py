"""What the command needs to know of a school without starting Ansible: its calendar and its name.

Read from ``group_vars/all.yml`` and ``group_vars/all/*.yml`` beside the inventories, in Ansible's own order, as plain
YAML: half a second of Ansible's imports and the vault's password are spared. Values of other variables are not looked
at, so a vaulted one among them stays closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.model import Calendar
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.pages import calendar_of
from ansible_collections.jifang.lab.plugins.plugin_utils.calendar.reading import VARIABLES, is_kept

from .arguments import without_root
from .speech import trouble

_VAULT = b"$ANSIBLE_VAULT"
_FILE_LIMIT = 5_000_000
_WANTED = (*VARIABLES, "lab_school")


class _Loader(yaml.SafeLoader):
    """Values that only Ansible can read (``!vault``, ``!unsafe``) are None here."""


_Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


@dataclass(frozen=True, slots=True)
class School:
    """``file`` is where the calendar stands, as messages name it."""

    variables: dict[str, Any] = field(default_factory=dict)
    file: Path | None = None

    @property
    def name(self) -> str:
        return str(self.variables.get("lab_school") or "")

    def calendar(self) -> Calendar:
        """Raises ``UserError`` where the school keeps none or where it cannot be read."""
        if self.file is None or not is_kept(self.variables):
            raise trouble(
                "There is no school calendar: calendar_terms is empty. Copy group_vars/all/calendar.yml of Jifang"
                " beside your inventory and enter the terms; docs/calendar.md says how."
            )
        found = calendar_of(self.variables, folder=self.file.parent, file=without_root(self.file))
        assert found is not None  # noqa: S101  # is_kept above
        return found


def read_school(inventories: Sequence[str]) -> School:
    """The variables that count for every host of ``inventories``; the later inventory has the last word."""
    found: dict[str, Any] = {}
    where: Path | None = None
    for path in _files(inventories):
        read = {name: value for name, value in _load(path).items() if name in _WANTED}
        if any(name in VARIABLES for name in read):
            where = path
        found |= read
    return School(found, where)


def _files(inventories: Sequence[str]) -> Iterator[Path]:
    for inventory in inventories:
        if "," in inventory:
            continue
        path = Path(inventory)
        folder = (path if path.is_dir() else path.parent) / "group_vars"
        for suffix in (".yml", ".yaml"):
            if (folder / f"all{suffix}").is_file():
                yield folder / f"all{suffix}"
        if (folder / "all").is_dir():
            yield from sorted(one for one in (folder / "all").iterdir() if one.suffix in (".yml", ".yaml"))


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            content = stream.read(_FILE_LIMIT)
        if content.startswith(_VAULT):
            return {}
        loaded = yaml.load(content, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise trouble(
            "{path} cannot be read: {detail}. Correct it and start again.",
            path=without_root(path),
            detail=" ".join(str(error).split())[:300],
        ) from None
    return loaded if isinstance(loaded, dict) else {}
