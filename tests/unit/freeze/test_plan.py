"""What is done with a PC, by what it says of itself and what is wanted, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.evidence import Evidence, parse_json, unpack
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.plan import Wish, concerns, plan
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.situation import (
    PLAN,
    Situation,
    read_situation,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.freeze.window import Window
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.probe import sending
from hypothesis import given
from hypothesis import strategies as st

UNTIL = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
OVERLAY = (
    "/dev/sda1 /media/root-ro ext4 ro 0 0\noverlayroot / overlay rw,lowerdir=/media/root-ro,upperdir=/u 0 0\n"
)
DISK = "/dev/sda1 / ext4 rw 0 0\n"
FSTAB = (
    "# comment\nUUID=1 / ext4 defaults 0 1\nUUID=2 /boot/efi vfat umask=0077 0 1\nUUID=3 none swap sw 0 0\n"
)
PC = Situation(
    frozen=False,
    system="Debian GNU/Linux 12",
    family="debian",
    initramfs_tools=True,
    busybox=True,
    container=False,
    machine_id=True,
    host_keys=True,
    switched_off=False,
    tool=True,
    users=(),
    network_mounts=(),
    writable_mounts=(),
    window=None,
    trial=None,
)
OPEN = Window(UNTIL.replace(hour=6), UNTIL)


def wish(state: str = "frozen", drifted: bool = False, **others: Any) -> Wish:
    return Wish(state=state, drifted=drifted, **others)


@pytest.mark.parametrize(
    ("situation", "wanted", "steps"),
    [
        (PC, wish(drifted=True), ["converge", "arm", "restart_frozen"]),
        (PC, wish(), ["arm", "restart_frozen"]),
        (PC, wish(drifted=True, restart=False), ["converge", "arm"]),
        (replace(PC, trial="armed"), wish(restart=False), []),
        (replace(PC, trial="started"), wish(restart=False), ["arm"]),
        (replace(PC, trial="armed", window=OPEN), wish(restart=False), ["arm"]),
        (replace(PC, frozen=True), wish(), []),
        (
            replace(PC, frozen=True),
            wish(drifted=True),
            ["open", "restart_thawed", "converge", "arm", "restart_frozen"],
        ),
        (replace(PC, frozen=True), wish("thawed", until=UNTIL), ["open", "restart_thawed"]),
        (replace(PC, window=OPEN), wish("thawed", until=UNTIL), []),
        (replace(PC, window=OPEN), wish("thawed", until=UNTIL.replace(hour=11)), ["open"]),
        (PC, wish("thawed", until=UNTIL), []),
        (replace(PC, frozen=True), wish("absent", drifted=True), ["open", "restart_thawed", "converge"]),
        (PC, wish("absent", drifted=True), ["converge"]),
        (PC, wish("absent"), []),
    ],
)
def test_steps(situation: Situation, wanted: Wish, steps: list[str]) -> None:
    assert [step.value for step in plan("pc01", situation, wanted).steps] == steps


@pytest.mark.parametrize(
    ("situation", "wanted", "said"),
    [
        (replace(PC, frozen=None), wish(), "/proc/mounts"),
        (replace(PC, container=True), wish(), "container"),
        (replace(PC, family="redhat", system="openEuler 22.03"), wish(), "openEuler 22.03"),
        (replace(PC, initramfs_tools=False), wish(), "initramfs-tools"),
        (replace(PC, busybox=False), wish(), "busybox"),
        (replace(PC, switched_off=True), wish(), "overlayroot=disabled"),
        (replace(PC, machine_id=False), wish(), "/etc/machine-id"),
        (replace(PC, host_keys=False), wish(), "ssh_host"),
        (replace(PC, network_mounts=("/home",)), wish(), "/home"),
        (replace(PC, frozen=True, tool=False), wish("thawed", until=UNTIL), "not frozen by this suite"),
        (replace(PC, users=("pupil",)), wish(), "pupil is logged in on pc01"),
        (replace(PC, users=("pupil",), frozen=True), wish("thawed", until=UNTIL), "freeze_confirm=pc01"),
        (replace(PC, users=("pupil",)), wish(confirmed=("pc02",)), "pc01"),
    ],
)
def test_refusals_name_the_host_or_what_is_wrong(situation: Situation, wanted: Wish, said: str) -> None:
    with pytest.raises(UserError, match=said):
        plan("pc01", situation, wanted)


@pytest.mark.parametrize(
    ("situation", "wanted"),
    [
        (replace(PC, users=("pupil",)), wish(confirmed=("pc01",))),
        (replace(PC, users=("pupil",)), wish(restart=False)),
        (replace(PC, users=("pupil",), frozen=True), wish()),
        (replace(PC, users=("pupil",), window=OPEN), wish("thawed", until=UNTIL.replace(hour=9))),
        (replace(PC, network_mounts=("/home",), frozen=True), wish()),
    ],
)
def test_nobody_is_in_the_way_of_what_restarts_nothing_or_was_named(
    situation: Situation, wanted: Wish
) -> None:
    plan("pc01", situation, wanted)


def test_the_plan_says_what_outlasts_and_what_stays_writable() -> None:
    situation = replace(PC, writable_mounts=("/boot/efi",), trial="started")
    said = " ".join(line.render("en") for line in plan("pc01", situation, wish(keep=("/home",))).lines)
    assert "outlasts a restart: /home" in said
    assert "stays writable all the same: /boot/efi" in said
    assert "did not come up" in said


@pytest.mark.parametrize(
    ("room", "here", "meant"),
    [
        ("机房一", "机房一", True),
        ("机房一", "机房二", False),
        ("*", "机房二", True),
        ("*", None, False),
        ("机房一", None, False),
    ],
)
def test_a_room_is_named_and_a_server_is_in_none(room: str, here: str | None, meant: bool) -> None:
    assert concerns(room, here) is meant


def test_without_a_room_nothing_is_restarted() -> None:
    with pytest.raises(UserError, match="freeze_room"):
        concerns(" ", "机房一")


def evidence(**files: Any) -> Evidence:
    named = {
        "/etc/os-release": "ID=debian\n",
        "/etc/machine-id": "0" * 32,
        "/etc/fstab": FSTAB,
        "/proc/mounts": DISK,
    }
    named.update({"/etc/initramfs-tools/initramfs.conf": "", **files})
    who = (
        "pupil    tty1         2026-11-25 06:10 00:05         812\n"
        "admin    pts/0        2026-11-25 06:20   .          900 (10.0.0.9)\n"
    )
    return Evidence(
        {
            "v": 1,
            "probe": "linux",
            "root": "/",
            "uid": 0,
            "files": named,
            "globs": {
                "/etc/ssh/*": ["ssh_host_rsa_key", "sshd_config"],
                "/usr/local/lib/jifang/*": ["freeze"],
                "/bin/busyb*": ["busybox"],
            },
            "commands": {"who": {"rc": 0, "out": who}},
        }
    )


def test_a_pc_is_read() -> None:
    assert read_situation(evidence(), login="admin") == replace(
        PC, system="debian", users=("pupil",), writable_mounts=("/boot/efi",)
    )


def test_a_frozen_pc_is_read_from_its_disk() -> None:
    files = {
        "/proc/mounts": OVERLAY,
        "/etc/fstab": "overlay",
        "/media/root-ro/etc/fstab": FSTAB + "nas:/home /home nfs defaults 0 0\nUUID=9 /data ext4 defaults\n",
        "/media/root-ro/var/lib/jifang/freeze/trial": "armed\n",
    }
    read = read_situation(evidence(**files))
    assert (read.frozen, read.trial, read.users) == (True, "armed", ("admin", "pupil"))
    assert (read.network_mounts, read.writable_mounts) == (("/home",), ("/boot/efi", "/data"))


def test_the_probe_can_do_what_it_is_sent_for() -> None:
    """Whatever the probe learns to do, this plan must say that it wants none of it."""
    errand = sending.linux_errand(PLAN, root="/", python=sys.executable, through_stdin=True)
    done = subprocess.run(["sh", "-c", errand.command], input=errand.stdin, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    situation = read_situation(Evidence(parse_json(unpack(sending.unframe(done.stdout.decode())))))
    assert situation.frozen is False


@given(st.dictionaries(st.sampled_from(PLAN["files"]), st.text() | st.none()))
def test_any_answer_is_survived(files: dict[str, Any]) -> None:
    read_situation(evidence(**files), login="admin")
