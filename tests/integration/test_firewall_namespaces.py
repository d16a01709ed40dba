"""The firewall's rules where packets really go: in namespaces of the network, with the program that the role installs.

The kernel, nft and ulogd are real; only systemd is not there, so that the timer is the program's own process. The timer
of systemd and the start of a machine need a machine.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.network import matrix
from ansible_collections.jifang.lab.plugins.plugin_utils.network.locking import lock_entries
from ansible_collections.jifang.lab.plugins.plugin_utils.network.model import Network
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.network.ruleset import ruleset
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import CHINA_STANDARD_TIME

from lab_command.paths import ROOT
from tests.integration.network_namespaces import Namespaces, namespaces, network, run

PROGRAM = ROOT / "roles/firewall/files/jifang_firewall.py"
OUTSIDE = ("203.0.113.1", "2001:db8:113::1")
SOURCES = {"pc1": "lab", "pc2": "lab", "oa": "server", "admin": "management", "far": "internet"}

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nft", "ulogd"))),
    reason="needs root, iproute2, nftables and ulogd2",
)


@pytest.fixture(scope="module")
def school() -> Iterator[Namespaces]:
    with namespaces() as made:
        for host in ("pc1", "pc2", "oa", "admin", "far"):
            made.serve(host, "tcp/22", "tcp/80", "tcp/443", "udp/53")
        made.serve("fw", "tcp/22", "tcp/80", "tcp/443")
        yield made


class Firewall:
    """The program in the firewall's namespace, as the role calls it over SSH."""

    def __init__(self, school: Namespaces, home: Path) -> None:
        self.school = school
        self.home = home
        home.mkdir()

    def __call__(self, *words: str, check: bool = True) -> str:
        return self.school.inside(
            "fw", sys.executable, "-I", str(PROGRAM), "--home", str(self.home), *words, check=check
        ).strip()

    def send(self, content: str) -> None:
        (self.home / "candidate.nft").write_text(content, encoding="utf-8")

    def settle(self, model: Network) -> None:
        self.send(ruleset(model))
        self("apply", "--seconds", "60")
        self("confirm")


@pytest.fixture
def model() -> Network:
    return read_network(network())


@pytest.fixture
def firewall(school: Namespaces, model: Network, tmp_path: Path) -> Iterator[Firewall]:
    made = Firewall(school, tmp_path / "firewall")
    made.settle(model)
    yield made
    school.inside("fw", "nft", "flush", "ruleset")


def soon(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def test_the_whole_matrix_is_as_the_rules_mean_it(
    school: Namespaces, model: Network, firewall: Firewall
) -> None:
    wanted = matrix.targets(model, [ip_address(one) for one in OUTSIDE])
    found = []
    # The provider usually sends nothing back to the school's own addresses. Here it tries, so that the rules refuse it.
    for family, via in (("-4", "203.0.113.2"), ("-6", "2001:db8:113::2")):
        school.inside("far", "ip", family, "route", "add", "default", "via", via)
    for host, zone in SOURCES.items():
        # A computer does not reach itself over the firewall, and translated addresses are not asked from outside.
        asked = [one for one in wanted if one.host != host and not (host == "far" and one.zone == "internet")]
        answers = school.ask(host, [(one.protocol, str(one.address), one.port) for one in asked])
        seen = {(zone, one): answer for one, answer in zip(asked, answers, strict=True)}
        found += matrix.looks(model, [zone], asked, seen)
    for family in ("-4", "-6"):
        school.inside("far", "ip", family, "route", "del", "default")
    print(matrix.told(found, "zh_CN"))
    assert [look for look in found if look.seen != look.expected] == []
    # Both families, both verdicts, every pair of zones that matters.
    assert {(look.target.address.version, look.expected) for look in found} == {
        (4, True),
        (4, False),
        (6, True),
        (6, False),
    }
    assert len(found) > 100


def test_rooms_of_one_zone_are_kept_apart(school: Namespaces, firewall: Firewall) -> None:
    assert school.ask("pc1", [("tcp", "10.0.12.1", 80), ("tcp", "fd20:12::1", 80)]) == [False, False]


def test_an_address_of_another_subnet_is_dropped(school: Namespaces, firewall: Firewall) -> None:
    school.inside("pc1", "ip", "address", "add", "10.0.12.9/32", "dev", "eth0")
    school.inside("pc1", "ip", "route", "add", "10.0.20.20", "via", "10.0.11.254", "src", "10.0.12.9")
    try:
        assert school.ask("pc1", [("tcp", "10.0.20.20", 80)]) == [False]
        rules = school.inside("fw", "nft", "list", "chain", "inet", "jifang", "antispoof")
        dropped = next(line for line in rules.splitlines() if "iifname @inside counter" in line)
        assert "packets 0 " not in dropped
    finally:
        school.inside("pc1", "ip", "route", "del", "10.0.20.20")
        school.inside("pc1", "ip", "address", "del", "10.0.12.9/32", "dev", "eth0")


def entries(model: Network, rooms: list[str], seconds: float, allow: list[str]) -> str:
    from datetime import datetime, timedelta  # noqa: PLC0415

    until = datetime.now(CHINA_STANDARD_TIME) + timedelta(seconds=seconds)
    found = lock_entries(model, rooms, until, allow)
    for one in found:
        one["until"] = until.timestamp()
    return json.dumps(found)


def test_a_locked_room_loses_the_internet_and_the_other_goes_on_loading(
    school: Namespaces, model: Network, firewall: Firewall
) -> None:
    web = [("tcp", address, 80) for address in OUTSIDE]
    reach = str(Path(__file__).with_name("reaching.py"))
    other = school.start("pc2", sys.executable, "-I", reach, "stream", OUTSIDE[0], "80")
    own = school.start("pc1", sys.executable, "-I", reach, "stream", OUTSIDE[1], "80")
    assert other.stdout is not None
    assert own.stdout is not None
    assert (other.stdout.read(1), own.stdout.read(1)) == (".", ".")
    assert firewall("--entries", entries(model, ["机房一"], 3600, []), "lock") == "changed"
    assert school.ask("pc1", web) == [False, False]
    # What it had begun is over too.
    assert soon(lambda: own.poll() is not None, 40)
    # The other room's runs on: a hundred more pieces come.
    assert len(other.stdout.read(100)) == 100
    assert school.ask("pc2", web) == [True, True]
    # The school's own services stay.
    assert school.ask("pc1", [("tcp", "10.0.20.20", 80)]) == [True]
    assert firewall("--entries", json.dumps(["机房一"]), "unlock") == "changed"
    assert firewall("--entries", json.dumps(["机房一"]), "unlock") == "same"
    assert school.ask("pc1", web) == [True, True]


def test_an_exam_reaches_what_it_may_and_nothing_else(
    school: Namespaces, model: Network, firewall: Firewall
) -> None:
    school.inside("far", "ip", "address", "add", "203.0.113.77/24", "dev", "eth0")
    firewall("--entries", entries(model, ["机房一"], 3600, ["203.0.113.64/26"]), "lock")
    asked = [("tcp", "203.0.113.77", 443), ("tcp", "203.0.113.77", 22), ("tcp", OUTSIDE[0], 443)]
    # Port 22 is nothing that a rule lets through: an exam opens no more than is open.
    assert school.ask("pc1", asked) == [True, False, False]


def test_a_lock_ends_by_itself(school: Namespaces, model: Network, firewall: Firewall) -> None:
    firewall("--entries", entries(model, ["机房一"], 4, []), "lock")
    assert school.ask("pc1", [("tcp", OUTSIDE[0], 80)]) == [False]
    assert soon(lambda: school.ask("pc1", [("tcp", OUTSIDE[0], 80)]) == [True])


def test_a_lock_outlasts_new_rules_and_a_restart(
    school: Namespaces, model: Network, firewall: Firewall
) -> None:
    firewall("--entries", entries(model, ["机房一"], 3600, []), "lock")
    firewall.send(ruleset(model) + "# another version\n")
    assert firewall("apply", "--seconds", "60") == "changed"
    firewall("confirm")
    assert school.ask("pc1", [("tcp", OUTSIDE[0], 80)]) == [False]
    school.inside("fw", "nft", "flush", "ruleset")
    assert school.ask("pc1", [("tcp", "10.0.12.1", 80)]) == [True]
    firewall("boot")
    assert school.ask("pc1", [("tcp", OUTSIDE[0], 80), ("tcp", "10.0.20.20", 80)]) == [False, True]


def test_rules_that_lock_the_administrator_out_are_taken_back(
    school: Namespaces, model: Network, firewall: Firewall
) -> None:
    bad = network()
    bad["rules"] = [rule for rule in bad["rules"] if rule["to"] != "firewall"]  # type: ignore[index, attr-defined]
    firewall.send(ruleset(read_network(bad)))
    assert firewall("apply", "--seconds", "3") == "changed"
    door = [("tcp", "10.0.99.254", 22)]
    assert school.ask("admin", door) == [False]
    # Nobody does anything any more, as where the control node died.
    assert soon(lambda: school.ask("admin", door) == [True])
    assert firewall("pending") == "changed"
    assert (
        "confirmed in time"
        in run(
            *("ip", "netns", "exec", f"{school.prefix}fw", sys.executable, "-I", str(PROGRAM)),
            *("--home", str(firewall.home), "confirm"),
            check=False,
        ).stderr
    )


def test_confirmed_rules_stay(school: Namespaces, firewall: Firewall, model: Network) -> None:
    firewall.send(ruleset(model) + "# another version\n")
    firewall("apply", "--seconds", "2")
    firewall("confirm")
    time.sleep(3)
    assert firewall("pending") == "same"
    assert "another version" in (firewall.home / "rules.nft").read_text(encoding="utf-8")


def test_an_old_timer_takes_no_later_rules_back(
    school: Namespaces, firewall: Firewall, model: Network
) -> None:
    firewall.send(ruleset(model) + "# two\n")
    firewall("apply", "--seconds", "2")
    firewall("confirm")
    firewall.send(ruleset(model) + "# three\n")
    firewall("apply", "--seconds", "60")
    time.sleep(3)
    firewall("confirm")
    assert (firewall.home / "rules.nft").read_text(encoding="utf-8").endswith("# three\n")


def test_a_syntax_error_changes_nothing(school: Namespaces, firewall: Firewall, model: Network) -> None:
    firewall.send(ruleset(model).replace("policy drop", "policy dorp", 1))
    done = run(
        *("ip", "netns", "exec", f"{school.prefix}fw", sys.executable, "-I", str(PROGRAM)),
        *("--home", str(firewall.home), "apply"),
        check=False,
    )
    assert done.returncode == 1
    assert "dorp" in done.stderr
    assert not (firewall.home / "waiting").exists()
    assert school.ask("pc1", [("tcp", "10.0.20.20", 80), ("tcp", "10.0.12.1", 80)]) == [True, False]


def test_two_hundred_rules_a_second_time_are_the_same(school: Namespaces, firewall: Firewall) -> None:
    data = network()
    data["services"] += [{"name": f"s{port}", "tcp": [port]} for port in range(10_000, 10_200)]  # type: ignore[operator]
    data["rules"] += [  # type: ignore[operator]
        {"name": f"r{port}", "from": ["lab"], "to": "server", "services": [f"s{port}"], "per_minute": 60}
        for port in range(10_000, 10_200)
    ]
    firewall.settle(read_network(data))
    firewall.send(ruleset(read_network(data)))
    assert firewall("apply") == "same"


def test_an_established_session_outlives_new_rules(
    school: Namespaces, model: Network, firewall: Firewall
) -> None:
    reach = str(Path(__file__).with_name("reaching.py"))
    loading = school.start("pc2", sys.executable, "-I", reach, "stream", OUTSIDE[0], "80")
    assert loading.stdout is not None
    assert loading.stdout.read(1) == "."
    firewall.send(ruleset(model) + "# another version\n")
    firewall("apply", "--seconds", "60")
    firewall("confirm")
    assert len(loading.stdout.read(60)) == 60
    assert loading.poll() is None


def test_a_source_that_begins_too_much_is_slowed(school: Namespaces, firewall: Firewall) -> None:
    data = network()
    data["rules"][1]["per_minute"] = 5  # type: ignore[index]
    firewall.settle(read_network(data))
    answers = [school.ask("pc1", [("tcp", OUTSIDE[0], 80)])[0] for _ in range(8)]
    assert answers[:4] == [True] * 4
    assert not answers[-1]
    # Only that source: the other room begins as before.
    assert school.ask("pc2", [("tcp", OUTSIDE[0], 80)]) == [True]


def test_who_went_where_is_written_down(school: Namespaces, firewall: Firewall, tmp_path: Path) -> None:
    text = (ROOT / "roles/firewall/files/jifang-connections.conf").read_text(encoding="utf-8")
    log, settings = tmp_path / "connections.log", tmp_path / "ulogd.conf"
    settings.write_text(text.replace("/var/log/jifang/connections.log", str(log)), encoding="utf-8")
    school.start("fw", "ulogd", "--configfile", str(settings))
    assert soon(log.exists)
    assert school.ask("pc1", [("tcp", OUTSIDE[0], 443), ("tcp", OUTSIDE[1], 443)]) == [True, True]
    assert soon(lambda: log.read_text(encoding="utf-8").count("jifang out") >= 2)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any("SRC=10.0.11.1 DST=203.0.113.1" in line and "DPT=443" in line for line in lines)
    assert any("SRC=fd20:11::1 DST=2001:db8:113::1" in line and "DPT=443" in line for line in lines)


def test_removed_rules_are_gone(school: Namespaces, firewall: Firewall) -> None:
    assert firewall("remove") == "changed"
    assert firewall("remove") == "same"
    assert school.ask("pc1", [("tcp", "10.0.12.1", 80)]) == [True]
