"""What is mounted, and whether the root is frozen."""

from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.evidence import Evidence
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.mounts import (
    Mount,
    parse_mounts,
    root_is_frozen,
)
from hypothesis import given
from hypothesis import strategies as st

from .evidence_samples import linux, windows

OVERLAY = (
    "overlayroot / overlay rw,relatime,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay,"
    "workdir=/media/root-rw/overlay-workdir/_ 0 0\n"
)


def test_escapes_and_options_are_read() -> None:
    assert parse_mounts("/dev/sdb1 /media/My\\040Stick\\134 vfat ro,nosuid 0 0\n\nnonsense\n") == [
        Mount("/dev/sdb1", "/media/My Stick\\", "vfat", ("ro", "nosuid"))
    ]
    assert not parse_mounts("/dev/sdb1 /media/a vfat ro 0 0")[0].writable


@pytest.mark.parametrize(
    ("text", "frozen"),
    [
        pytest.param("/dev/sda2 / ext4 rw,relatime 0 0\n", False, id="plain disk"),
        pytest.param("/dev/sda2 /media/root-ro ext4 ro 0 0\n" + OVERLAY, True, id="overlayroot"),
        pytest.param(
            "overlay / overlay rw,lowerdir=/var/lib/containers/a,upperdir=/b 0 0\n", False, id="container"
        ),
        pytest.param(
            "none / overlay rw,lowerdir=/media/root-ro-two,upperdir=/b 0 0\n", False, id="name alike"
        ),
        pytest.param("rootfs / rootfs rw 0 0\n" + OVERLAY, True, id="the uppermost root counts"),
        pytest.param("proc /proc proc rw 0 0\n", None, id="no root"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_frozen_root_is_told_from_others(text: str, frozen: bool | None) -> None:
    assert root_is_frozen(parse_mounts(text)) is frozen


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    root_is_frozen(parse_mounts(text))


@pytest.mark.parametrize(
    ("evidence", "frozen", "reason"),
    [
        (linux(files={"/proc/mounts": OVERLAY}), True, None),
        (linux(files={"/proc/mounts": {"error": "denied"}}), None, "no_permission"),
        (linux(), None, "not_requested"),
        (windows(UWF_Filter={"error": "absent"}), False, None),
        (windows(UWF_Filter=[{"CurrentEnabled": True}]), True, None),
        (windows(UWF_Filter=[{"CurrentEnabled": "yes"}]), None, "not_supported"),
        (windows(UWF_Filter={"error": "denied"}), None, "no_permission"),
    ],
)
def test_the_facts_say_frozen_thawed_or_unknown(
    evidence: dict[str, object], frozen: bool | None, reason: str
) -> None:
    facts = build_facts(Evidence(evidence))
    assert facts["state"].get("frozen") is frozen
    assert facts["unknown"].get("state.frozen", {}).get("reason") == reason
