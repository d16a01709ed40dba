"""The client: patient where it asks, never twice where it changes, and silent about the token."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.awx_reading import pages
from ansible_collections.jifang.lab.plugins.plugin_utils.jobs.client import Client

from tests.job_servers.awx import Awx
from tests.job_servers.serving import TOKEN, Fault

LIST = "/api/v2/credentials/"


@pytest.fixture
def server() -> Iterator[Awx]:
    with Awx().running() as running:
        assert isinstance(running, Awx)
        yield running


def client_of(server: Awx, token: str = TOKEN, pauses: list[float] | None = None) -> Client:
    return Client(server.url, token, product="AWX", pause=[].append if pauses is None else pauses.append)


@pytest.mark.parametrize("status", [429, 502, 503, 504, None])
def test_a_question_is_asked_again(server: Awx, status: int | None) -> None:
    server.faults.append(Fault("GET", LIST, status, times=3))
    assert client_of(server).get(LIST)["count"] == 0
    assert len(server.requests) == 4


def test_it_waits_as_long_as_the_server_says_but_not_for_ever(server: Awx) -> None:
    pauses: list[float] = []
    server.faults.append(Fault("GET", LIST, 429, headers={"Retry-After": "7"}))
    server.faults.append(Fault("GET", LIST, 503, headers={"Retry-After": "86400"}))
    client_of(server, pauses=pauses).get(LIST)
    assert pauses == [7.0, 10.0]


def test_patience_ends(server: Awx) -> None:
    server.faults.append(Fault("GET", LIST, 503, times=99))
    with pytest.raises(UserError, match="503"):
        client_of(server).get(LIST)
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", [429, 500, 503, None])
def test_a_change_is_tried_once(server: Awx, status: int | None) -> None:
    server.faults.append(Fault("POST", LIST, status, times=99))
    with pytest.raises(UserError):
        client_of(server).send("POST", LIST, {"name": "x"})
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "injected 400"),
        (401, "token"),
        (403, "administrator"),
        (404, "has nothing at"),
        (405, "405"),
        (409, "injected 409"),
        (429, "patience"),
        (500, "log"),
        (503, "log"),
    ],
)
def test_each_refusal_says_what_to_do(server: Awx, status: int, said: str) -> None:
    server.faults.append(Fault("GET", LIST, status, times=9))
    with pytest.raises(UserError, match=said) as refused:
        client_of(server).get(LIST)
    for language in ("zh_CN", "en"):
        assert TOKEN not in refused.value.message.render(language)


def test_a_wrong_token_is_told_without_showing_it(server: Awx) -> None:
    with pytest.raises(UserError, match="does not know the token") as refused:
        client_of(server, "wrong-token").get(LIST)
    assert "wrong-token" not in str(refused.value)


def test_pages_are_followed_to_the_end(server: Awx) -> None:
    server.page = 7
    for number in range(40):
        server.put("organizations", name=f"o{number}")
    names = [one["name"] for one in pages(client_of(server), "/api/v2/organizations/")]
    assert names == [f"o{number}" for number in range(40)]
    assert len(server.requests) == 6


def test_a_page_that_breaks_is_asked_for_again(server: Awx) -> None:
    server.page = 5
    for number in range(20):
        server.put("organizations", name=f"o{number}")
    server.faults.append(Fault("GET", "organizations", None, skip=2, times=2))
    assert len(list(pages(client_of(server), "/api/v2/organizations/"))) == 20


@pytest.mark.parametrize(
    "following", ["https://elsewhere.example/api/v2/organizations/?page=2", "/api/v2/users/?page=2"]
)
def test_no_other_address_is_followed(server: Awx, following: str) -> None:
    server.answer = lambda *_: (200, {"results": [], "next": following})  # type: ignore[method-assign]
    with pytest.raises(UserError, match="elsewhere"):
        list(pages(client_of(server), "/api/v2/organizations/"))


@pytest.mark.parametrize("answer", [[], "x", {"results": None}, {"detail": "?"}, None])
def test_what_is_no_list_is_refused(server: Awx, answer: object) -> None:
    server.answer = lambda *_: (200, answer)  # type: ignore[method-assign]
    with pytest.raises(UserError, match="no list"):
        list(pages(client_of(server), "/api/v2/organizations/"))


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("http://awx.school.example", "not encrypted"),
        ("http://10.0.0.5:8080", "not encrypted"),
        ("ftp://awx.school.example", "no address"),
        ("awx.school.example", "no address"),
        ("https://user:geheim@awx.school.example", "no address"),
        ("https://awx.school.example:x", "no address"),
        ("", "no address"),
    ],
)
def test_addresses_that_are_refused(base: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        Client(base, TOKEN, product="AWX")


def test_without_a_token_nothing_is_asked() -> None:
    with pytest.raises(UserError, match="no token"):
        Client("https://awx.school.example", "", product="AWX")


class _Moved(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        self.send_response(302 if len(self.seen) == 1 else 200)
        self.send_header("Location", "/other")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        return


def serving(handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None) -> HTTPServer:
    server = HTTPServer(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def test_a_redirect_does_not_get_the_token() -> None:
    handler = type("Handler", (_Moved,), {"seen": []})
    server = serving(handler)
    try:
        with pytest.raises(UserError, match="302"):
            Client(f"http://127.0.0.1:{server.server_address[1]}", TOKEN, product="AWX").get("/api/")
        assert len(handler.seen) == 1  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "school.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-keyout", path, "-out", tmp_path / "only.pem", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + (tmp_path / "only.pem").read_text())
    return path


def test_a_certificate_is_verified_and_the_schools_own_can_be_named(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    handler = type("Handler", (_Moved,), {"seen": ["before"]})
    server = serving(handler, context)
    try:
        base = f"https://localhost:{server.server_address[1]}"
        with pytest.raises(UserError, match="not trusted"):
            Client(base, TOKEN, product="AWX").get("/api/")
        assert handler.seen == ["before"]  # type: ignore[attr-defined]
        trusted = Client(base, TOKEN, product="AWX", ca_file=str(certificate.with_name("only.pem")))
        assert trusted.get("/api/") is None
        assert handler.seen == ["before", f"Bearer {TOKEN}"]  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


def test_a_certificate_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="jobs_ca_file"):
        Client("https://awx.school.example", TOKEN, product="AWX", ca_file=str(tmp_path / "none.pem"))
