"""``python -m ansible_collections.jifang.lab.plugins.plugin_utils.facts FILE``: one recorded file as JSON.

For the administrator with an odd machine: saves what ``dmidecode``, ``lspci`` and the others print, or the
evidence of a whole PC, and sees what the suite makes of it. Nothing is run and nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator, UserError

LARGEST_FILE = 8 * 1024 * 1024
_GUESSED_FROM = 65536  # characters: what a file is shows at its beginning

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_COMPRESSED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # RFC 1952, RFC 1950
_EDID_BEGINNING = b"\x00\xff\xff\xff\xff"
_HEX_DUMP = re.compile(r"(?:[0-9a-fA-F]{2}\s*){128,4096}")
# What can drive a terminal or reorder its text, and surrogates, which UTF-8 does not have.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# In this order: each mark is one that none of the kinds before it can have.
_MARKS = (
    ("smartctl", re.compile(r'\s*\{\s*"json_format_version"')),
    ("evidence", re.compile(r"\s*\{")),
    ("dmidecode", re.compile(r"^(?:# dmidecode |Handle 0x)", re.MULTILINE)),
    ("lspci", re.compile(r"^(?:Slot:\s|(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] )", re.MULTILINE)),
    (
        "cpuinfo",
        re.compile(r"^(?:processor|system type|cpu model|vendor_id)\s*:", re.MULTILINE | re.IGNORECASE),
    ),
    ("os-release", re.compile(r"^(?:ID|NAME|PRETTY_NAME)=", re.MULTILINE)),
    (
        "who",
        re.compile(r"^\S.* (?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2} [ \d]\d) \d\d:\d\d(?: |$)", re.MULTILINE),
    ),
)


def _dmidecode(data: bytes) -> Any:
    from . import smbios, smbios_memory, smbios_table  # noqa: PLC0415 - each kind needs its own parser alone

    table = smbios_table.parse_dmidecode(data)
    return {
        "smbios_version": table.version,
        "complete": table.complete,
        "system": smbios.system(table),
        "bios": smbios.bios(table),
        "board": smbios.board(table),
        "chassis": smbios.chassis(table),
        "cpus": smbios.cpus(table),
        "memory": smbios_memory.memory(table),
        "batteries": smbios.batteries(table),
        "tpm": smbios.tpm(table),
    }


def _edid(data: bytes) -> Any:
    from .edid import parse_edid  # noqa: PLC0415

    text = data.decode("ascii", "replace").strip()
    return parse_edid(bytes.fromhex(text) if _HEX_DUMP.fullmatch(text) else data)


def _lspci(data: bytes) -> Any:
    from .lspci import parse_lspci  # noqa: PLC0415

    return [asdict(device) for device in parse_lspci(_text(data))]


def _smartctl(data: bytes) -> Any:
    from .smartctl import parse_smartctl  # noqa: PLC0415

    return parse_smartctl(_text(data))


def _who(data: bytes) -> Any:
    from .sessions import parse_who  # noqa: PLC0415

    return parse_who(_text(data))


def _os_release(data: bytes) -> Any:
    from .os_release import family, parse_os_release  # noqa: PLC0415

    values = parse_os_release(_text(data))
    return {"family": family(values), "values": values}


def _cpuinfo(data: bytes) -> Any:
    from .cpuinfo import parse_cpuinfo  # noqa: PLC0415

    return parse_cpuinfo(_text(data))


def _evidence(data: bytes) -> Any:
    from . import build_facts  # noqa: PLC0415
    from .evidence import Evidence, parse_json, unpack  # noqa: PLC0415

    return build_facts(Evidence(parse_json(unpack(data, LARGEST_FILE) if _is_compressed(data) else data)))


PARSERS: dict[str, Callable[[bytes], Any]] = {
    "dmidecode": _dmidecode,
    "edid": _edid,
    "lspci": _lspci,
    "smartctl": _smartctl,
    "who": _who,
    "os-release": _os_release,
    "cpuinfo": _cpuinfo,
    "evidence": _evidence,
}


def guess_kind(data: bytes) -> str | None:
    """Which of ``PARSERS`` a file's content is for; None where nothing of them is in it."""
    if _EDID_BEGINNING in data[:256]:
        return "edid"
    if _is_compressed(data):
        return "evidence"
    text = _text(data[:_GUESSED_FROM])
    for kind, mark in _MARKS:
        if mark.match(text) if kind in {"smartctl", "evidence"} else mark.search(text):
            return kind
    return "edid" if _HEX_DUMP.match(text.strip()) else None


def parse_file(path: Path, kind: str | None = None) -> Any:
    """Read a recorded file of at most 8 MB and parse it; ``kind`` is one of ``PARSERS``, guessed where None.

    Raises ``UserError`` for a file that cannot be read, is empty, is too large, or of which the kind cannot be
    told, and for evidence that is none. The other parsers take whatever they are given.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise UserError("facts", "there is no file {path}; check its name", path=path) from error
    except IsADirectoryError as error:
        raise UserError("facts", "{path} is a folder; name a file in it", path=path) from error
    except PermissionError as error:
        raise UserError(
            "facts", "{path} may not be read; run this as a user who may, or copy the file", path=path
        ) from error
    except OSError as error:
        raise UserError(
            "facts",
            "{path} cannot be read: {reason}; copy it to a sound disk",
            path=path,
            reason=error.strerror,
        ) from error
    if len(data) > LARGEST_FILE:
        raise UserError(
            "facts",
            "{path} is larger than {limit} MB, and no recorded file is; name the output of one tool",
            path=path,
            limit=LARGEST_FILE // 1024**2,
        )
    if not data:
        raise UserError("facts", "{path} is empty; record it again on that machine", path=path)
    kind = kind or guess_kind(data)
    if kind is None:
        raise UserError(
            "facts",
            "{path} does not look like the output of a known tool; say which it is with --as ({kinds})",
            path=path,
            kinds=", ".join(PARSERS),
        )
    return PARSERS[kind](data)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the parsed file as JSON. 0, or 1 with one sentence on standard error; 2 for a wrong call."""
    asked = os.environ.get("LAB_LANGUAGE", DEFAULT_LANGUAGE)
    default = asked if asked in LANGUAGES else DEFAULT_LANGUAGE
    _ = Translator("facts", default)
    parser = argparse.ArgumentParser(
        prog="python -m ansible_collections.jifang.lab.plugins.plugin_utils.facts",
        description=_("Shows as JSON what the suite reads out of a recorded file."),
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=_("output of one of the tools, or evidence"))
    parser.add_argument(
        "--as", dest="kind", choices=list(PARSERS), help=_("what it is; guessed when missing")
    )
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help=_("language of the messages"))
    chosen = parser.parse_args(arguments)
    try:
        parsed = parse_file(chosen.file, chosen.kind)
    except UserError as error:
        sys.stderr.write(error.message.render(chosen.lang) + "\n")
        return 1
    sys.stdout.write(_printable(json.dumps(parsed, ensure_ascii=False, indent=2)) + "\n")
    return 0


def _is_compressed(data: bytes) -> bool:
    return data.startswith(_COMPRESSED)


def _text(data: bytes) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    return data.decode(encoding, "replace")


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


if __name__ == "__main__":
    sys.exit(main())
