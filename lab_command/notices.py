"""What was missed, told to people by apprise: mail, WeCom, DingTalk and whatever else it speaks.

The addresses hold tokens and passwords. They are read from a file of its owner alone, and no message, log or error of
this command shows more of one than its service.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .paths import STATE
from .speech import _, plain, say, trouble

NOTICES = STATE / "notices"
_LINES = 30
_LINE_LENGTH = 400
_URLS = 20
_FILE_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence. What has the same ``key`` was told before and is not told again."""

    key: str
    line: str


def tell(found: Sequence[Notice], *, school: str, urls: Path, told: Path) -> int:
    """Sends what is new among ``found`` to every address in the file ``urls`` and remembers it in ``told``.

    Gives 1 where an address could not be reached: then it is tried again at the next call. Without the file nothing is
    sent. Raises ``UserError`` for a file that others may read or an address that is none.
    """
    before = _told(told)
    new = [notice for notice in found if notice.key not in before]
    addresses = _addresses(urls)
    if not new or not addresses:
        _remember(told, before & {notice.key for notice in found})
        return 0
    title = _("{school}: {n} duties of the calendar need somebody", school=school or "Jifang", n=len(new))
    lines = [plain(notice.line, _LINE_LENGTH) for notice in new[:_LINES]]
    if len(new) > _LINES:
        lines.append(_("and {n} more: ./lab calendar", n=len(new) - _LINES))
    failed = _send(addresses, title, "\n".join(lines))
    for service in failed:
        say(_("✘ The notice could not be sent by {service}. It is tried again.", service=service))
    if not failed:
        _remember(told, {notice.key for notice in found})
        say(_("Told: {n} missed or failed duties.", n=len(new)))
    return int(bool(failed))


def _send(addresses: Sequence[str], title: str, body: str) -> list[str]:
    """Sends to each address; gives the services of those that failed."""
    # A third of a second of imports: only a notice pays.
    import apprise  # noqa: PLC0415

    # Its log names addresses with what is secret in them.
    logging.getLogger("apprise").disabled = True
    failed = []
    for number, address in enumerate(addresses, start=1):
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            raise trouble(
                "Line {n} of the notice addresses is none that apprise knows. Correct schedules_notices.",
                n=number,
            )
        if not service.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            failed.append(str(service.service_name))
    return failed


def _addresses(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_mode & 0o077:
                raise trouble(
                    "{path} holds secrets and others may read it. Run: chmod 600 {path}", path=str(path)
                )
            text = stream.read(_FILE_LIMIT).decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise trouble(
            "{path} cannot be read: {detail}. Correct it and start again.",
            path=str(path),
            detail=error.strerror or "",
        ) from None
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")][:_URLS]


def _told(path: Path) -> set[str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return set()
    return {str(key) for key in found} if isinstance(found, list) else set()


def _remember(path: Path, keys: set[str]) -> None:
    """Only what is still missed is kept, so that the file does not grow; replaced in one step."""
    if not keys and not path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(sorted(keys)), encoding="utf-8")
    new.replace(path)
