"""The virtual machines' disk image: Debian's packages by mmdebstrap, made once for each content of the recipe."""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from ...paths import LOGS, STATE
from ...progress import run_logged, step
from ...scratch import scratch
from ...speech import _, trouble
from ..detect import privilege
from ..image import bootstrap, codename_of_this_host
from . import disk

RECIPE = Path(__file__).with_name("recipe.yml")
_SECONDS = 600
# What making it takes at most: the system as files, and the same in the disk's file.
_SPACE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class VmImage:
    """A finished image in its ``folder``; nobody writes there any more, machines have overlays."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk.raw"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd.img"

    @property
    def digest(self) -> str:
        return self.folder.name


def home() -> Path:
    """Where images are kept: ``.lab/vm``, or ``LAB_VM_HOME`` so that several clones share them."""
    return Path(os.environ.get("LAB_VM_HOME") or STATE / "vm").absolute()


def digest(recipe: str, assembly: str, codename: str, architecture: str) -> str:
    """Equal recipes (YAML) and equal ways to put the disk together (Python), on equal Debians, share one image.

    A comment is no part of either.
    """
    parts = [yaml.safe_load(recipe), ast.unparse(ast.parse(assembly)), codename, architecture]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def ensure_vm_image() -> VmImage:
    """The image of this recipe, made first if there is none. Two that want it at once make it once."""
    recipe = RECIPE.read_text(encoding="utf-8")
    assembly = Path(disk.__file__).read_text(encoding="utf-8")
    codename = codename_of_this_host()
    image = VmImage(home() / digest(recipe, assembly, codename, platform.machine()))
    if image.folder.is_dir():
        return image
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "image.lock").open("ab") as lock, scratch(home()) as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if image.folder.is_dir():
            return image
        _require_space(folder)
        with step(
            _("Making the virtual machines' image from Debian's packages (once, two to three minutes)")
        ):
            _make(recipe, folder)
        (folder / "image").rename(image.folder)
    return image


def _make(recipe: str, folder: Path) -> None:
    root, target = folder / "root", folder / "image"
    target.mkdir()
    try:
        bootstrap(recipe, root, folder)
        disk.assemble(root, target / "disk.raw", _run)
        disk.copy_kernel(root, target)
    finally:
        # Its files are root's, and mmdebstrap may have been stopped.
        _run(["rm", "-rf", "--one-file-system", root])


def _run(command: Sequence[str | Path]) -> None:
    run_logged(
        [*privilege(), *map(str, command)],
        LOGS / "vm-image.log",
        seconds=_SECONDS,
        failure="The virtual machines' image could not be put together: {detail}. Log: {log}",
    )


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _SPACE:
        raise trouble(
            "Making the virtual machines' image takes {needed} GiB in {path}, and {free} GiB are free."
            " Free some space, or name another folder in LAB_VM_HOME, and start again.",
            needed=_SPACE // 1024**3,
            path=folder.parent,
            free=f"{free / 1024**3:.1f}",
        )
