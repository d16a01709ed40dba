"""What befalls backups, on real repositories: the next check sees it, says so in one sentence, and prunes
nothing."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.model import Fault, FaultKind
from ansible_collections.jifang.lab.plugins.plugin_utils.backups.sentences import sentence
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from tests.integration.backup_bench import HOST, SECONDS, Bench, said

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("borg", "borgmatic", "faketime"))),
    reason="needs borgbackup, borgmatic and faketime",
)
KEEP = {"daily": 1, "weekly": 0, "monthly": 0, "yearly": 0}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """With one good backup."""
    made = Bench(tmp_path / "school")
    made.prepare()
    assert made.run().code == 0
    return made


def told(faults: list[Fault], kind: FaultKind) -> tuple[str, str]:
    """The fault's sentence in Chinese and in English: one line each, with the host's name."""
    (fault,) = (one for one in faults if one.kind is kind)
    chinese, english = (sentence(fault).render(language) for language in ("zh_CN", "en"))
    for text in (chinese, english):
        assert HOST in text
        assert "\n" not in text
    return chinese, english


def kinds(faults: list[Fault]) -> list[FaultKind]:
    return [one.kind for one in faults]


def segments(bench: Bench) -> list[Path]:
    """Those with data, the largest first."""
    found = [path for path in (bench.repository / "data").rglob("*") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_size, reverse=True)


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def test_a_good_backup_is_good_and_old_archives_go(bench: Bench) -> None:
    assert bench.check() == ([], True)
    bench.fill(2)
    assert bench.run().code == 0
    look = bench.look()
    assert [one.files for one in look.archives] == [21, 21]
    done = bench.store("prune", expected=[one.id for one in look.archives], keep=KEEP)
    assert (len(done["pruned"]), done["kept"]) == (1, 1)
    # What the server took away itself is no deletion by the client.
    assert bench.check() == ([], True)
    assert not bench.client("prepare")["changed"]


def test_a_byte_flipped_in_a_pack(bench: Bench) -> None:
    pack = segments(bench)[0]
    flip(pack, pack.stat().st_size // 2)
    faults, may_prune = bench.check()
    assert not may_prune
    assert "损坏" in told(faults, FaultKind.DAMAGED)[0]


def test_a_byte_flipped_where_only_the_key_tells(bench: Bench) -> None:
    """The checksum of the entry is made right again, as somebody would who can write to the server's disk."""
    pack = segments(bench)[0]
    data = bytearray(pack.read_bytes())
    # Behind the magic of 8 bytes: CRC, size, tag, key (borg/repository.py).
    size = struct.unpack_from("<I", data, 12)[0]
    data[8 + 9 + 32 + 60] ^= 1
    struct.pack_into("<I", data, 8, zlib.crc32(data[12 : 8 + size]))
    pack.write_bytes(data)
    bench.state.mkdir(exist_ok=True)
    faults, may_prune = bench.check(verify_days=0)
    assert not may_prune
    assert "integrity" in told(faults, FaultKind.DAMAGED)[1].lower()


def test_a_lost_segment(bench: Bench) -> None:
    segments(bench)[0].unlink()
    faults, may_prune = bench.check()
    assert (kinds(faults)[0], may_prune) == (FaultKind.DAMAGED, False)
    told(faults, FaultKind.DAMAGED)


def test_a_stale_lock(bench: Bench) -> None:
    lock = bench.repository / "lock.exclusive"
    lock.mkdir()
    (lock / "oldserver@123456789.4711-0").touch()
    before = time.time() - 30 * 3600
    os.utime(lock, (before, before))
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.LOCKED], False)
    chinese, english = told(faults, FaultKind.LOCKED)
    assert "30 小时" in chinese
    assert "for 30 hours by oldserver@123456789.4711-0" in english
    # A client's run tells it too, and the way out that the sentence names is one.
    assert bench.run().code != 0
    assert bench.store("unlock")["changed"]
    assert bench.run().code == 0
    assert bench.check() == ([], True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(folder)]).returncode:
        pytest.skip("cannot mount here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_target(tmp_path: Path, small_disk: Path) -> None:
    bench = Bench(tmp_path / "school")
    bench.repositories = small_disk
    bench.policy = replace(bench.policy, location=f"ssh://backup@store{small_disk}/{HOST}")
    bench.prepare()
    assert bench.run().code == 0
    bench.fill(20, 600_000)
    assert bench.run().code != 0
    faults, may_prune = bench.check()
    assert not may_prune
    chinese, english = told(faults, FaultKind.FULL)
    assert "MB" in chinese
    assert "backup_server_keep" in english


def test_a_wrong_key(bench: Bench) -> None:
    assert bench.check() == ([], True)
    bench.policy = replace(bench.policy, passphrase="another-passphrase-entirely")
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.WRONG_KEY], False)
    told(faults, FaultKind.WRONG_KEY)
    bench.configure()
    run = bench.run()
    assert "incorrect" in run.repositories[0].said


@pytest.mark.parametrize(("shift", "word"), [("+730d", "2028"), ("-730d", "2024")])
def test_a_clock_two_years_off(bench: Bench, shift: str, word: str) -> None:
    """The client's clock alone: the server's is right."""
    year = str((datetime.now(UTC) + timedelta(days=730 if shift[0] == "+" else -730)).year)
    store = bench.folder / "fresh"
    bench = Bench(store)
    bench.prepare()
    assert bench.run("faketime", "-f", shift).code == 0
    faults, may_prune = bench.check()
    assert not may_prune
    chinese, english = told(faults, FaultKind.CLOCK)
    assert "730" in chinese or "729" in chinese
    assert year in english


def test_an_interrupted_backup(bench: Bench) -> None:
    bench.fill(40, 2_000_000)
    running = subprocess.Popen(bench.words("run"), start_new_session=True, stdout=subprocess.DEVNULL)
    end = time.monotonic() + SECONDS
    while not any((bench.repository / "lock.exclusive").glob("*")) and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    # The server's end is a session of its own, as over ssh, and sees a moment later that nobody is there any more.
    holders = [path.name for path in (bench.repository / "lock.exclusive").glob("*")]
    pids = [name.rpartition(".")[2].partition("-")[0] for name in holders]
    while any(Path("/proc", pid).exists() for pid in pids) and time.monotonic() < end:
        time.sleep(0.1)
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.INTERRUPTED], False)
    assert "中断" in told(faults, FaultKind.INTERRUPTED)[0]
    # The next one is whole again.
    assert bench.run().code == 0
    assert bench.check() == ([], True)


def test_a_client_that_deletes_deletes_nothing(bench: Bench) -> None:
    """A taken-over client has the key and the passphrase, and still only adds."""
    assert bench.check() == ([], True)
    bench.fill(1)
    assert bench.run().code == 0
    assert bench.check() == ([], True)
    before = {path: path.stat().st_size for path in segments(bench)}
    (transaction,) = [(bench.repository / "transactions").read_text().split()[-4].rstrip(",")]
    for words in (
        ("delete", "--glob-archives", "*", bench.policy.location),
        ("prune", "--keep-last", "1", bench.policy.location),
        ("compact", bench.policy.location),
    ):
        bench.borg(*words, BORG_DELETE_I_KNOW_WHAT_I_AM_DOING="YES")
    assert {path: path.stat().st_size for path in before} == before
    faults, may_prune = bench.check()
    assert not may_prune
    chinese, english = told(faults, FaultKind.GONE)
    assert "2" in chinese
    assert "2 archives were deleted by the client" in english
    # Said again until a person has looked; and the server refuses to thin out what is not what was checked.
    assert FaultKind.GONE in kinds(bench.check()[0])
    with pytest.raises(UserError, match="changed since"):
        bench.store("prune", expected=["0" * 64], keep=KEEP)
    # What docs/errands/check_backups.md says brings them back.
    for path in segments(bench):
        if int(path.name) > int(transaction):
            path.unlink()
    for pattern in ("index.*", "hints.*", "integrity.*"):
        for path in bench.repository.glob(pattern):
            path.unlink()
    shutil.rmtree(bench.home / "borg")
    assert len(bench.look().archives) == 2
    assert bench.check() == ([], True)


def test_a_client_reaches_no_other_repository(bench: Bench) -> None:
    other = bench.repositories / "db01"
    said(["borg", "init", "--encryption", "none", str(other)])
    refused = bench.borg("list", bench.policy.location.replace(HOST, "db01"))
    assert refused.returncode != 0
    assert "not allowed" in refused.stderr.lower()


def test_a_backup_of_an_empty_disk(bench: Bench) -> None:
    for path in bench.data.iterdir():
        path.unlink()
    assert bench.run().code == 0
    faults, may_prune = bench.check()
    assert (kinds(faults)[0], may_prune) == (FaultKind.EMPTY, False)
    told(faults, FaultKind.EMPTY)


def test_a_backup_that_shrank(bench: Bench) -> None:
    for path in sorted(bench.data.iterdir())[:15]:
        path.unlink()
    assert bench.run().code == 0
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.SHRUNKEN], False)
    told(faults, FaultKind.SHRUNKEN)


def test_a_folder_that_is_gone_fails_the_backup(bench: Bench) -> None:
    shutil.rmtree(bench.data)
    assert bench.run().code == 1
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.FAILED], False)
    assert str(bench.data) in told(faults, FaultKind.FAILED)[0]


def test_a_missed_backup(bench: Bench) -> None:
    bench.clock = datetime.now(UTC) + timedelta(days=9)
    look = bench.look()
    assert look.there
    faults, may_prune = bench.check()
    assert not may_prune
    told(faults, FaultKind.MISSED)


def test_a_repository_that_is_gone(bench: Bench) -> None:
    shutil.rmtree(bench.repository)
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.LOST], False)
    told(faults, FaultKind.LOST)


def test_no_backup_yet(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "school")
    bench.prepare()
    faults, may_prune = bench.check()
    assert (kinds(faults), may_prune) == ([FaultKind.NEVER], False)
    told(faults, FaultKind.NEVER)
