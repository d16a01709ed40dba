"""What is mounted where (``/proc/mounts``), and whether the system is frozen: a restart throws away what was written.

A frozen Linux has an overlay as its root: the disk below, read-only, and memory above. Debian's ``overlayroot`` names
it so and keeps the disk at ``/media/root-ro``. A container's root is an overlay too, but one that lasts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LOWER = "/media/root-ro"
"""Where overlayroot keeps the disk's own file system."""

_ESCAPE = re.compile(r"\\([0-7]{3})")  # proc(5): space, tab, line end and backslash are octal


@dataclass(frozen=True, slots=True)
class Mount:
    source: str
    target: str
    kind: str
    options: tuple[str, ...]

    @property
    def writable(self) -> bool:
        return "ro" not in self.options


def parse_mounts(text: str) -> list[Mount]:
    """The mounts in the order of the text, later ones on top; never raises, passes over lines that are none."""
    mounts = []
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4 and words[1].startswith("/"):
            source, target, kind, options = words[:4]
            mounts.append(Mount(_plain(source), _plain(target), kind, tuple(options.split(","))))
    return mounts


def root_is_frozen(mounts: list[Mount]) -> bool | None:
    """Whether a restart brings the clean system back; None where the text names no root."""
    root = next((mount for mount in reversed(mounts) if mount.target == "/"), None)
    if root is None:
        return None
    return root.kind in {"overlay", "overlayfs"} and f"lowerdir={LOWER}" in root.options


def _plain(word: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), word)
