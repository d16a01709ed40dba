"""What the programs on clients and server answer, as nouns. Hostile where a client says it: bounded and clean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..facts.shape import clean_text
from ..i18n import UserError
from .model import Archive, ClientRecord, ClientRun, Copied, Lock, Look

ANSWER_BYTES = 64 * 1024 * 1024
_ARCHIVES = 5_000
_RUNS = 20
_PARTS = 2_000
_SAID = 600
_NAME = 200
_LARGEST = 2**63 - 1


def read_answer(text: str, host: str) -> Mapping[str, Any]:
    """The line of JSON that a program ends with. Raises ``UserError`` where it told of trouble or said nothing
    whole."""
    line = text.strip().rpartition("\n")[2]
    try:
        answer = json.loads(line) if len(line) <= ANSWER_BYTES else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, Mapping):
        raise UserError(
            "backups",
            "{host} did not answer as the backup's program does: {said}. Run configure_backups first, then again.",
            host=host,
            said=clean(line or text) or "—",
        )
    if "trouble" in answer:
        raise UserError("backups", "{host}: {said}", host=host, said=clean(answer["trouble"]))
    return answer


def read_look(answer: Mapping[str, Any], host: str) -> Look:
    """Raises ``UserError`` where it is not what the program on the server says."""
    try:
        if not answer["there"]:
            return Look(host=host, at=_moment(answer["at"]), there=False, free=0, total=0)
        transaction = answer["transaction"]
        return Look(
            host=host,
            at=_moment(answer["at"]),
            there=True,
            free=_count(answer["free"]),
            total=_count(answer["total"]),
            locks=tuple(
                Lock(
                    holder=clean(one["holder"]),
                    age=timedelta(seconds=min(max(0, int(one["age"])), 10**9)),
                    alive=one["alive"] is True,
                )
                for one in answer["locks"][:10]
            ),
            written_at=None if transaction is None else _moment(transaction["at"]),
            check=int(answer["check"]),
            said=clean(answer["said"]),
            verified=answer["verified"] is True,
            verified_at=None if answer["verified_at"] is None else _moment(answer["verified_at"]),
            listed=int(answer["list"]),
            listed_said=clean(answer["list_said"]),
            archives=tuple(_archive(one) for one in answer["archives"][:_ARCHIVES]),
            gone=tuple(_archive(one) for one in answer.get("gone", ())[:_ARCHIVES]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _misfit(host) from error


def read_record(answer: Mapping[str, Any], host: str) -> ClientRecord:
    """Raises ``UserError`` where it is not what the program on the client says."""
    try:
        return ClientRecord(
            at=_moment(answer["at"]),
            running=answer["running"] is True,
            runs=tuple(read_run(one) for one in answer["runs"][-_RUNS:]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _misfit(host) from error


def read_run(answer: Mapping[str, Any]) -> ClientRun:
    """Raises KeyError, TypeError or ValueError where it is none."""
    ended, code, seconds = answer["ended"], answer["code"], answer.get("seconds")
    return ClientRun(
        started=_moment(answer["started"]),
        ended=None if ended is None else _moment(ended),
        code=None if code is None else int(code),
        said=clean(answer["said"]),
        files=None if answer.get("files") is None else _count(answer["files"]),
        bytes=None if answer.get("bytes") is None else _count(answer["bytes"]),
        seconds=None if seconds is None else float(seconds),
        repositories=tuple(
            Copied(
                name=clean(one["name"]),
                archive=clean(one["archive"]),
                code=None if one["code"] is None else int(one["code"]),
                said=clean(one["said"]),
            )
            for one in answer["repositories"][:20]
        ),
    )


def _archive(one: Mapping[str, Any]) -> Archive:
    files, size = one.get("files"), one.get("bytes")
    parts = dict(list(one.get("parts", {}).items())[:_PARTS])
    return Archive(
        id=_hexadecimal(one["id"]),
        name=clean(one["name"])[:_NAME],
        at=_moment(one["at"]),
        files=None if files is None else _count(files),
        bytes=None if size is None else _count(size),
        parts={clean(name): _count(each) for name, each in parts.items()},
    )


def clean(text: object) -> str:
    return clean_text(str(text)[: 4 * _SAID])[:_SAID]


def _hexadecimal(text: object) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError("no identifier of borg's")
    return text


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise ValueError("no size")
    return value


def _moment(text: object) -> datetime:
    """borg's times have no zone: it was told to speak in UTC."""
    found = datetime.fromisoformat(str(text))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _misfit(host: str) -> UserError:
    return UserError(
        "backups",
        "{host} did not answer as the backup's program does: {said}. Run configure_backups first, then again.",
        host=host,
        said="—",
    )
