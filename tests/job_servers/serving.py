"""What both servers share: HTTP on loopback, payloads held against the recorded description, faults by request."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator

#: Looked for in everything that a run prints and keeps.
TOKEN = "canary-4f1b9c-token"


class RefusedError(Exception):
    """An answer other than success: its status and body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class Fault:
    """What goes wrong with requests that match: a status, or (None) a connection that breaks. ``late``: after what was
    asked was done. ``skip`` requests go well first, then ``times`` do not."""

    method: str
    path: str
    status: int | None
    times: int = 1
    skip: int = 0
    late: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def strikes(self, method: str, path: str) -> bool:
        if not re.fullmatch(self.method, method) or not re.search(self.path, path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if not self.times:
            return False
        self.times -= 1
        return True


class JobServer:
    """``answer`` gives status and body of one request, one at a time. ``requests`` are all that were made."""

    DESCRIPTION: ClassVar[str]
    HEADERS: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.port = 0
        self._numbers = 100
        self._lock = threading.Lock()
        path = Path(__file__).with_name(self.DESCRIPTION)
        self._definitions = json.loads(path.read_text(encoding="utf-8"))["definitions"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The requests that were to change something."""
        return [(method, path) for method, path, _body in self.requests if method != "GET"]

    def number(self) -> int:
        self._numbers += 1
        return self._numbers

    def faults_of(self, name: str, body: Mapping[str, Any], *, partly: bool = False) -> list[str]:
        """Where ``body`` is not what the description of ``name`` says; ``partly``: as a PATCH."""
        definition = {"type": "object", "additionalProperties": False, **self._definitions[name]}
        if partly:
            definition["required"] = []
        return [
            f"{'.'.join(map(str, error.path))}: {error.message}"
            for error in Draft202012Validator(definition).iter_errors(body)
        ]

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[JobServer]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handle(self, method: str, target: str, body: Any, token: str) -> tuple[int, Any, Fault | None]:
        parts = urlsplit(target)
        with self._lock:
            self.requests.append((method, parts.path, body))
            fault = next((one for one in self.faults if one.strikes(method, parts.path)), None)
            if fault is not None and not fault.late:
                return fault.status or 0, {"detail": f"injected {fault.status}"}, fault
            if token != f"Bearer {TOKEN}":
                return 401, {"detail": "Authentication credentials were not provided."}, None
            try:
                status, answer = self.answer(method, parts.path, dict(parse_qsl(parts.query)), body)
            except RefusedError as refused:
                status, answer = refused.status, refused.body
            if fault is not None and fault.status is not None:
                status, answer = fault.status, {"detail": f"injected {fault.status}"}
            return status, answer, fault


def _handler(owner: JobServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            body = json.loads(content) if content else None
            status, answer, fault = owner._handle(
                self.command, self.path, body, self.headers.get("Authorization", "")
            )
            self.close_connection = True
            data = b"" if answer is None else json.dumps(answer).encode()
            if fault is not None and fault.status is None:
                # Half an answer, and the line is dead.
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
                return
            self.send_response(status)
            for name, value in {**owner.HEADERS, **(fault.headers if fault else {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # the names of http.server

        def log_message(self, *_arguments: Any) -> None:
            return

    return Handler
