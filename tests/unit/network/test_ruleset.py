"""What nft is given; that it means what the rules say is proven where packets go (tests/integration)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.network.locking import end_of, lock_entries
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.network.ruleset import ruleset
from ansible_collections.jifang.lab.plugins.plugin_utils.school_time import CHINA_STANDARD_TIME

from tests.samples.network import demo_network, small_network

NOW = datetime(2026, 11, 25, 10, 50, tzinfo=CHINA_STANDARD_TIME)


def test_one_transaction_that_touches_one_table() -> None:
    lines = ruleset(read_network(demo_network())).splitlines()
    assert lines[1:4] == ["table inet jifang", "delete table inet jifang", "table inet jifang {"]
    assert {line.split("{")[0] for line in lines if line.startswith(("table", "delete", "flush"))} == {
        "table inet jifang",
        "delete table inet jifang",
        "table inet jifang ",
    }


def test_a_service_of_a_host_is_written_for_both_families() -> None:
    text = ruleset(read_network(demo_network()))
    assert "oifname @zone_server ip daddr { 10.20.20.20 } tcp dport { 80, 443 } counter accept" in text
    assert "oifname @zone_server ip6 daddr { fd20:0:0:20::20 } tcp dport { 80, 443 } counter accept" in text


def test_ipv6_is_translated_only_where_it_is_asked_for() -> None:
    data = small_network()
    assert len(re.findall("masquerade", ruleset(read_network(data)))) == 1
    data["firewall"]["nat6"] = True
    assert len(re.findall("masquerade", ruleset(read_network(data)))) == 2


def test_no_firewall_in_the_description() -> None:
    data = small_network()
    del data["firewall"]
    with pytest.raises(UserError, match=r"lab_network\.firewall"):
        ruleset(read_network(data))


ENDS = [
    ("11:35", NOW + timedelta(minutes=45)),
    ("11：35", NOW + timedelta(minutes=45)),
    ("45", NOW + timedelta(minutes=45)),
    ("2026-11-26T08:00", NOW + timedelta(hours=21, minutes=10)),
    ("2026-11-25T04:00:00+00:00", NOW + timedelta(minutes=70)),
]


@pytest.mark.parametrize(("text", "end"), ENDS)
def test_an_end_is_an_instant(text: str, end: datetime) -> None:
    assert end_of(text, NOW) == end


@pytest.mark.parametrize(
    "text", ["", "soon", "10:50", "10:00", "2000", "0", "-5", "2026-11-27T08:00", "25:00", "٤٥"]
)
def test_what_is_no_end_within_a_day_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        end_of(text, NOW)


def test_a_room_is_its_own_subnets_or_the_addresses_of_its_seats() -> None:
    network = read_network(small_network())
    first, second = lock_entries(network, ["机房一", "中心机房"], NOW, ["203.0.113.0/25", "203.0.113.128/25"])
    by_room = {one["room"]: one for one in (first, second)}
    assert by_room["机房一"]["sources"] == ["10.0.11.0/24", "fd20:11::/64"]
    assert by_room["中心机房"]["sources"] == ["10.0.20.20/32"]
    assert by_room["机房一"]["allow"] == ["203.0.113.0/24"]
    assert by_room["机房一"]["until"] == int(NOW.timestamp())


@pytest.mark.parametrize(
    ("rooms", "allow"),
    [([], []), (["机房九"], []), (["机房一"], ["www.example"]), (["机房一"], ["10.0.0.1/8"])],
)
def test_a_lock_that_means_nothing_is_refused(rooms: list[str], allow: list[str]) -> None:
    with pytest.raises(UserError):
        lock_entries(read_network(small_network()), rooms, NOW, allow)
