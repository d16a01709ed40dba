"""Asks a printer for its attributes: one HTTP request, bounded in time and bytes."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from typing import Any

from ..i18n import UserError
from .ipp import REQUESTED
from .ipp_message import parse, request
from .lines import silent
from .target import Target

MAX_BYTES = 512 * 1024
QUESTION = "Get-Printer-Attributes"
_OK, _UPGRADE = 200, 426
_CLIENT_ERROR = 0x0400  # RFC 8011, appendix B


def ask(target: Target) -> dict[str, Any]:
    """The ``answers`` of evidence: the printer's message as it came.

    Raises ``Unreachable``, and ``UserError`` where what answers is no printer or none at this path.
    """
    host = f"[{target.address}]" if ":" in target.address else target.address
    scheme = "ipps" if target.tls else "ipp"
    body = request(f"{scheme}://{host}:{target.port}{target.path}", REQUESTED)
    try:
        status, data = _post(target, body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise silent(target, error if isinstance(error, OSError) else None) from error
    if status == _UPGRADE:
        raise UserError(
            "devices",
            "{address} answers IPP over TLS only; set lab_ipp_tls: true for it",
            address=target.shown,
        )
    if status != _OK:
        raise UserError(
            "devices",
            "{address} answered {path} with HTTP {status}; set lab_ipp_path to the printer's own path, often "
            "/ipp/print or /ipp/printer",
            address=target.shown,
            path=target.path,
            status=status,
        )
    answer = parse(data)
    if answer is None:
        raise UserError(
            "devices",
            "{address} is no IPP printer; check the address and the port",
            address=target.shown,
        )
    if answer.status >= _CLIENT_ERROR:
        raise UserError(
            "devices",
            "{address} answered {path} with the IPP error {status}; set lab_ipp_path to the printer's own path, "
            "often /ipp/print or /ipp/printer",
            address=target.shown,
            path=target.path,
            status=f"{answer.status:#06x}",
        )
    faults = {QUESTION: {"error": "too_large"}} if len(data) > MAX_BYTES else {}
    return {"answers": {QUESTION: data[:MAX_BYTES].decode("latin-1")}, "faults": faults}


def _post(target: Target, body: bytes) -> tuple[int, bytes]:
    """Status and body; at most one byte more than ``MAX_BYTES``."""
    if target.tls:
        # A printer's certificate is its own; nothing secret is sent, and what it says is never believed.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            target.address, target.port, timeout=target.seconds, context=context
        )
    else:
        connection = http.client.HTTPConnection(target.address, target.port, timeout=target.seconds)
    # A socket's own limit starts anew with each byte; this one ends all of them.
    late = threading.Event()
    watch = threading.Timer(target.seconds, _hang_up, [connection, late])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body, {"Content-Type": "application/ipp"})
        answer = connection.getresponse()
        data = answer.read(MAX_BYTES + 1)
        if late.is_set():
            raise TimeoutError
        return answer.status, data
    finally:
        watch.cancel()
        connection.close()


def _hang_up(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
