"""A small HTTP client for the servers of jobs: JSON, one token, TLS that is verified, bounds on everything.

Nothing that it raises or returns holds the token.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..i18n import UserError

_SECONDS = 30
_BYTES = 20_000_000
_TRIES = 4
_LONGEST_PAUSE = 10.0
_SHOWN = 500
# Read again where the server asks for patience or a gateway lost it. A question changes nothing, however often asked.
_AGAIN = frozenset({429, 502, 503, 504})
_LOOPBACK = ("localhost",)
_REFUSALS = {
    0: "{product} refuses {method} {path} ({code}): {said}",
    401: "{product} does not know the token (401). It has expired or was mistyped: make a new one there.",
    403: "{product} forbids {method} {path} to the token's user (403). The user must be an administrator of the"
    " organization or project.",
    404: "{product} has nothing at {path} (404). Is the address right, and is it a version that this suite knows?"
    " docs/jobs.md names them.",
    429: "{product} asks for patience (429). Start again in some minutes.",
    500: "{product} failed at {method} {path} ({code}): {said}. Look at its log, then start again: what was done stays"
    " done.",
}


class Client:
    """``base`` is the server's address up to, and without, ``/api``. Raises ``UserError`` for everything that a person
    can mend: an address, a token, a right, a server that is down."""

    def __init__(
        self,
        base: str,
        token: str,
        *,
        product: str,
        ca_file: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.product = product
        self._base = _checked(base, product)
        if not token:
            raise UserError(
                "jobs",
                "There is no token for {product}. Make one there and give it in the environment or in a vaulted file;"
                " docs/jobs.md says how.",
                product=product,
            )
        self._token = token
        self._pause = pause
        try:
            context = ssl.create_default_context(cafile=ca_file or None)
        except (OSError, ssl.SSLError) as error:
            raise UserError(
                "jobs",
                "The certificate authority {path} cannot be read: {detail}. Correct jobs_ca_file.",
                path=str(ca_file),
                detail=_reason(error),
            ) from None
        # No redirect is followed: it would carry the token elsewhere.
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), _NoRedirect()
        )

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The answer to a question; asked again where the server was busy or the connection broke."""
        full = f"{path}?{urlencode(query)}" if query else path
        for left in range(_TRIES - 1, -1, -1):
            try:
                return self._ask("GET", full, None, patient=left > 0)
            except _LaterError as later:
                self._pause(later.seconds)
        raise AssertionError  # the last try is not patient

    def send(self, method: str, path: str, payload: Mapping[str, Any] | None = None) -> Any:
        """A change, tried once: whether one that broke off was made, the next run sees."""
        return self._ask(method, path, payload, patient=False)

    def _ask(self, method: str, path: str, payload: Mapping[str, Any] | None, *, patient: bool) -> Any:
        body = None if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        request = urllib.request.Request(self._base + path, data=body, method=method)  # noqa: S310  # checked above
        request.add_header("Accept", "application/json")
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                content = answer.read(_BYTES + 1)
                # A bounded read does not tell by itself that the line broke in the middle.
                if answer.length and len(content) <= _BYTES:
                    raise http.client.IncompleteRead(content, answer.length)
                return self._read(content, method, path)
        except urllib.error.HTTPError as error:
            with error:
                if patient and error.code in _AGAIN:
                    raise _LaterError(_seconds(error.headers.get("Retry-After"))) from None
                raise self._refusal(error, method, path) from None
        except (OSError, http.client.HTTPException) as error:
            if patient and not isinstance(_cause(error), ssl.SSLCertVerificationError):
                raise _LaterError(0.5) from None
            raise self._unreachable(error) from None

    def _read(self, content: bytes, method: str, path: str) -> Any:
        if not content.strip():
            return None
        try:
            if len(content) > _BYTES:
                raise ValueError
            return json.loads(content)
        except ValueError:
            raise UserError(
                "jobs",
                "What {product} answered to {method} {path} is no JSON. Is {base} really its address?",
                product=self.product,
                method=method,
                path=path,
                base=self._base,
            ) from None

    def _refusal(self, error: urllib.error.HTTPError, method: str, path: str) -> UserError:
        return UserError(
            "jobs",
            _REFUSALS.get(error.code, _REFUSALS[500 if error.code >= 500 else 0]),
            product=self.product,
            method=method,
            path=path,
            said=self._said(error),
            code=error.code,
        )

    def _said(self, error: urllib.error.HTTPError) -> str:
        try:
            text = error.read(_SHOWN * 4).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            text = ""
        plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
        return plain.replace(self._token, "…")[:_SHOWN] or str(error.code)

    def _unreachable(self, error: Exception) -> UserError:
        cause = _cause(error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UserError(
                "jobs",
                "The certificate of {base} is not trusted: {detail}. Where the school has its own authority, name its"
                " certificate in jobs_ca_file.",
                base=self._base,
                detail=cause.verify_message,
            )
        return UserError(
            "jobs",
            "{product} at {base} does not answer: {detail}. Start again when it does: what was done stays done.",
            product=self.product,
            base=self._base,
            detail=_reason(cause),
        )


@contextmanager
def understood(product: str) -> Iterator[None]:
    """What is read of an answer that has another shape than the product's becomes a ``UserError``."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise UserError(
            "jobs",
            "{product} does not answer as it should. Is it really {product}, in a version that docs/jobs.md names?",
            product=product,
        ) from None


class _LaterError(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def _checked(base: str, product: str) -> str:
    """The address without a slash at its end. Only a server on this very machine may be spoken to without TLS."""
    try:
        parts = urlsplit(base)
        host, plain = parts.hostname or "", parts.scheme == "http"
        _ = parts.port
    except ValueError:
        host, plain = "", False
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.query or parts.fragment:
        raise UserError(
            "jobs",
            "{base} is no address of {product}. Write it as https://jobs.school.example",
            base=repr(base)[:80],
            product=product,
        )
    if plain and not _is_loopback(host):
        raise UserError(
            "jobs",
            "{base} is not encrypted: the token would cross the network for everybody to read. Use https.",
            base=base,
        )
    return base.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK


def _seconds(asked: str | None) -> float:
    try:
        return min(max(float(asked or 1), 0.0), _LONGEST_PAUSE)
    except ValueError:
        return 1.0


def _cause(error: Exception) -> Exception:
    reason = getattr(error, "reason", None)
    return reason if isinstance(reason, Exception) else error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)[:200] or type(error).__name__
