"""Notices that really arrive, by HTTP and by mail on loopback, and secrets that show nowhere."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from lab_command.notices import Notice, tell

SECRET = "hunter2-token"


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index,misc]
    finally:
        server.shutdown()
        server.server_close()


def web(received: list[Any], status: int = 200) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    return HTTPServer(("127.0.0.1", 0), Handler)


def mail(received: list[str]) -> socketserver.TCPServer:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 loopback\r\n")
            while line := self.rfile.readline():
                word = line.split(b" ")[0].strip().upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (part := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(part)
                    received.append(b"".join(lines).decode())
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")
                if word == b"QUIT":
                    return

    return socketserver.TCPServer(("127.0.0.1", 0), Handler)


def addresses(folder: Path, *lines: str, mode: int = 0o600) -> Path:
    path = folder / "notices"
    path.write_text("# 通知地址\n" + "\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(mode)
    return path


MISSED = [Notice("daily_check//2026-11-25", "2026-11-25 09:45 日常检查：未执行")]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_LANGUAGE", "zh_CN")


def test_told_once_by_web_and_mail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posted: list[Any] = []
    mailed: list[str] = []
    told = tmp_path / "told.json"
    with serving(web(posted)) as http, serving(mail(mailed)) as smtp:
        urls = addresses(
            tmp_path,
            f"json://127.0.0.1:{http}/{SECRET}",
            f"mailto://127.0.0.1:{smtp}?from=lab@school.example&to=teacher@school.example&mode=insecure",
        )
        assert tell(MISSED, school="示范中学", urls=urls, told=told) == 0
        assert tell(MISSED, school="示范中学", urls=urls, told=told) == 0
    (post,) = posted
    assert post["title"] == "示范中学：校历中有 1 项工作需要处理"
    assert "日常检查：未执行" in post["message"]
    assert len(mailed) == 1
    assert "To: teacher@school.example" in mailed[0]
    assert SECRET not in "".join(capsys.readouterr())


def test_what_is_settled_is_forgotten_and_told_anew(tmp_path: Path) -> None:
    posted: list[Any] = []
    told = tmp_path / "told.json"
    with serving(web(posted)) as http:
        urls = addresses(tmp_path, f"json://127.0.0.1:{http}")
        for found in (MISSED, [], MISSED):
            tell(found, school="", urls=urls, told=told)
    assert len(posted) == 2


def test_a_failed_notice_is_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posted: list[Any] = []
    told = tmp_path / "told.json"
    with serving(web(posted, 500)) as http:
        urls = addresses(tmp_path, f"json://user:{SECRET}@127.0.0.1:{http}/{SECRET}")
        assert tell(MISSED, school="", urls=urls, told=told) == 1
        assert tell(MISSED, school="", urls=urls, told=told) == 1
    assert len(posted) == 2
    said = "".join(capsys.readouterr())
    assert "之后会再试" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (f"wecombot://{SECRET}", "qyapi.weixin.qq.com"),
        (f"dingtalk://{SECRET.replace('-', '')}/13800000000", "oapi.dingtalk.com"),
    ],
)
def test_wecom_and_dingtalk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, host: str) -> None:
    """The services' own addresses cannot be served here: what would be posted is looked at."""
    posted: list[tuple[str, str]] = []

    def post(url: str, data: str | bytes, **_rest: Any) -> requests.Response:
        posted.append((url, data.decode() if isinstance(data, bytes) else data))
        answer = requests.Response()
        answer.status_code = 200
        answer._content = b'{"errcode": 0}'
        return answer

    monkeypatch.setattr(requests, "post", post)
    assert tell(MISSED, school="示范中学", urls=addresses(tmp_path, address), told=tmp_path / "told") == 0
    ((url, body),) = posted
    assert host in url
    assert "日常检查：未执行" in json.dumps(json.loads(body), ensure_ascii=False)


@pytest.mark.parametrize("address", ["nonsense", f"unknown://{SECRET}", "json://"])
def test_an_address_that_is_none_is_refused_without_showing_it(tmp_path: Path, address: str) -> None:
    with pytest.raises(UserError) as caught:
        tell(MISSED, school="", urls=addresses(tmp_path, address), told=tmp_path / "told")
    assert "schedules_notices" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="chmod 600"):
        tell(MISSED, school="", urls=addresses(tmp_path, "json://x", mode=0o644), told=tmp_path / "told")


def test_without_addresses_nothing_is_sent(tmp_path: Path) -> None:
    assert tell(MISSED, school="", urls=tmp_path / "none", told=tmp_path / "told") == 0
    assert not (tmp_path / "told").exists()
