"""Snapshots that tests and benchmarks share: a small school with all findings, a hostile and a large one."""

from tests.samples.hostile import HOSTILE, hostile_snapshot
from tests.samples.large import large_snapshot
from tests.samples.records import NOW, ROOM, RUN, asset, machine
from tests.samples.school import sample_snapshot

__all__ = [
    "HOSTILE",
    "NOW",
    "ROOM",
    "RUN",
    "asset",
    "hostile_snapshot",
    "large_snapshot",
    "machine",
    "sample_snapshot",
]
