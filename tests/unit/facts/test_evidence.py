from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.evidence import Evidence, Reading, unpack
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

EMPTY = {"v": 1, "probe": "linux"}


def packed(document: Any) -> bytes:
    return zlib.compress(json.dumps(document).encode())


@pytest.mark.parametrize("compress", [zlib.compress, gzip.compress])
def test_both_probes_compressions_are_read(compress: Any) -> None:
    document = {**EMPTY, "files": {"/etc/os-release": "ID=debian\n"}}
    evidence = Evidence.decode(compress(json.dumps(document).encode()))
    assert evidence.text("/etc/os-release") == Reading("ID=debian\n")


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "the evidence is cut off; collect facts again"),
        (b"not compressed", "the evidence cannot be unpacked; collect facts again"),
        (packed(EMPTY)[:-6], "the evidence is cut off; collect facts again"),
        (packed(EMPTY)[:-1] + b"\0", "the evidence cannot be unpacked; collect facts again"),
    ],
)
def test_damaged_data_is_refused(blob: bytes, message: str) -> None:
    with pytest.raises(UserError) as raised:
        Evidence.decode(blob)
    assert str(raised.value) == message


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    with pytest.raises(UserError, match="larger than 4 MB when unpacked"):
        Evidence.decode(bomb)
    with pytest.raises(UserError, match="larger than 0 MB"):
        unpack(zlib.compress(bytes(11)), cap=10)
    assert unpack(zlib.compress(bytes(10)), cap=10) == bytes(10)


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe",
        b'"text"',
        b"[]",
        b"{",
        b'{"v": NaN}',
        b'{"v": ' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
)
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(UserError, match="not in the format"):
        Evidence.decode(zlib.compress(text))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"probe": "macos"}, "probe"),
        ({"probe": ["linux"]}, "probe"),
        ({"root": 5}, "root"),
        ({"uid": "0"}, "uid"),
        ({"uid": True}, "uid"),
        ({"files": []}, "files"),
        ({"globs": "x"}, "globs"),
        ({"links": None}, "links"),
        ({"commands": 1}, "commands"),
        ({"native": []}, "native"),
        ({"native": {"permaddr": []}}, "permaddr"),
        ({"native": {"addresses": "x"}}, "addresses"),
        ({"cim": []}, "cim"),
        ({"registry": []}, "registry"),
    ],
)
def test_a_wrong_shape_is_refused_by_name(change: dict[str, Any], where: str) -> None:
    with pytest.raises(UserError) as raised:
        Evidence({**EMPTY, **change})
    assert raised.value.message.fields["where"] == where


@pytest.mark.parametrize("version", [2, None, "1", [1]])
def test_another_version_says_to_update(version: Any) -> None:
    with pytest.raises(UserError, match="update the suite"):
        Evidence({**EMPTY, "v": version})


@pytest.mark.parametrize(
    ("entry", "reading", "reason"),
    [
        ("caf\u00c3\u00a9\n", Reading("café\n"), None),
        ("\u00ff", Reading("\ufffd"), None),
        ({"error": "absent"}, Reading(None, "absent"), None),
        ({"error": "denied"}, Reading(None, "denied"), "no_permission"),
        ({"error": "timeout"}, Reading(None, "timeout"), "timeout"),
        ({"error": "too_large", "out": "ab"}, Reading("ab", "too_large"), "truncated"),
        ({"error": "unreadable", "detail": "EIO"}, Reading(None, "unreadable", "EIO"), "unreadable"),
        ({"error": "a new one"}, Reading(None, "a new one"), "unreadable"),
        ({"error": 5}, Reading(None, "unreadable"), "unreadable"),
        ({}, Reading(None, "unreadable"), "unreadable"),
        (7, Reading(None, "unreadable"), "unreadable"),
        ("\u4e2d", Reading(None, "unreadable", "not bytes"), "unreadable"),
    ],
)
def test_a_file_is_text_or_a_reason(entry: Any, reading: Reading[str], reason: str | None) -> None:
    found = Evidence({**EMPTY, "files": {"/f": entry}}).text("/f")
    assert (found, found.reason) == (reading, reason)


def test_bytes_come_back_as_they_were() -> None:
    every = bytes(range(256))
    evidence = Evidence({**EMPTY, "files": {"/edid": every.decode("latin-1")}})
    assert evidence.data("/edid") == Reading(every)


def test_what_was_not_sent_for_and_what_time_did_not_allow_differ() -> None:
    assert Evidence(EMPTY).text("/f") == Reading(None, "not_requested")
    assert Evidence({**EMPTY, "cut": "files"}).command("who") == Reading(None, "timeout")


@pytest.mark.parametrize(
    ("text", "word", "number"),
    [
        (" ATA  \n", "ATA", None),
        ("12\n", "12", 12),
        ("\n", None, None),
        ("board\0", "board", None),
        ("-1\n", "-1", None),
        ("9" * 21, "9" * 21, None),
        ("\u00e4\u00b8\u00ad\n", "中", None),
    ],
)
def test_short_files(text: str, word: str | None, number: int | None) -> None:
    evidence = Evidence({**EMPTY, "files": {"/f": text}})
    assert (evidence.word("/f"), evidence.number("/f")) == (word, number)


@pytest.mark.parametrize(
    ("entry", "reading"),
    [
        ({"rc": 0, "out": "a"}, Reading("a")),
        ({"rc": 0, "out": "a", "err": "warning"}, Reading("a", None, "warning")),
        ({"rc": 4, "out": "{}", "err": "bad"}, Reading("{}", "failed", "bad")),
        ({"rc": 0, "out": 5}, Reading(None, "unreadable")),
        ({"error": "absent"}, Reading(None, "absent")),
        ({"error": "timeout", "out": "half"}, Reading("half", "timeout")),
        ({"error": "too_large", "out": "x", "rc": -9, "err": "e"}, Reading("x", "too_large", "e")),
    ],
)
def test_a_command_is_its_output_or_a_reason(entry: Any, reading: Reading[str]) -> None:
    assert Evidence({**EMPTY, "commands": {"c": entry}}).command("c") == reading


def test_folders_and_links() -> None:
    evidence = Evidence(
        {
            **EMPTY,
            "globs": {"/a/*": ["x", 5, "y"], "/b/*": {"error": "denied"}, "/c/*": "x"},
            "links": {"/l": "../t", "/m": {"error": "denied"}},
        }
    )
    assert evidence.names("/a/*") == Reading(["x", "y"])
    assert evidence.names("/b/*") == Reading(None, "denied")
    assert evidence.names("/c/*") == Reading(None, "unreadable")
    assert evidence.names("/d/*") == Reading(None, "not_requested")
    assert (evidence.link("/l"), evidence.link("/m"), evidence.link("/n")) == ("../t", None, None)


def test_cim_rows_and_registry() -> None:
    evidence = Evidence(
        {
            "v": 1,
            "probe": "windows",
            "cim": {"Many": [{"A": 1}, "x"], "One": {"A": 1}, "None": {"error": "absent"}, "Odd": 5},
            "registry": {"K": {"N": 1}, "E": {"error": "absent"}, "Odd": 5},
        }
    )
    assert evidence.rows("Many") == Reading([{"A": 1}])
    assert evidence.rows("One") == Reading([{"A": 1}])
    assert evidence.rows("None") == Reading(None, "absent")
    assert evidence.rows("Odd") == Reading(None, "unreadable")
    assert evidence.rows("Never") == Reading(None, "not_requested")
    assert [evidence.registry(key, "N") for key in ("K", "E", "Odd", "Never")] == [1, None, None, None]


def test_every_message_has_a_translation() -> None:
    for document in ({}, {**EMPTY, "files": []}, {**EMPTY, "v": 9}):
        with pytest.raises(UserError) as raised:
            Evidence(document)
        assert raised.value.message.render("zh_CN") != raised.value.message.render("en")
    for blob in (b"", b"x", zlib.compress(bytes(5_000_000))):
        with pytest.raises(UserError) as raised:
            Evidence.decode(blob)
        assert raised.value.message.render("zh_CN") != raised.value.message.render("en")
