"""USBGuard's language: our own check is stricter than its parser, never laxer (the VM tests ask the parser itself)."""

from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import usbguard_rules
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import usb_policy
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import given
from hypothesis import strategies as st

STICK = {
    "vendor": "0951",
    "product": "1666",
    "serial": "001A 92&05.3B6A",
    "room": "机房一",
    "until": "2026-12-31",
    "note": "王芳",
}
# As usbguard-rule-parser 1.1.2 judges them.
GOOD = [
    "allow",
    "allow id 1234:5678",
    "allow id 1234:*",
    "allow id *:*",
    "allow id { 1234:5678 abcd:* }",
    "allow id one-of { 1234:5678 }",
    "allow with-interface 03:*:*",
    "allow with-interface 03:01:*",
    "block with-interface all-of { 03:*:* 08:06:50 }",
    'reject serial "a\\"b\\\\c\\x0a" name "" label "x"',
    'allow via-port one-of { "1-1" "1-2" } with-connect-type "hardwired"',
]
BAD = [
    "foo",
    "ALLOW",
    "allow id 1:2",
    "allow id *:5678",
    "allow id 1234:5678 id 1234:5678",
    "allow with-interface 03",
    "allow with-interface 03:*",
    "allow with-interface 03:*:01",
    "allow with-interface { }",
    'allow serial "a" serial "b"',
    'allow serial "a"name "b"',
    'allow serial "a\\qb"',
    'allow serial "a',
    'allow serial{ "a" }',
]


def test_what_the_parser_reads_passes() -> None:
    assert usbguard_rules.check_rules("\n".join(["# a comment", "", *GOOD])) == tuple(GOOD)


@pytest.mark.parametrize("rule", [*BAD, "allow if random", "allow\x07"])
def test_a_broken_rule_is_named_with_its_line(rule: str) -> None:
    with pytest.raises(UserError, match="usb_rules, line 3 is no USBGuard rule"):
        usbguard_rules.check_rules(f"allow\n\n{rule}\nallow")


@given(st.text(max_size=200))
def test_any_text_is_rules_or_a_clear_refusal(text: str) -> None:
    try:
        rules = usbguard_rules.check_rules(text)
    except UserError as error:
        assert "usb_rules, line" in str(error)
    else:
        assert usbguard_rules.check_rules("\n".join(rules)) == rules


def test_the_schools_rules_come_first_then_sticks_as_storage_only() -> None:
    policy = usb_policy({"usb_allow": [STICK], "usb_rules": 'allow id 046d:0825 serial "X1Y2"'})
    assert usbguard_rules.first_rules(policy, policy.allow).splitlines()[1:] == [
        'allow id 046d:0825 serial "X1Y2"',
        'allow id 0951:1666 serial "001A 92&05.3B6A" with-interface match-all { 08:*:* }',
    ]


def test_closed_kinds_are_blocked_before_input_is_allowed() -> None:
    policy = usb_policy({"usb_classes": ["audio", "network"]})
    assert usbguard_rules.last_rules(policy).splitlines()[1:] == [
        "block with-interface all-of { 03:*:* 08:*:* }",
        "block with-interface one-of { 08:*:* }",
        "block with-interface one-of { 06:*:* ff:42:* }",
        "allow with-interface one-of { 03:*:* }",
        "allow with-interface match-all { 09:*:* }",
        "allow with-interface one-of { 01:*:* 02:*:* 0a:*:* e0:*:* }",
    ]


def test_what_is_not_closed_is_allowed() -> None:
    policy = usb_policy({"usb_closed": ["optical"]})
    assert usbguard_rules.last_rules(policy).splitlines()[1:] == [
        "allow with-interface one-of { 03:*:* }",
        "allow with-interface match-all { 09:*:* }",
        "allow with-interface one-of { 08:*:* 06:*:* ff:*:* }",
    ]


def test_our_own_rules_pass_the_check() -> None:
    policy = usb_policy({"usb_allow": [STICK], "usb_classes": ["video"]})
    for text in (usbguard_rules.first_rules(policy, policy.allow), usbguard_rules.last_rules(policy)):
        assert usbguard_rules.check_rules(text)
