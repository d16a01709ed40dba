"""USBGuard's policy in its own language (usbguard-rules.conf(5)): what we write, and a check of a school's own lines.

USBGuard decides over a device as a whole, after the kernel let it in (``AuthorizedDefault=keep``): where its daemon
does not run, keyboards work and the udev rules still close storage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..i18n import UserError
from .usb_policy import DEVICE_CLASSES, AllowEntry, UsbPolicy

_ID = r"(?:[0-9A-Fa-f]{4}:(?:[0-9A-Fa-f]{4}|\*)|\*:\*)"
_INTERFACE = r"[0-9A-Fa-f]{2}:(?:\*:\*|[0-9A-Fa-f]{2}:(?:\*|[0-9A-Fa-f]{2}))"
_TEXT = r'"(?:[^"\\\x00-\x1f\x7f]|\\["\\]|\\x[0-9A-Fa-f]{2})*"'
_OPERATOR = r"(?:(?:all-of|one-of|none-of|equals|equals-ordered|match-all) )?"


def _values(value: str) -> str:
    return rf"(?:{value}|{_OPERATOR}\{{ {value}(?: {value})* \}})"


_TEXTS = ("hash", "label", "name", "parent-hash", "serial", "via-port", "with-connect-type")
# The part of the language in which a lab's rules are written: no conditions (if …), one blank between words.
_ATTRIBUTE = re.compile(
    rf" (?P<key>id) {_values(_ID)}|"
    rf" (?P<interface>with-interface) {_values(_INTERFACE)}|"
    rf" (?P<text>{'|'.join(_TEXTS)}) {_values(_TEXT)}"
)
_TARGET = re.compile(r"allow|block|reject")


def check_rules(text: str) -> tuple[str, ...]:
    """The rules of a text, one on each line, without blank lines and comments.

    Raises ``UserError`` naming the line that is no rule. Stricter than ``usbguard-rule-parser``: what passes here is
    read by USBGuard, a condition (``if``) does not pass.
    """
    rules = []
    for number, line in enumerate(text.split("\n"), start=1):
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        if not _is_rule(rule):
            raise UserError(
                "usb",
                'usb_rules, line {number} is no USBGuard rule: "{rule}". Write such as {example}; one blank between '
                "words, no condition (if).",
                number=number,
                rule="".join(sign if sign.isprintable() else "·" for sign in rule)[:80],
                example='allow id 046d:0825 serial "1A2B" with-interface one-of { 0e:*:* }',
            )
        rules.append(rule)
    return tuple(rules)


def _is_rule(rule: str) -> bool:
    target = _TARGET.match(rule)
    if not target:
        return False
    place, seen = target.end(), set()
    while place < len(rule):
        attribute = _ATTRIBUTE.match(rule, place)
        if not attribute:
            return False
        name = attribute["key"] or attribute["interface"] or attribute["text"]
        if name in seen:
            return False
        seen.add(name)
        place = attribute.end()
    return True


def first_rules(policy: UsbPolicy, entries: Sequence[AllowEntry]) -> str:
    """The school's own rules and the allowed sticks: before what was there at enrolment."""
    lines = [
        "# Jifang: the school's own rules, then the allowed sticks of this room.",
        *check_rules(policy.rules),
    ]
    for entry in entries:
        # Only as storage: a keyboard that borrows the serial of a stick is none.
        lines.append(
            f'allow id {entry.vendor}:{entry.product} serial "{entry.serial}" with-interface match-all {{ 08:*:* }}'
        )
    return "\n".join(lines) + "\n"


def last_rules(policy: UsbPolicy) -> str:
    """What is closed, then input devices and hubs, then the classes that the school lets in. The rest is blocked."""
    lines = [
        "# Jifang: closed kinds first, then input devices, hubs and the classes that the school lets in."
    ]
    if policy.closes("usb_storage"):
        lines += ["block with-interface all-of { 03:*:* 08:*:* }", "block with-interface one-of { 08:*:* }"]
    if policy.closes("mtp_ptp"):
        lines.append("block with-interface one-of { 06:*:* ff:42:* }")
    lines += ["allow with-interface one-of { 03:*:* }", "allow with-interface match-all { 09:*:* }"]
    classes = [number for name in policy.classes for number in DEVICE_CLASSES[name]]
    if not policy.closes("usb_storage"):
        classes.append("08")
    if not policy.closes("mtp_ptp"):
        classes += ["06", "ff"]
    if classes:
        lines.append(f"allow with-interface one-of {{ {' '.join(f'{number}:*:*' for number in classes)} }}")
    return "\n".join(lines) + "\n"


DAEMON = """\
# Jifang. The kernel lets every device in and USBGuard takes out what the policy blocks (AuthorizedDefault=keep): a
# daemon that cannot start, for a broken rules file or whatever else, leaves keyboards working.
RuleFolder=/etc/usbguard/rules.d/
ImplicitPolicyTarget=block
PresentDevicePolicy=apply-policy
PresentControllerPolicy=keep
InsertedDevicePolicy=apply-policy
AuthorizedDefault=keep
RestoreControllerDeviceState=false
DeviceManagerBackend=uevent
# Root alone. The distribution's own file lets the group plugdev change what is authorised, and pupils are often in it.
IPCAllowedUsers=root
DeviceRulesWithPort=false
AuditBackend=FileAudit
AuditFilePath=/var/log/usbguard/usbguard-audit.log
HidePII=false
"""
