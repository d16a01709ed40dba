"""Configurations without their secrets: what a line with one looks like on each platform.

A secret becomes a keyed hash (HMAC-SHA-256, RFC 2104), so that a change of it is seen and the same one is known again,
and without the key nobody can try passwords against it. What a switch calls encrypted is a secret too: type 7 of
Cisco and the ``simple`` and old ``cipher`` forms of Comware and VRP are turned back by any web page.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping

from ..i18n import UserError

_KEY_BYTES = 16
#: The secret itself, quoted or not, behind the number or the name of how it is hidden.
_AFTER_KIND = r'(?:(?:\d{1,2}|sha512|nt-encrypted|encrypted|md5|clear) (?=\S))?(?P<secret>"[^"]*"|\S+)'
_AFTER_CIPHER = r'(?:(?:cipher|simple|irreversible-cipher|hash|plain|sha256) )?(?P<secret>"[^"]*"|\S+)'


def _patterns(secret: str, *starts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"{start} {secret}") for start in starts)


#: Forms that are hidden secrets wherever they stand: crypt(3), scrypt and types 8 and 9, and those of Comware and VRP.
_ANYWHERE = (
    re.compile(r"(?P<secret>\$(?:[1568]|9|10|14|c|h|sha512|y|2[aby])\$\S{4,})"),
    re.compile(
        r"(?P<secret>(?P<mark>%\^%#|%@%@|%\$%\$|%#%#|\$1[ab]\$).{4,200}?(?P=mark)|\$1[ab]\$\S{4,200})"
    ),
)
_CISCO = (
    *_patterns(
        _AFTER_KIND,
        r"^\s*enable (?:secret|password)(?: level \d+)?",
        r"^\s*username \S+(?: \S+){0,6}? (?:secret|password)",
        r"^\s*(?:password|secret)",
        r"\bkey-string",
        r"^\s*(?:server-)?key",
        r"\b(?:radius|tacacs)-server(?: host \S+(?: \S+){0,8}?)? key",
        r"\b(?:radius|tacacs)-server secret",
        r"\bntp authentication-key \d+ (?:md5|sha1|cmac-aes-128|hmac-sha\S+)",
        r"\bsnmp-server community",
        r"\bsnmp-server user \S+ \S+ .*?\bauth (?:md5|sha\S*)",
        r"\bsnmp-server user \S+ \S+ .*?\bpriv (?:des|3des|aes(?: ?\d+)?)",
        r"\bsnmp-server host \S+(?: vrf \S+)?(?: traps| informs)?(?: version (?:1|2c|3 (?:auth|noauth|priv)))?",
        r"\bcrypto isakmp key",
        r"\bpre-shared-key(?: local| remote)?(?: address \S+(?: \S+)?)?(?: key)?",
        r"\b(?:ip ospf|ip eigrp|isis|area \S+) (?:message-digest-key \d+ md5|authentication-key|password)",
        r"\bmessage-digest-key \d+ md5",
        r"\b(?:standby|vrrp|glbp) \d+ authentication(?: text| md5 key-string)?",
        r"\bppp (?:chap|pap sent-username \S+) password",
        r"\bneighbor \S+ password",
        r"\bwpa-psk (?:ascii|hex)",
        r"\bvtp password",
        r"\bshared-secret",
    ),
    *_ANYWHERE,
)
_UNDO = (
    *_patterns(
        _AFTER_CIPHER,
        r"\bpassword(?! policy )",
        r"\b(?:set )?authentication password",
        r"\bsuper password(?: role \S+| level \d+)?",
        r"\bsnmp-agent community(?: (?:read|write))?",
        r"\bsnmp-agent usm-user .*?\bauthentication-mode (?:md5|sha\S*)",
        r"\bsnmp-agent usm-user .*?\bprivacy-mode (?:des56|3des|aes\d+)",
        r"\bsnmp-agent target-host .*?\bsecurityname",
        r"\b(?:radius-server|hwtacacs-server) (?:shared-key|authentication|accounting)(?: \S+){0,4}? key",
        r"\bshared-key",
        r"(?<![\w-])key(?: (?:authentication|accounting|authorization))?",
        r"\b(?:ntp|ntp-service) authentication-keyid \d+ authentication-mode \S+",
        r"\bauthentication-key(?:id \d+)?",
        r"\bpre-shared-key(?: address \S+(?: \S+)?)?(?: key)?",
        r"\bkey-string",
        r"\b(?:cipher|simple|irreversible-cipher)",
        r"\bauthentication-mode (?:md5|hmac-md5|hmac-sha256|simple) (?:\d+ )?(?:cipher|plain|simple)",
    ),
    *_ANYWHERE,
)
PATTERNS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "ios": _CISCO,
    "ruijie": _CISCO,
    "eos": _CISCO,
    "comware": _UNDO,
    "vrp": _UNDO,
    "linux_bridge": _ANYWHERE,
}


def without_secrets(platform: str, text: str, key: bytes) -> str:
    """``text`` with every secret replaced by ``<secret:…>``: the same for the same secret and key, else different.

    Raises ``UserError`` where ``key`` is so short that it could be tried.
    """
    if len(key) < _KEY_BYTES:
        raise UserError(
            "switches",
            "The key of the backups has {n} bytes. Give it {least} random ones, from the vault.",
            n=len(key),
            least=_KEY_BYTES,
        )
    patterns = PATTERNS[platform]
    return "\n".join(_without(patterns, line, key) for line in text.split("\n"))


def _without(patterns: tuple[re.Pattern[str], ...], line: str, key: bytes) -> str:
    spans = sorted({match.span("secret") for pattern in patterns for match in pattern.finditer(line)})
    parts, end = [], 0
    for start, stop in _outermost(spans):
        parts += [line[end:start], _hidden(line[start:stop], key)]
        end = stop
    return "".join((*parts, line[end:]))


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap become one: a quoted secret may hold what looks like another."""
    found: list[tuple[int, int]] = []
    for start, stop in spans:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found


def _hidden(secret: str, key: bytes) -> str:
    return f"<secret:{hmac.digest(key, secret.strip(chr(34)).encode(), 'sha256').hex()[:16]}>"
