"""What a PC's logs say of devices that were plugged in, and several logs of one attempt."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts, validate
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.usb_attempts import KEPT, SAME_SECONDS, merge
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.usb_logs import (
    Attempt,
    parse_kernel_log,
    parse_role_log,
    parse_usbguard_log,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.probe.plan import (
    ATTEMPT_LOGS,
    KERNEL_LOG,
    USBGUARD_LOG,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.facts.evidence_samples import linux

LOG = ATTEMPT_LOGS[0]
NOON = 1795435200  # 2026-11-23T12:00:00Z
STICK = Attempt(
    at=NOON,
    action="refused",
    source="role",
    vendor_id="0951",
    product_id="1666",
    serial="001A92053B6A",
    name="Kingston DataTraveler 3.0",
    kind="storage",
    port="1-4.2",
    users=("student",),
)


def line(**fields: Any) -> str:
    record = {
        "v": 1,
        "at": "2026-11-23T12:00:00Z",
        "action": "refused",
        "vendor": "0951",
        "product": "1666",
        "serial": "001A92053B6A",
        "name": "Kingston DataTraveler 3.0",
        "class": "storage",
        "port": "1-4.2",
        "users": ["student"],
        "seat": "seat0",
    }
    return json.dumps({**record, **fields})


def test_a_line_of_the_roles_own_log() -> None:
    assert list(parse_role_log(line() + "\n")) == [STICK]


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        ({"action": "allowed"}, {"action": "allowed"}),
        (
            {"vendor": "", "product": "", "class": "card"},
            {"vendor_id": None, "product_id": None, "kind": "card"},
        ),
        ({"vendor": "0x0951"}, {}),
        ({"vendor": "09515"}, {"vendor_id": None}),
        ({"vendor": 951}, {"vendor_id": None}),
        ({"serial": ""}, {"serial": None}),
        ({"serial": ["x"]}, {"serial": None}),
        ({"class": "spaceship"}, {"kind": None}),
        ({"class": ["storage"]}, {"kind": None}),
        ({"users": []}, {"users": ()}),
        ({"users": "root"}, {"users": None}),
        ({"users": None}, {"users": None}),
        ({"users": ["a", 7, "", "b"]}, {"users": ("a", "b")}),
        ({"at": "2026-11-23T20:00:00+08:00"}, {}),
    ],
)
def test_fields_of_that_log(fields: dict[str, Any], changed: dict[str, Any]) -> None:
    assert list(parse_role_log(line(**fields))) == [replace(STICK, **changed)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        line()[:-9],
        "[" * 100_000,
        "[]",
        '"text"',
        line(at="2026-11-23T12:00:00"),
        line(at="yesterday"),
        line(at=17),
        line(at="1960-01-01T00:00:00Z"),
        line(at="9999-12-31T23:59:59-23:59"),
        line(action="stolen"),
        line(action=["refused"]),
        line(name="x" * 9000),
    ],
)
def test_what_is_no_attempt_is_passed_over(text: str) -> None:
    assert list(parse_role_log(f"{text}\n{line()}\n")) == [STICK]


INSERT = (
    "[1795435200.120] (A) uid=0 pid=7 result='SUCCESS' device.rule='{rule}' "
    "device.system_name='/devices/usb1/1-4' type='{kind}' "
)
VERDICT = (
    "[{at}] (A) uid=0 pid=7 result='SUCCESS' device.system_name='/devices/usb1/1-4' target.new='{target}' "
    "device.rule='block id 0951:1666' target.old='block' type='Policy.Device.Update' "
)
RULE = (
    'block id 0951:1666 serial "001A92053B6A" name "{name}" hash "kE=" parent-hash "EY=" via-port "1-4" '
    'with-interface {interfaces} with-connect-type "hotplug"'
)


def guard(
    *,
    name: str = "DataTraveler 3.0",
    interfaces: str = "08:06:50",
    kind: str = "Device.Insert",
    rule: str = RULE,
) -> str:
    return INSERT.format(rule=rule.format(name=name, interfaces=interfaces), kind=kind)


def verdict(target: str, at: str = "1795435200.140") -> str:
    return VERDICT.format(target=target, at=at)


def test_usbguard_tells_the_device_and_then_what_it_decided() -> None:
    expected = replace(
        STICK, at=1795435200.12, source="usbguard", name="DataTraveler 3.0", port="1-4", users=None
    )
    assert list(parse_usbguard_log(guard())) == [expected]
    assert list(parse_usbguard_log("\n".join((guard(), verdict("block"))))) == [expected]
    allowed = replace(expected, action="allowed")
    assert list(parse_usbguard_log("\n".join((guard(), verdict("allow"))))) == [allowed]
    # A decision hours later was an administrator's, not the answer to the plugging.
    assert list(parse_usbguard_log("\n".join((guard(), verdict("allow", "1795445200.000"))))) == [expected]
    assert len(list(parse_usbguard_log("\n".join((guard(), guard()))))) == 2


@pytest.mark.parametrize(
    ("kind", "interfaces", "target", "told"),
    [
        ("Device.Insert", "08:06:50", "block", "storage"),
        ("Device.Insert", "{ 03:01:01 08:06:50 }", "reject", "keyboard_with_storage"),
        ("Device.Insert", "{ 06:01:01 ff:42:01 }", "block", "phone"),
        ("Device.Insert", "03:01:01", "block", "other"),
        ("Device.Insert", "09:00:00", "block", None),
        ("Device.Insert", "03:01:01", "allow", None),
        ("Device.Insert", "08:06:50", "allow", "storage"),
        ("Device.Present", "08:06:50", "block", "storage"),
        ("Device.Present", "08:06:50", "allow", None),
        ("Device.Remove", "08:06:50", "block", None),
    ],
)
def test_which_devices_usbguard_tells_of(kind: str, interfaces: str, target: str, told: str | None) -> None:
    text = "\n".join((guard(kind=kind, interfaces=interfaces), verdict(target)))
    assert [attempt.kind for attempt in parse_usbguard_log(text)] == ([] if told is None else [told])


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Bob's stick", "Bob's stick"),
        (r"a \"quoted\" \\ name", 'a "quoted" \\ name'),
        (r"\xe7\xba\xa2\xe7\xb1\xb3", "红米"),
        ("红米", "红米"),
        ("' type='Device.Remove' x='", "' type='Device.Remove' x='"),
        (
            '\\" serial \\"FAKE\\" id 1111:2222 with-interface 09:00:00',
            '" serial "FAKE" id 1111:2222 with-interface 09:00:00',
        ),
    ],
)
def test_a_device_may_call_itself_what_it_likes(name: str, read: str) -> None:
    (attempt,) = parse_usbguard_log(guard(name=name))
    assert (attempt.name, attempt.serial, attempt.vendor_id, attempt.kind) == (
        read,
        "001A92053B6A",
        "0951",
        "storage",
    )


KMSG = """6,1,{us},-;usb 1-4.2: New USB device found, idVendor=0951, idProduct=1666, bcdDevice= 1.10
 SUBSYSTEM=usb
 DEVICE=c189:7
6,2,{us},-;usb 1-4.2: New USB device strings: Mfr=1, Product=2, SerialNumber=3
6,3,{us},-;usb 1-4.2: Product: DataTraveler 3.0
6,4,{us},-;usb 1-4.2: Manufacturer: Kingston
6,5,{us},-;usb 1-4.2: SerialNumber: 001A92053B6A
{last}
"""
REFUSED_LINE = "3,6,{us},-;usb 1-4.2: Device is not authorized for usage"
STORAGE_LINE = "6,6,{us},-;usb-storage 1-4.2:1.0: USB Mass Storage device detected"


def kernel(last: str, us: int = 500_000_000) -> str:
    return KMSG.format(us=us, last=last.format(us=us))


def test_the_kernel_tells_what_it_refused_and_what_storage_it_took() -> None:
    refused = replace(STICK, at=NOON + 500, source="kernel", kind=None, users=None)
    assert list(parse_kernel_log(kernel(REFUSED_LINE), NOON)) == [refused]
    taken = replace(refused, action="allowed", kind="storage")
    assert list(parse_kernel_log(kernel(STORAGE_LINE), NOON)) == [taken]
    assert list(parse_kernel_log(kernel(""), NOON)) == []  # a keyboard, a printer: nobody can say
    assert list(parse_kernel_log(kernel(REFUSED_LINE), None)) == []
    # A card reader inside the PC is found at every start; what is refused then is told all the same.
    assert list(parse_kernel_log(kernel(STORAGE_LINE, us=3_000_000), NOON)) == []
    assert len(list(parse_kernel_log(kernel(REFUSED_LINE, us=3_000_000), NOON))) == 1
    assert list(parse_kernel_log(kernel(REFUSED_LINE, us=10**15 * 9), NOON)) == []


def test_the_kernel_escapes_bytes() -> None:
    text = kernel(REFUSED_LINE).replace("DataTraveler 3.0", r"\xe7\xba\xa2\xe7\xb1\xb3")
    assert [attempt.name for attempt in parse_kernel_log(text, NOON)] == ["Kingston 红米"]


def test_several_logs_of_one_attempt_are_one() -> None:
    guarded = replace(STICK, at=NOON - 1.5, source="usbguard", name="DataTraveler", port="1-4.2", users=None)
    seen = replace(STICK, at=NOON - 2, source="kernel", kind=None, users=None, name=None)
    ((attempt, sources),) = merge([STICK, guarded, seen])
    assert (attempt, sources) == (replace(STICK, at=NOON - 2), ("role", "usbguard", "kernel"))
    # What the best log does not say, another does.
    terse = replace(STICK, name=None, kind=None, port=None, users=None)
    ((attempt, _),) = merge([terse, guarded])
    assert (attempt.name, attempt.kind, attempt.users) == ("DataTraveler", "storage", None)


def test_another_device_or_another_time_is_another_attempt() -> None:
    later = replace(STICK, at=STICK.at + SAME_SECONDS + 1)
    other = replace(STICK, serial="OTHER")
    assert {attempt for attempt, _ in merge([later, STICK, other])} == {STICK, other, later}
    assert len(list(merge([STICK, replace(STICK, serial="001a-92053b6a")]))) == 1


ATTEMPTS = st.builds(
    Attempt,
    at=st.integers(NOON, NOON + 60).map(float),
    action=st.sampled_from(["refused", "allowed"]),
    source=st.sampled_from(["role", "usbguard", "kernel"]),
    vendor_id=st.sampled_from(["0951", None]),
    serial=st.sampled_from(["A", "B", None]),
)


@given(st.lists(ATTEMPTS, max_size=30), st.randoms())
def test_merging_loses_nothing_and_does_not_depend_on_the_order(attempts: list[Attempt], random: Any) -> None:
    merged = list(merge(attempts))
    shuffled = attempts.copy()
    random.shuffle(shuffled)
    assert list(merge(shuffled)) == merged
    starts = [(attempt.at, attempt.vendor_id, attempt.serial) for attempt, _ in merged]
    assert starts == sorted(starts, key=lambda start: start[0])
    for attempt in attempts:  # each is told by an attempt that began a few seconds before it at most
        assert any(
            0 <= attempt.at - at <= SAME_SECONDS and (vendor, serial) == (attempt.vendor_id, attempt.serial)
            for at, vendor, serial in starts
        )


@given(st.text(), st.text(), st.text())
def test_any_text_in_the_logs_gives_valid_facts(role: str, audit: str, records: str) -> None:
    texts = {LOG: role, USBGUARD_LOG: audit, KERNEL_LOG: records}
    files = {path: text.encode("utf-8", "replace").decode("latin-1") for path, text in texts.items()}
    validate(build_facts(linux(files=files)))


PIECES = st.lists(
    st.sampled_from(
        [
            line(),
            "\n",
            guard(),
            verdict("block"),
            kernel(REFUSED_LINE),
            "'",
            '"',
            "\\",
            "\x00",
            "{",
            "' type='",
            "é",
            "🖫",
        ]
    )
)


@given(PIECES.map("".join))
def test_any_mixture_of_pieces_gives_valid_facts(text: str) -> None:
    raw = text.encode().decode("latin-1")
    files = {LOG: raw, USBGUARD_LOG: raw, KERNEL_LOG: raw, "/proc/stat": f"btime {NOON}\n"}
    validate(build_facts(linux(files=files)))


def attempts_of(**files: Any) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    facts = build_facts(linux(files=files))
    return facts["state"]["usb_attempts"], facts["unknown"].get("state.usb_attempts")


def test_a_flood_is_cut_to_the_newest_and_said_to_be() -> None:
    text = "\n".join(line(serial=f"S{n:05}") for n in range(KEPT + 50))
    attempts, note = attempts_of(**{LOG: text})
    assert [attempts[0]["serial"], attempts[-1]["serial"], len(attempts)] == ["S00050", "S00249", KEPT]
    assert note == {"reason": "truncated", "detail": None}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({LOG: ""}, None),
        ({LOG: {"error": "too_large", "out": line()}}, "truncated"),
        ({LOG: {"error": "denied"}}, "no_permission"),
        (
            {LOG: {"error": "absent"}, USBGUARD_LOG: {"error": "absent"}, KERNEL_LOG: {"error": "absent"}},
            "no_tool",
        ),
        ({LOG: {"error": "absent"}, USBGUARD_LOG: {"error": "absent"}, KERNEL_LOG: ""}, None),
        ({}, "not_requested"),
    ],
)
def test_whether_it_is_known_that_nothing_was_plugged_in(files: dict[str, Any], reason: str | None) -> None:
    absent = {path: {"error": "absent"} for path in ATTEMPT_LOGS[1:]} if files else {}
    _, note = attempts_of(**{**absent, **files})
    assert (note and note["reason"]) == reason


def test_a_container_does_not_tell_of_the_machine_that_it_runs_on() -> None:
    files = {KERNEL_LOG: kernel(REFUSED_LINE), "/proc/stat": f"btime {NOON}\n"}
    assert len(attempts_of(**files)[0]) == 1
    assert attempts_of(**files, **{"/run/systemd/container": "podman\n"})[0] == []
