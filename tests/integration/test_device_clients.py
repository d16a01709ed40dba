"""Each client against a real server of its protocol, and against servers that refuse, lie, stall or never end."""

from __future__ import annotations

import json
import socketserver
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.asking import ask
from ansible_collections.jifang.lab.plugins.plugin_utils.devices.target import Unreachable, target_of
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, validate
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from tests.integration import device_servers as servers


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    assert servers.missing() == [], "install the packages of lab_command/packages.txt, section test"


def facts(protocol: str, port: int, **variables: str) -> dict[str, Any]:
    document = build_facts(asked(protocol, port, **variables))
    validate(document)
    return document


def asked(protocol: str, port: int, seconds: int = 10, **variables: str) -> dict[str, Any]:
    given = {
        "device": protocol,
        "address": "127.0.0.1",
        "device_port": str(port),
        "device_seconds": str(seconds),
    }
    return ask(target_of({**given, **variables}))


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("snmp") / "switch"
    with servers.snmp_agent(folder, servers.SWITCH_TREE, "H3C Comware Platform Software") as port:
        yield port


V3 = {
    "snmp_user": servers.USER,
    "snmp_auth_key": servers.AUTH_KEY,
    "snmp_auth_protocol": "SHA256",
    "snmp_priv_key": servers.PRIV_KEY,
}


@pytest.mark.parametrize("login", [{"snmp_community": servers.COMMUNITY}, V3], ids=["v2c", "v3"])
def test_a_switch_with_its_ports_and_neighbours(switch: int, login: dict[str, str]) -> None:
    document = facts("snmp", switch, **login)
    inventory, state = document["inventory"], document["state"]["device"]
    system = inventory["system"]
    assert (system["manufacturer"], system["product"]) == ("H3C", "S5130S-28S-EI")
    assert system["serial"] == "219801A2WE9216000042"
    assert inventory["device"]["kind"] == "switch"
    assert inventory["device"]["firmware"] == "7.1.070 R3506"
    assert inventory["device"]["chassis_id"] == "94:29:2f:10:20:00"
    assert [row["class"] for row in inventory["device"]["modules"]] == ["chassis", "powerSupply"]
    names = [nic["name"] for nic in inventory["nics"]]
    assert names == [*(f"GE1/0/{port}" for port in range(1, 29)), "chassis"]
    assert [port["name"] for port in state["ports"] if port["up"]] == ["GE1/0/1", "GE1/0/2"]
    assert state["neighbours"] == [
        {
            "port": "GE1/0/1",
            "chassis_id": "00:1b:21:aa:bb:cc",
            "remote_port": "Te0/1",
            "name": "core",
            "description": None,
        }
    ]


def test_a_ups_over_snmp(tmp_path: Path) -> None:
    with servers.snmp_agent(tmp_path / "ups", servers.UPS_TREE, "CS121") as port:
        document = facts("snmp", port, snmp_community=servers.COMMUNITY)
    assert document["inventory"]["device"]["kind"] == "ups"
    assert document["inventory"]["system"]["product"] == "C3KS"
    assert document["unknown"]["inventory.system.serial"]["reason"] == "not_supported"
    state = document["state"]["device"]
    assert (state["status"], state["load_percent"]) == ("normal", 18)
    assert state["battery"] == {
        "charge_percent": 97,
        "runtime_seconds": 2520,
        "replace": False,
        "date": None,
    }


def test_a_printer(tmp_path: Path) -> None:
    with servers.printer(tmp_path / "printer") as port:
        document = facts("ipp", port)
        with pytest.raises(UserError, match="lab_ipp_path"):
            asked("ipp", port, ipp_path="/nowhere")
    system, state = document["inventory"]["system"], document["state"]["device"]
    assert (system["manufacturer"], system["product"]) == ("HP", "LaserJet 400")
    assert len(system["uuid"]) == 36
    assert document["inventory"]["device"]["kind"] == "printer"
    assert (state["status"], state["location"]) == ("idle", "办公室 201")


def test_a_ups_over_nut(tmp_path: Path) -> None:
    with servers.ups_server(tmp_path / "nut") as port:
        document = facts("nut", port)
        with pytest.raises(UserError, match="UNKNOWN-UPS"):
            asked("nut", port, nut_ups="other")
        with pytest.raises(UserError, match=r"lab_nut_ups is a\nb"):
            asked("nut", port, nut_ups="a\nb")
    assert document["inventory"]["system"]["serial"] == "AS1234567890"
    state = document["state"]["device"]
    assert (state["status"], state["load_percent"]) == ("OL CHRG", 23)
    assert state["battery"]["runtime_seconds"] == 2520


@pytest.mark.parametrize("password", [None, servers.PASSWORD])
def test_a_projector(password: str | None) -> None:
    with servers.projector(password) as port:
        document = facts("pjlink", port, **({"pjlink_password": password} if password else {}))
    assert document["inventory"]["system"]["serial"] == "X5AA1234567"
    state = document["state"]
    assert state["hostname"] == "多媒体教室 301"
    assert state["device"]["lamps"] == [{"hours": 1532, "on": True}]
    assert state["device"]["errors"] == ["filter: warning"]


def test_a_projector_of_class_1_has_no_word_for_its_serial() -> None:
    with servers.projector(None, {**servers.PROJECTOR, "CLSS": "1"}) as port:
        document = facts("pjlink", port)
    assert document["inventory"]["system"]["serial"] is None
    assert document["unknown"]["inventory.system.serial"]["reason"] == "not_supported"


# --- refused


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"snmp_auth_key": "not-the-key-at-all"}, "refused the SNMP v3 user"),
        ({"snmp_user": "nobody"}, "refused the SNMP v3 user"),
    ],
)
def test_a_wrong_user_or_key_is_said(switch: int, change: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        asked("snmp", switch, **{**V3, **change})


def test_a_wrong_community_is_silence(switch: int) -> None:
    with pytest.raises(Unreachable) as silence:
        asked("snmp", switch, seconds=2, snmp_community="not-the-community")
    assert "did not answer SNMP" in silence.value.message.render("en")
    assert "团体名" in silence.value.message.render("zh_CN")
    assert "not-the-community" not in silence.value.message.render("en")


def test_a_wrong_or_missing_projector_password_is_said() -> None:
    with servers.projector() as port:
        with pytest.raises(UserError, match="refused the PJLink password"):
            asked("pjlink", port, pjlink_password="wrong")
        with pytest.raises(UserError, match="asks for the PJLink password"):
            asked("pjlink", port)


@pytest.mark.parametrize("protocol", ["ipp", "pjlink", "nut"])
def test_a_refused_connection_is_said(protocol: str) -> None:
    with pytest.raises(Unreachable) as silence:
        asked(protocol, servers.free_port())
    assert "refused the connection" in silence.value.message.render("en")


# --- endless, late, and of another kind


class Silence(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1)
        time.sleep(30)


class Dribble(socketserver.BaseRequestHandler):
    """A byte now and then, for ever: each alone is in time."""

    def handle(self) -> None:
        try:
            self.request.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                self.request.sendall(b"a")
                time.sleep(0.1)
        except OSError:
            return


class Flood(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        try:
            while True:
                self.request.sendall(b"x" * 65536)
        except OSError:
            return


class Lines(socketserver.BaseRequestHandler):
    """Well-formed lines without end."""

    def handle(self) -> None:
        try:
            self.request.sendall(b"PJLINK 0\rBEGIN LIST UPS\n")
            while True:
                self.request.sendall(b'%1XXXX=x\rUPS a "b"\n' * 200)
        except OSError:
            return


class OtherKind(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


@pytest.mark.parametrize("protocol", ["ipp", "pjlink", "nut"])
@pytest.mark.parametrize("handler", [Silence, Dribble, Flood, Lines, OtherKind])
def test_every_conversation_ends_with_a_sentence(
    protocol: str, handler: type[socketserver.BaseRequestHandler]
) -> None:
    with servers.server(handler) as port:
        start = time.monotonic()
        with pytest.raises((UserError, Unreachable)) as ended:
            asked(protocol, port, seconds=2)
        assert time.monotonic() - start < 20
    message = ended.value.message
    assert f"127.0.0.1:{port}" in message.render("zh_CN")


class Endless(socketserver.BaseRequestHandler):
    """An HTTP answer that never ends."""

    def handle(self) -> None:
        try:
            self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n\x01\x01\x00\x00\x00\x00\x00\x01\x04")
            while True:
                self.request.sendall(b"\x41\x00\x01a\x00\x01b" * 4000)
        except OSError:
            return


def test_an_endless_printer_is_cut_and_said_to_be() -> None:
    with servers.server(Endless) as port:
        document = facts("ipp", port)
    assert document["unknown"]["inventory.system"]["reason"] == "truncated"


def test_an_endless_agent_is_cut_and_said_to_be(tmp_path: Path) -> None:
    rows: list[tuple[str, str, Any]] = [
        (f"1.3.6.1.2.1.2.2.1.3.{number}", "integer", 6) for number in range(1, 4000)
    ]
    with servers.snmp_agent(tmp_path / "endless", rows, "flood") as port:
        document = facts("snmp", port, snmp_community=servers.COMMUNITY)
    assert document["unknown"]["inventory.nics"]["reason"] == "truncated"
    assert len(document["inventory"]["nics"]) == 512


def test_a_device_that_sends_the_secret_back_does_not_get_it_into_the_evidence(tmp_path: Path) -> None:
    description = f"my community is {servers.COMMUNITY}"
    with servers.snmp_agent(tmp_path / "echo", [], description) as port:
        evidence = asked("snmp", port, snmp_community=servers.COMMUNITY)
    assert servers.COMMUNITY not in json.dumps(evidence)
    assert "my community is [secret]" in json.dumps(evidence)
