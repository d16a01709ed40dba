"""How machines are described, built and called, without starting any."""

from __future__ import annotations

import io
import json
import stat
import tarfile
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command.machines import containers, image
from lab_command.machines.containers import Content, Machine
from lab_command.machines.detect import Engine, detect, privilege, require_privilege
from lab_command.machines.podman import Podman

ULIMITS = ("--ulimit", "nofile=20000:20000", "--ulimit", "nproc=10000:10000")


def test_unified_hierarchy_takes_podman_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").touch()
    assert detect(tmp_path, ()) == Engine(("podman",), ("--systemd=always",))


def test_hybrid_hierarchy_needs_runc_and_limits(tmp_path: Path) -> None:
    (tmp_path / "unified").mkdir()
    assert detect(tmp_path, ("sudo",)) == Engine(
        ("sudo", "podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs"),
        ("--systemd=always", *ULIMITS),
    )


@pytest.mark.parametrize(
    ("user", "interactive", "words"),
    [(0, False, ()), (1000, True, ("sudo", "--")), (1000, False, ("sudo", "-n", "--"))],
)
def test_privilege(user: int, interactive: bool, words: tuple[str, ...]) -> None:
    assert privilege(user, interactive=interactive) == words


@pytest.mark.parametrize(
    ("text", "codename"),
    [
        ("ID=debian\nVERSION_CODENAME=bookworm\n", "bookworm"),
        ('ID="debian"\nVERSION_CODENAME="trixie"\n', "trixie"),
    ],
)
def test_release(text: str, codename: str) -> None:
    assert image.release(text) == codename


@pytest.mark.parametrize("text", ["", "ID=ubuntu\nVERSION_CODENAME=noble\n", "ID=debian\n"])
def test_other_systems_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="Debian 12 or newer"):
        image.release(text)


TARGETS = """\
http://mirror.example/debian/|bookworm|main|Debian
http://mirror.example/debian/|bookworm|contrib|Debian
http://mirror.example/debian/|bookworm-updates|main|Debian
http://mirror.example/debian-security/|bookworm-security|main|
http://mirror.example/debian/|bookworm|main|Debian
https://vendor.example/apt/|bookworm|main|Vendor
https://vendor.example/apt/|cloud-bookworm|main|
http://mirror.example/debian/|trixie|main|Debian
"""


def test_sources_are_debians_own() -> None:
    assert [str(source) for source in image.sources(TARGETS, "bookworm")] == [
        "deb http://mirror.example/debian/ bookworm main",
        "deb http://mirror.example/debian/ bookworm-updates main",
        "deb http://mirror.example/debian-security/ bookworm-security main",
    ]


@pytest.mark.parametrize("targets", ["", "x", "http://mirror.example/|bookworm-updates|main|Debian\n"])
def test_sources_without_the_release(targets: str) -> None:
    with pytest.raises(UserError, match="no Debian bookworm"):
        image.sources(targets, "bookworm")


def test_tag_follows_recipe_release_and_architecture() -> None:
    names = {
        image.tag(*parts) for parts in (("r", "a", "x"), ("r", "a", "y"), ("r", "b", "x"), ("s", "a", "x"))
    }
    assert len(names) == 4
    assert image.tag("r", "a", "x") in names


def test_build_command() -> None:
    recipe = (
        "packages: [systemd, sudo]\nexclude: [/usr/share/doc/*]\n"
        'files: {/etc/motd: "it\'s here\\n"}\ncommands: [useradd admin]\n'
    )
    source = image.Source("http://mirror.example/debian/", "bookworm", "main")
    command = image.build_command(recipe, "bookworm", [source], Path("/s/apt.conf"), Path("/s/root.tar"))
    assert command == [
        "mmdebstrap",
        "--variant=minbase",
        "--include=systemd,sudo",
        "--aptopt=/s/apt.conf",
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--customize-hook=printf %s 'it'\"'\"'s here\n' | install -D -m 644 /dev/stdin \"$1\"/etc/motd",
        "--customize-hook=chroot \"$1\" sh -ec 'useradd admin'",
        "bookworm",
        "/s/root.tar",
        "deb http://mirror.example/debian/ bookworm main",
    ]


@pytest.mark.parametrize(
    ("taken", "chosen"),
    [
        ([], "172.29.77.0/24"),
        (["192.0.2.0/24", "fd00::/8"], "172.29.77.0/24"),
        (["172.16.0.0/12"], "10.177.77.0/24"),
        (["172.29.77.128/25"], "10.177.77.0/24"),
    ],
)
def test_free_subnet(taken: list[str], chosen: str) -> None:
    assert str(containers.free_subnet(["172.29.77.0/24", "10.177.77.0/24"], taken)) == chosen


def test_no_free_subnet() -> None:
    with pytest.raises(UserError, match="LAB_DEMO_SUBNET"):
        containers.free_subnet(["172.29.77.0/24"], ["172.29.0.0/16"])


def test_digest_tells_machines_apart() -> None:
    base = {"name": "pc01", "number": 11}
    machines = [
        Machine(**base),
        Machine(**base, version="2"),
        Machine(**base, files={"/etc/key": Content(b"a")}),
        Machine(**base, files={"/etc/key": Content(b"a", 0o600)}),
        Machine(**base, mounts={"/srv": Path("/tmp")}),
    ]
    assert len({machine.digest("image", "10.0.0.11") for machine in machines}) == len(machines)
    assert machines[0].digest("image", "10.0.0.12") != machines[0].digest("image", "10.0.0.11")
    # Switched off or on is a state of the same container.
    assert Machine(**base, powered=False).digest("i", "a") == Machine(**base).digest("i", "a")


def test_archive_is_owned_by_root() -> None:
    data = containers._archive({"/etc/ssh/key": Content(b"secret", 0o600)})
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        (entry,) = archive.getmembers()
        assert (entry.name, entry.mode, entry.uid, entry.gid) == ("etc/ssh/key", 0o600, 0, 0)
        assert archive.extractfile(entry).read() == b"secret"  # type: ignore[union-attr]


def fake_podman(folder: Path, body: str) -> Podman:
    program = folder / "podman"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return Podman(Engine((str(program),), ()))


def test_podman_failure_is_one_sentence(tmp_path: Path) -> None:
    podman = fake_podman(tmp_path, "printf 'first\\nError: \\033[31mno space\\033[0m\\n' >&2; exit 125")
    with pytest.raises(UserError) as error:
        podman("create", "x")
    assert str(error.value) == "podman create failed: Error: [31mno space[0m. Look at it with: podman ps -a"


def test_podman_that_hangs(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="gave no answer for 0 seconds"):
        fake_podman(tmp_path, "exec sleep 5")("ps", seconds=0.2)


def test_podman_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is missing"):
        Podman(Engine((str(tmp_path / "podman"),), ()))("ps")


@pytest.mark.parametrize(("printed", "value"), [("", []), ("null", []), ('[{"a": 1}]', [{"a": 1}])])
def test_podman_json(tmp_path: Path, printed: str, value: object) -> None:
    assert fake_podman(tmp_path, f"printf %s '{printed}'").json("ps") == value


def test_states_are_of_the_group_only(tmp_path: Path) -> None:
    rows = [{"Names": ["jifang-x-pc01"], "State": "running", "Labels": {"jifang": "x", "jifang.spec": "abc"}}]
    podman = fake_podman(tmp_path, f"echo \"$@\" >> {tmp_path}/calls; printf %s '{json.dumps(rows)}'")
    group = containers.MachineGroup("x", podman)
    assert group.states() == {"jifang-x-pc01": {"state": "running", "spec": "abc"}}
    assert "--filter label=jifang=x" in (tmp_path / "calls").read_text()


@pytest.mark.parametrize("words", [("false",), ("no-such-program-anywhere",)])
def test_a_user_who_cannot_become_root_is_told_so(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab_command.machines.detect.privilege", lambda: words)
    with pytest.raises(UserError, match="Containers need root"):
        require_privilege()


@pytest.mark.parametrize("words", [(), ("env",)])
def test_root_and_a_user_with_sudo_go_on(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab_command.machines.detect.privilege", lambda: words)
    require_privilege()


def test_a_host_without_package_lists_fetches_them_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """apt names no source of which it has no list; container images are delivered without any."""
    answers = ["", "http://deb.example/debian/|bookworm|main|Debian\n"]
    fetched: list[list[str]] = []
    monkeypatch.setattr(image, "_index_targets", lambda: answers.pop(0))
    monkeypatch.setattr(image, "privilege", lambda: ("sudo", "-n", "--"))
    monkeypatch.setattr(image, "run_logged", lambda command, *_words, **_settings: fetched.append(command))
    assert [str(source) for source in image._sources_of_this_host("bookworm")] == [
        "deb http://deb.example/debian/ bookworm main"
    ]
    (command,) = fetched
    assert command[:4] == ["sudo", "-n", "--", "apt-get"]
    assert command[-1] == "update"


@pytest.mark.parametrize("state", ["exited", "stopped"])
def test_a_machine_that_ended_at_once_is_not_waited_for(state: str, tmp_path: Path) -> None:
    rows = [{"Names": ["jifang-demo-pc01"], "State": state, "Labels": {}}]
    group = containers.MachineGroup("demo", fake_podman(tmp_path, f"echo '{json.dumps(rows)}'"))
    with pytest.raises(UserError, match=r"pc01 was started and has ended at once.*max_user_instances"):
        group._must_run("pc01")


def test_a_machine_that_runs_is_waited_for(tmp_path: Path) -> None:
    rows = [{"Names": ["jifang-demo-pc01"], "State": "running", "Labels": {}}]
    containers.MachineGroup("demo", fake_podman(tmp_path, f"echo '{json.dumps(rows)}'"))._must_run("pc01")
