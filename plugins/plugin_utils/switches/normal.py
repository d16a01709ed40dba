"""Configurations as they can be kept and compared: without a terminal's leftovers and what changes by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from ..i18n import UserError
from .platforms import PLATFORMS, Platform

#: A full Catalyst of eight members writes some 400 kB; what is far beyond is no configuration.
_MOST_CHARACTERS = 4_000_000
_LINE_CHARACTERS = 4_000
#: The pager's prompt and what it draws over it, on one line: cursor movements, backspaces or a carriage return.
_PAGER = re.compile(
    r"[ \t]*(?:<?-{2,6} ?\(?[Mm]ore\)? ?-{2,6}>?|--[Mm]ore--)(?:[ \t]*(?:\x1b\[\d{0,3}[DK]|\x08+|\r(?!\n)))*"
    r"(?:[ \t]+(?:\x1b\[\d{0,3}[DK]|\x08+|\r(?!\n))+)*"
)
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]{0,20}[A-Za-z]|[()][A-Z0-9]|[=>])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
#: Lines that the switch writes anew by itself.
_VOLATILE = re.compile(
    r"Building configuration.*|Current configuration ?:.*|Using \d+ out of \d+ bytes.*"
    r"|[!#] ?(?:Last configuration change|NVRAM config last updated|No configuration change since|Time:|Command:"
    r"|Software Version|boot system|Startup-config last modified).*"
    r"|!(?:Current|Last|Configuration).*|!Software Version.*"
    r"|ntp clock-period \d+|end|return"
)
_SEPARATOR = re.compile(r"[!#]\s*")
#: What follows the name of a banner ends it; Arista names none and ends it with ``EOF``.
_BANNER = re.compile(r" ?(?:banner \w+|header \w+(?: information)?) (\^C|\S)(.*)")
_BAR = " | "
_BANNER_TO_EOF = re.compile(r"banner (?:login|motd)")
_HEX = re.compile(r"\s+(?:[0-9A-Fa-f]{2,8}\s+){0,16}[0-9A-Fa-f]{2,8}\s*")
_CERTIFICATE = re.compile(r"\s*certificate (?:self-signed|ca|rollback)?.*|\s*public-key-code begin")


def normalised(platform: str, text: str) -> str:
    """``text`` line by line as it is kept; the same configuration gives the same lines. Raises ``UserError``.

    What stands in a banner and could be taken for a command is set behind a bar. A certificate is its digest. What was
    normalised stays as it is.
    """
    if len(text) > _MOST_CHARACTERS:
        raise UserError(
            "switches",
            "The switch sent {n} characters as its configuration, more than any has. Look at what answers there.",
            n=len(text),
        )
    lines = _without_certificates(_with_banners_marked(_plain_lines(PLATFORMS[platform], text)))
    return "".join(f"{line}\n" for line in _separated(lines))


def _plain_lines(platform: Platform, text: str) -> Iterator[str]:
    text = _PAGER.sub("", text.replace("\r\n", "\n").replace("\r\r\n", "\n"))
    text = _ESCAPE.sub("", text)
    started = False
    for raw in text.split("\n"):
        line = _CONTROL.sub("", _without_backspaces(raw)).rstrip()[:_LINE_CHARACTERS]
        if platform.prompt.match(line) or (not started and _is_echo(platform, line)):
            continue
        started = started or bool(line)
        if _VOLATILE.fullmatch(line.strip() if line[:1] in "!#" else line):
            continue
        yield line


def _without_backspaces(line: str) -> str:
    if "\x08" not in line:
        return line
    kept: list[str] = []
    for character in line:
        if character != "\x08":
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)


def _is_echo(platform: Platform, line: str) -> bool:
    """Whether the line is the command, behind a prompt or not, which some sessions hand over too."""
    return any(line.endswith(command) and len(line) < len(command) + 80 for command in platform.show_running)


def _with_banners_marked(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        match = _BANNER.fullmatch(line)
        if match is None and not _BANNER_TO_EOF.fullmatch(line):
            continue
        if match is not None and match[2].endswith(match[1]):
            continue
        for inner in lines:
            words = inner.removeprefix(_BAR)
            yield f"{_BAR}{words}"
            if words == "EOF" if match is None else words.endswith(match[1]):
                break


def _without_certificates(lines: Iterator[str]) -> Iterator[str]:
    within, found = False, ""
    for line in lines:
        if within and _HEX.fullmatch(line):
            found += "".join(line.split()).upper()
            continue
        if found:
            yield f"  (sha256 {hashlib.sha256(found.encode()).hexdigest()[:32]})"
        within, found = _CERTIFICATE.fullmatch(line) is not None, ""
        yield line
    if found:
        yield f"  (sha256 {hashlib.sha256(found.encode()).hexdigest()[:32]})"


def _separated(lines: Iterator[str]) -> Iterator[str]:
    """One separator where there are several or empty lines, none at the ends."""
    waiting, begun = "", False
    for line in lines:
        if not line or _SEPARATOR.fullmatch(line):
            waiting = waiting or (line[:1] if line else "")
            continue
        if waiting and begun:
            yield waiting
        waiting, begun = "", True
        yield line
