"""The machines' image: Debian's packages by mmdebstrap, from wherever this host gets its own."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shlex
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from ..paths import LOGS
from ..progress import run_logged, step
from ..scratch import scratch
from ..speech import _, trouble
from .detect import privilege
from .podman import Podman

REPOSITORY = "localhost/jifang-machine"
RECIPE = Path(__file__).with_name("recipe.yml")
_SECONDS = 1800

# Settings of the host's apt without which its mirrors cannot be reached or are refused.
_APT_SETTING = re.compile(
    r"Acquire::(?:https?::.+|Check-Valid-Until|Check-Date|Max-FutureTime|ForceIPv[46]) \"[^\"]*\";"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One line of apt's sources: where a suite's component comes from."""

    uri: str
    suite: str
    component: str

    def __str__(self) -> str:
        return f"deb {self.uri} {self.suite} {self.component}"


def release(os_release: str) -> str:
    """The codename of the host's Debian out of the text of ``/etc/os-release``."""
    match = re.search(r'^VERSION_CODENAME="?([a-z]+)"?$', os_release, re.MULTILINE)
    if not re.search(r'^ID="?debian"?$', os_release, re.MULTILINE) or not match:
        raise trouble("The demo machines are made on Debian 12 or newer, and this is another system.")
    return match[1]


def sources(index_targets: str, codename: str) -> list[Source]:
    """Debian's own ``main`` among the lines that ``apt-get indextargets`` printed as URI, suite, component, origin.

    Where a source gives no origin, third parties are told apart by suite.
    """
    suites = (codename, f"{codename}-updates", f"{codename}-security")
    found = []
    for line in index_targets.splitlines():
        uri, suite, component, origin = ([*line.split("|"), "", "", ""])[:4]
        if suite in suites and component == "main" and origin in ("Debian", ""):
            found.append(Source(uri, suite, component))
    if not any(source.suite == codename for source in found):
        raise trouble(
            "The package sources of this host name no Debian {codename}. Set them right in /etc/apt and start again.",
            codename=codename,
        )
    return list(dict.fromkeys(found))


def tag(recipe: str, codename: str, architecture: str) -> str:
    """The image's name: equal recipes on equal Debians share one image."""
    digest = hashlib.sha256(json.dumps([recipe, codename, architecture]).encode()).hexdigest()
    return f"{REPOSITORY}:{digest[:16]}"


def build_command(
    recipe: str, codename: str, mirrors: Iterable[Source], settings: Path, target: Path
) -> list[str]:
    """The mmdebstrap call that writes the root file system to ``target``, whose ending says how."""
    plan = yaml.safe_load(recipe)
    command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(plan['packages'])}"]
    command += [f"--aptopt={settings}"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in plan["exclude"]]
    for path, text in plan["files"].items():
        # mmdebstrap hands hooks to a shell with the new system's folder in $1.
        command.append(
            f'--customize-hook=printf %s {shlex.quote(text)} | install -D -m 644 /dev/stdin "$1"{shlex.quote(path)}'
        )
    for line in plan["commands"]:
        command.append(f'--customize-hook=chroot "$1" sh -ec {shlex.quote(line)}')
    return [*command, codename, str(target), *(str(mirror) for mirror in mirrors)]


def ensure_image(podman: Podman) -> str:
    """The name of the machines' image, built first if this host has none of this recipe."""
    recipe = RECIPE.read_text(encoding="utf-8")
    codename = codename_of_this_host()
    name = tag(recipe, codename, platform.machine())
    if podman.succeeds("image", "exists", name):
        return name
    with (
        step(_("Making the machines' image from Debian's packages (once, about a minute)")),
        scratch() as folder,
    ):
        root = folder / "root.tar"
        bootstrap(recipe, root, folder)
        podman("import", "--change", "CMD /sbin/init", str(root), name, seconds=600)
    return name


def codename_of_this_host() -> str:
    return release(Path("/etc/os-release").read_text(encoding="utf-8"))


def bootstrap(recipe: str, target: Path, folder: Path) -> None:
    """Installs the recipe's system as root into ``target``: a tar by that ending, else a folder.

    ``folder`` takes apt's settings meanwhile. Raises ``UserError`` with the log's last line.
    """
    codename = codename_of_this_host()
    settings = folder / "apt.conf"
    settings.write_text("\n".join(_APT_SETTING.findall(_apt("apt-config", "dump"))) + "\n")
    _run(build_command(recipe, codename, _sources_of_this_host(codename), settings, target))


def _sources_of_this_host(codename: str) -> list[Source]:
    try:
        return sources(_index_targets(), codename)
    except UserError:
        # apt names only sources of which it has the lists, and many a system is delivered without any.
        with step(_("Fetching the lists of the package sources")):
            _run(["apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update"])
        return sources(_index_targets(), codename)


def _run(command: Sequence[str]) -> None:
    run_logged(
        [*privilege(), *command],
        LOGS / "image.log",
        seconds=_SECONDS,
        failure="The machines' image could not be made: {detail}. Check the network and the package sources,"
        " then start the same command again. Log: {log}",
    )


def _index_targets() -> str:
    return _apt("apt-get", "indextargets", "--format", _FORMAT, "Identifier: Packages")


_FORMAT = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)"


def _apt(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    if done.returncode:
        raise trouble("apt cannot read its own settings: {detail}", detail=done.stderr.strip()[-300:])
    return done.stdout
