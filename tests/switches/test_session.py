"""Sessions at switches of every platform, and at switches that mean no good."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.switches import session as sessions
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.platforms import PLATFORMS
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.session import (
    Refused,
    Session,
    SessionError,
    UnknownKey,
    WrongPassword,
)

from tests.switches.conftest import PLATFORM_NAMES, Serve, start
from tests.switches.emulator.server import FLOOD, served

CANARY = "canary-7f3a"


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_a_session_reads_configures_and_saves(platform: str, serve: Serve) -> None:
    device, login, _ = serve(start(platform, ports=60))
    port = device.dialect.physical.format(n=3)
    with Session(PLATFORMS[platform], login) as session:
        assert (
            session.running().splitlines()[-20:]
            == (
                device.text(device.running).rstrip("\n") + "\n" * device.text(device.running).endswith("\n")
            ).splitlines()[-20:]
        )
        session.configure([f"interface {port}", "description pc03"])
        assert not session.in_config
        session.save()
    if platform == "eos":  # there the configuration waits for its commit
        assert not device.unsaved
        return
    assert device.running.children[f"interface {port}"].value("description") == "pc03"
    assert not device.unsaved


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_what_is_refused_ends_the_typing_in_the_switchs_own_words(platform: str, serve: Serve) -> None:
    device, login, _ = serve(start(platform))
    port = device.dialect.physical.format(n=3)
    with Session(PLATFORMS[platform], login) as session:
        with pytest.raises(Refused) as refused:
            session.configure([f"interface {port}", "descripton pc03", "description never"])
        assert refused.value.command == "descripton pc03"
        assert "nvalid" in refused.value.said or "nrecognized" in refused.value.said
        assert not session.in_config
        assert "SW1" in session.running()
    assert device.running.children[f"interface {port}"].children == {}


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_pages_are_turned_and_leave_no_trace(platform: str, serve: Serve) -> None:
    device, login, _ = serve(start(platform, ports=60, always_pages=True))
    with Session(PLATFORMS[platform], login) as session:
        assert device.text(device.running).strip() in session.running()


def test_the_way_to_enable(serve: Serve) -> None:
    _, login, _ = serve(start("ios", enable_password="very-" + CANARY), enable="very-" + CANARY)
    with Session(PLATFORMS["ios"], login) as session:
        assert "hostname SW1" in session.running()


def test_a_wrong_enable_password_is_said(serve: Serve) -> None:
    _, login, _ = serve(start("ios", enable_password="other"), enable="wrong")
    with pytest.raises(Refused), Session(PLATFORMS["ios"], login):
        pass


def test_a_key_that_is_not_known_ends_it_before_the_password(serve: Serve) -> None:
    device, login, _ = serve(start("ios"))
    empty = str(login.known_hosts) + "-none"
    with pytest.raises(UnknownKey):
        Session(
            PLATFORMS["ios"],
            sessions.Login(
                address=login.address,
                port=login.port,
                user="admin",
                password=login.password,
                known_hosts=empty,
            ),
        )
    assert device.log == []


def test_another_key_than_the_known_one_ends_it(serve: Serve, tmp_path: object) -> None:
    _, login, rack = serve(start("ios"))
    other = type(rack)(rack.devices, ports=rack.ports)
    Path(str(login.known_hosts)).write_text(other.known_hosts())
    other.loop.close()
    with pytest.raises(UnknownKey):
        Session(PLATFORMS["ios"], login)


def test_a_wrong_password_is_said(serve: Serve) -> None:
    _, login, _ = serve(start("ios"), password="wrong")
    with pytest.raises(WrongPassword):
        Session(PLATFORMS["ios"], login)


@pytest.mark.parametrize("platform", ["ios", "ruijie"])
def test_no_secret_reaches_a_log_an_error_or_a_repr(
    platform: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    device = start(platform, password=f"pw-{CANARY}", enable_password=f"en-{CANARY}")
    device, login, _ = serve(device, enable=f"en-{CANARY}")
    with Session(PLATFORMS[platform], login) as session:
        session.configure(["hostname SW2"])
        with pytest.raises(Refused) as refused:
            session.ask("nonsense")
    assert device.name == "SW2"
    assert len(caplog.records) > 5
    for said in (caplog.text, repr(login), str(refused.value), repr(vars(session))):
        assert CANARY not in said


def test_a_switch_that_never_ends_talking_is_bounded(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_BYTES", 300_000)
    device, login, _ = serve(start("ios"))
    device.answers["show flood"] = FLOOD
    with Session(PLATFORMS["ios"], login) as session, pytest.raises(SessionError, match="more than"):
        session.ask("show flood")


def test_a_switch_that_falls_silent_is_left_in_time(serve: Serve) -> None:
    device, login, _ = serve(start("ios"))
    with Session(PLATFORMS["ios"], login) as session:
        device.running.children["interface Vlan99"].child("shutdown")
        begun = time.monotonic()
        with pytest.raises(SessionError, match="nothing more"):
            session.ask("show version", seconds=0.5)
        assert time.monotonic() - begun < 10


def test_a_session_that_is_cut_is_said(serve: Serve) -> None:
    device, login, _ = serve(start("ios"))
    device.hook = lambda line: None if line == "show clock" else line
    with Session(PLATFORMS["ios"], login) as session, pytest.raises(SessionError, match="cut"):
        session.ask("show clock")


def test_a_question_that_is_not_known_is_not_answered(serve: Serve) -> None:
    device, login, _ = serve(start("vrp"))
    device.running.child("dhcp enable")
    with Session(PLATFORMS["vrp"], login) as session, pytest.raises(SessionError, match="Continue"):
        session.ask("schedule reboot delay 5", seconds=0.5)
    assert device.timer is None


def test_a_line_that_looks_like_a_prompt_does_not_end_an_answer(serve: Serve) -> None:
    device, login, _ = serve(start("ios"))
    device.answers["show trap"] = "first\nother#\nlast"
    with Session(PLATFORMS["ios"], login) as session:
        assert session.ask("show trap") == "first\nother#\nlast"


def test_sixty_at_once_are_no_burden(serve: Serve) -> None:
    """The emulator's own cost: all of them in one thread, each with its state."""
    devices = {f"sw{n}": start("ios") for n in range(60)}
    with served(devices) as rack:
        assert len(set(rack.ports.values())) == 60

        async def greet(port: int) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            line = await reader.readline()
            writer.close()
            return line

        async def all_of_them() -> list[bytes]:
            return await asyncio.gather(*(greet(port) for port in rack.ports.values()))

        assert all(line.startswith(b"SSH-2.0-") for line in asyncio.run(all_of_them()))
