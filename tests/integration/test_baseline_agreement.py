"""The look of the baseline and the role itself agree: for every variable of the role, clean, tampered with and off.

The shortcut that leaves a PC alone can then hide no drift that the role would mend.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from tests.integration.agreement import Pc, Seen, Step, agree, options, pc

ROLE = "lab_pc"
HASH = f"grub.pbkdf2.sha512.10000.{'0A' * 64}.{'B1' * 64}"
OFF: dict[str, Any] = {
    "lab_pc_root_password_login": True,
    "lab_pc_removable_boot": True,
    "lab_pc_time_sync": False,
    "lab_pc_screen_lock_minutes": 0,
    "lab_pc_logout_minutes": 0,
}
ON: dict[str, Any] = {
    "lab_pc_boot_password_hash": HASH,
    "lab_pc_time_servers": ["10.20.0.1", "ntp.school.example"],
    "lab_pc_dns_servers": ["10.20.0.1", "fd00::53"],
    "lab_pc_dns_search": ["school.example"],
    "lab_pc_sudoers": [{"who": "%teachers", "commands": ["/usr/sbin/poweroff"], "password": False}],
    "lab_pc_packages": ["jifang-lesson"],
    "lab_pc_forbidden_packages": ["jifang-game"],
}

_PACKAGE = (
    "mkdir -p /srv/repo/{0}/DEBIAN && printf 'Package: {0}\\nVersion: 1\\nArchitecture: all\\n"
    "Maintainer: a <a@school.example>\\nDescription: {0}\\n' > /srv/repo/{0}/DEBIAN/control && "
    "dpkg-deb --build /srv/repo/{0} /srv/repo/{0}.deb && {{ cat /srv/repo/{0}/DEBIAN/control; "
    "echo Filename: ./{0}.deb; echo Size: $(stat -c %s /srv/repo/{0}.deb); "
    "echo SHA256: $(sha256sum < /srv/repo/{0}.deb | cut -c 1-64); echo; }} >> /srv/repo/Packages"
)
_SERVICE = (
    "printf '[Service]\\nExecStart=/bin/sleep infinity\\nExecReload=/bin/true\\n' "
    "> /etc/systemd/system/{0}.service"
)
PREPARE = (
    # A mirror in the machine, with one package for lessons and one that must go.
    *(_PACKAGE.format(name) for name in ("jifang-lesson", "jifang-game")),
    "rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; "
    "echo 'deb [trusted=yes] file:/srv/repo ./' > /etc/apt/sources.list; apt-get update",
    # A container has no clock to set, so the time service would refuse to start.
    "mkdir -p /etc/systemd/system/systemd-timesyncd.service.d; printf '[Unit]\\nConditionVirtualization=\\n"
    "ConditionCapability=\\n[Service]\\nType=exec\\nWatchdogSec=0\\nExecStart=\\nExecStart=/bin/sleep infinity\\n' > "
    "/etc/systemd/system/systemd-timesyncd.service.d/test.conf",
    # GRUB's own tools, and an answer for the one that asks the disk.
    'printf \'#!/bin/sh\\ncase "$*" in *fs_uuid*) echo 1234-5678;; *partmap*) echo msdos;; *=fs*) echo ext2;; '
    "*device*) echo /dev/sda1;; *) echo hd0;; esac\\n' > /usr/sbin/grub-probe; mkdir -p /boot/grub; "
    "touch /boot/vmlinuz-6.1.0-1-amd64 /boot/initrd.img-6.1.0-1-amd64",
    "mkdir -p /usr/share/glib-2.0/schemas; touch /usr/share/glib-2.0/schemas/org.gnome.desktop.screensaver.gschema.xml",
    *(_SERVICE.format(name) for name in ("NetworkManager", "systemd-resolved")),
    "systemctl daemon-reload; systemctl start NetworkManager systemd-resolved systemd-logind",
    "echo nameserver 192.0.2.1 > /etc/resolv.conf",
    "echo root:secret | chpasswd",
)


@dataclass(frozen=True, slots=True)
class Case:
    """``tamper`` makes exactly ``drifts`` differ, on a PC where everything is on. ``off``: what is left to take away
    where the variable is off again."""

    option: str
    tamper: str
    drifts: frozenset[str]
    off: frozenset[str] = frozenset()


def files(*names: str) -> frozenset[str]:
    return frozenset(names)


SECRETS = files("/boot/grub/jifang_lab_pc.cfg")
MENU = files(
    "/boot/grub/jifang_lab_pc.cfg", "/etc/grub.d/09_jifang_lab_pc", "/etc/default/grub.d/99_jifang_lab_pc.cfg"
)
IDLE = files("/etc/profile.d/jifang_lab_pc.sh", "/etc/systemd/logind.conf.d/50-jifang_lab_pc.conf")
LOCK = files("/etc/dconf/db/local.d/50-jifang_lab_pc", "/etc/dconf/db/local.d/locks/50-jifang_lab_pc")
TIME = files("/etc/systemd/timesyncd.conf.d/50-jifang_lab_pc.conf")
CASES = (
    Case(
        "lab_pc_boot_password_hash",
        "sed -i s/0A0A/0B0B/ /boot/grub/jifang_lab_pc.cfg; sed -i s/unrestricted/users\\ pupil/ "
        "/etc/grub.d/09_jifang_lab_pc; echo GRUB_TIMEOUT=9 > /etc/default/grub.d/99_jifang_lab_pc.cfg",
        MENU | {"boot_menu"},
        MENU | {"boot_menu"},
    ),
    Case("lab_pc_root_password_login", "usermod --unlock root", frozenset({"root"})),
    # No firmware to ask in a container; the virtual machine has one.
    Case("lab_pc_removable_boot", "true", frozenset()),
    Case(
        "lab_pc_time_sync",
        "systemctl disable --now systemd-timesyncd",
        frozenset({"systemd-timesyncd.service"}),
    ),
    Case("lab_pc_time_servers", f"echo > {min(TIME)}", TIME, TIME),
    Case("lab_pc_dns_servers", "echo nameserver 192.0.2.1 > /etc/resolv.conf", files("/etc/resolv.conf")),
    Case("lab_pc_dns_search", "sed -i /search/d /etc/resolv.conf", files("/etc/resolv.conf")),
    Case(
        "lab_pc_sudoers",
        "echo '%pupils ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers.d/jifang_lab_pc",
        files("/etc/sudoers.d/jifang_lab_pc"),
        files("/etc/sudoers.d/jifang_lab_pc"),
    ),
    Case(
        "lab_pc_screen_lock_minutes",
        "echo > /etc/dconf/db/local.d/locks/50-jifang_lab_pc; dconf update",
        files("/etc/dconf/db/local.d/locks/50-jifang_lab_pc") | {"dconf"},
        LOCK | {"dconf"},
    ),
    Case(
        "lab_pc_logout_minutes",
        "rm /etc/profile.d/jifang_lab_pc.sh; chown admin /etc/systemd/logind.conf.d/50-jifang_lab_pc.conf",
        IDLE,
        IDLE - {"/etc/profile.d/jifang_lab_pc.sh"},
    ),
    Case("lab_pc_packages", "dpkg --remove jifang-lesson", frozenset({"packages"})),
    Case("lab_pc_forbidden_packages", "dpkg --install /srv/repo/jifang-game.deb", frozenset({"packages"})),
    Case("lab_pc_state", "true", frozenset()),
)


@pytest.fixture(scope="module")
def machine() -> Iterator[Pc]:
    with pc("agree-lab-pc", *PREPARE) as ready:
        yield ready


def looks(variables: dict[str, Any]) -> tuple[Step, Step]:
    return Step("look", variables), Step("check", variables)


def agreed(seen: list[Seen]) -> list[frozenset[str]]:
    """What look and role both name, for each look that the role in check mode follows. Fails where they differ."""
    return [
        agree(looked, checked, SECRETS)
        for looked, checked in pairwise(seen)
        if (looked.does, checked.does) == ("look", "check")
    ]


@dataclass(frozen=True, slots=True)
class Agreed:
    first: frozenset[str]
    clean: frozenset[str]
    tampered: frozenset[str]
    off: frozenset[str]
    absent: frozenset[str]
    gone: frozenset[str]


@pytest.fixture(scope="module")
def agreements(machine: Pc) -> Agreed:
    """Every variable on, all that was tampered with, every variable off, and the role taken away. One run for all
    cases: each pass of the role takes seconds."""
    steps = (
        *looks(ON),
        Step("apply", ON),
        *looks(ON),
        *(Step(case.tamper) for case in CASES),
        *looks(ON),
        *looks(OFF),
        *looks({**ON, "lab_pc_state": "absent"}),
        Step("apply", {**ON, "lab_pc_state": "absent"}),
        *looks({**ON, "lab_pc_state": "absent"}),
    )
    return Agreed(*agreed(machine.run(ROLE, steps)))


def test_every_variable_has_a_case() -> None:
    assert {case.option for case in CASES} == options(ROLE)


@pytest.mark.containers
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.option)
def test_look_and_role_name_the_same(agreements: Agreed, case: Case) -> None:
    assert case.drifts <= agreements.tampered
    assert case.off <= agreements.off
    assert case.off <= agreements.absent


@pytest.mark.containers
def test_look_and_role_name_nothing_else(agreements: Agreed) -> None:
    assert agreements.clean == agreements.gone == frozenset()
    assert agreements.tampered == frozenset().union(*(case.drifts for case in CASES))
    assert agreements.off == frozenset().union(*(case.off for case in CASES))
    # Besides, what was written over the distribution's own file. (Root was let in by the tampering already.)
    assert agreements.absent - agreements.off == {"/etc/dconf/profile/user"}


NETWORKS = {
    "NetworkManager": ("/run/NetworkManager", "/etc/NetworkManager/conf.d/90-jifang_lab_pc.conf"),
    "resolved": ("/run/systemd/resolve/resolv.conf", "/etc/systemd/resolved.conf.d/50-jifang_lab_pc.conf"),
}


@pytest.mark.containers
@pytest.mark.parametrize("network", NETWORKS)
def test_name_servers_where_something_else_keeps_them(machine: Pc, network: str) -> None:
    sign, path = NETWORKS[network]
    variables = {**OFF, "lab_pc_dns_servers": ["10.20.0.1"]}
    steps = (
        Step(f"mkdir -p {sign}"),
        Step("apply", variables),
        *looks(variables),
        Step(f"rm {path}"),
        *looks(variables),
        Step(f"rm -r {sign}"),
    )
    assert agreed(machine.run(ROLE, steps)) == [frozenset(), frozenset({path})]


@pytest.mark.containers
def test_a_menu_that_somebody_else_built_is_built_again(machine: Pc) -> None:
    steps = (
        Step("apply", ON),
        Step("echo menuentry pupil >> /boot/grub/grub.cfg"),
        *looks(ON),
        Step("apply", ON),
        *looks(ON),
        Step("cat /boot/grub/grub.cfg"),
    )
    seen = machine.run(ROLE, steps)
    assert agreed(seen) == [frozenset({"boot_menu"}), frozenset()]


# Everything that can be done to a file, done to every file of the role at once.
WAYS = {
    "content": 'printf "\\n# pupil\\n" >> "$f"',
    "mode": 'chmod g+w,o+x "$f"',
    "owner": 'chown admin "$f"',
    "group": 'chgrp admin "$f"',
    "missing": 'rm "$f"',
    "link": 'mv "$f" /srv/kept; ln -s /srv/kept "$f"',
}
FILES = "$(find /etc /boot -type f -name '*jifang_lab_pc*') /etc/resolv.conf /etc/dconf/profile/user"


@pytest.mark.containers
def test_whatever_is_done_to_a_file_both_name_it(machine: Pc) -> None:
    steps = [
        Step("apply", ON),
        Step(f"tar --format=posix -cPf /srv/files.tar {FILES} /boot/grub/grub.cfg /etc/dconf/db/local"),
    ]
    for way in WAYS.values():
        steps += [
            Step(f"for f in {FILES}; do {way}; done"),
            *looks(ON),
            Step("tar -xPf /srv/files.tar"),
            Step("look", ON),
        ]
    seen = machine.run(ROLE, steps)
    for way, drifted in zip(WAYS, agreed(seen), strict=True):
        assert len([name for name in drifted if name.startswith("/")]) == 11, way
    assert {one.subjects for one in seen[6::5]} == {frozenset()}


@pytest.mark.containers
def test_a_run_that_was_broken_off_is_taken_up(machine: Pc) -> None:
    """The file is as wanted, but nobody told the service: the mark says so, and the next run does."""
    variables = {**OFF, "lab_pc_logout_minutes": 25}
    invocation = "systemctl show -P InvocationID systemd-logind"
    seen = machine.run(
        ROLE,
        [
            Step("apply", variables),
            Step(f"touch /var/lib/jifang/lab_pc.unfinished; {invocation} > /srv/before"),
            Step("look", variables),
            Step("apply", variables),
            Step("look", variables),
            Step(f'[ "$({invocation})" != "$(cat /srv/before)" ]'),
        ],
    )
    assert seen[2].subjects == {"/var/lib/jifang/lab_pc.unfinished"}
    assert seen[4].subjects == frozenset()


@pytest.mark.containers
def test_a_secret_is_in_no_output(machine: Pc) -> None:
    """Not in the most talkative one either, and not where the file that holds it is written."""
    machine.run(ROLE, [Step("rm -f /boot/grub/jifang_lab_pc.cfg")])
    seen = machine.run(ROLE, [Step("look", ON), Step("check", ON), Step("apply", ON)], "-vvv", "--diff")
    assert "/boot/grub/jifang_lab_pc.cfg" in seen[0].said
    assert "09_jifang_lab_pc" in seen[2].said
    assert not [one.does for one in seen if HASH in one.said or HASH[-64:] in one.said]
