"""What holds for every input: no error, the schema's keys, and no value that the machine did not give."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import smbios
from hypothesis import given, settings
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "dmidecode"
TEXTS = {path.stem: path.read_bytes() for path in sorted(FIXTURES.glob("*.txt"))}
MAPPINGS = (
    smbios.system,
    smbios.bios,
    smbios.board,
    smbios.chassis,
    smbios.tpm,
    smbios.cpus,
    smbios.batteries,
    smbios.memory,
)


def facts(text: str | bytes) -> dict[str, Any]:
    table = smbios.parse_dmidecode(text)
    return {mapping.__name__: mapping(table) for mapping in MAPPINGS}


WHOLE = {name: facts(text) for name, text in TEXTS.items()}


def shape(value: Any) -> Any:
    """The keys of a document, with all rows of a list as one."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return "list" if isinstance(value, list) else "scalar"


def assert_schema(found: dict[str, Any]) -> None:
    reference = WHOLE["huawei_lpddr5"]
    json.dumps(found, allow_nan=False)
    assert {k: shape(v) for k, v in found.items() if k != "tpm"} == {
        k: shape(v) for k, v in reference.items() if k != "tpm"
    }
    assert found["tpm"] is None or found["tpm"].keys() == reference["tpm"].keys()
    for rows, model in (
        (found["cpus"], reference["cpus"]),
        (found["batteries"], reference["batteries"]),
        (found["memory"]["arrays"], reference["memory"]["arrays"]),
        (found["memory"]["modules"], reference["memory"]["modules"]),
    ):
        assert all(list(row) == list(model[0]) for row in rows)


@given(st.one_of(st.text(), st.binary()))
def test_any_input(text: str | bytes) -> None:
    assert_schema(facts(text))


LINES = st.sampled_from(sorted({line for text in TEXTS.values() for line in text.splitlines(keepends=True)}))


@given(st.lists(LINES, max_size=120).map(b"".join))
@settings(max_examples=150)
def test_real_lines_in_any_order(text: bytes) -> None:
    assert_schema(facts(text))


@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_damaged_recordings(name: str, chance: random.Random) -> None:
    text = bytearray(TEXTS[name])
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(text))
        match chance.randrange(3):
            case 0:
                text[place] = chance.randrange(256)
            case 1:
                del text[place : place + chance.randrange(1, 200)]
            case _:
                text[place:place] = text[: chance.randrange(200)]
        if not text:
            break
    assert_schema(facts(bytes(text)))


def assert_part_of(part: Any, whole: Any, path: str) -> None:
    """Every value of ``part`` is null or stands at the same place in ``whole``."""
    if isinstance(part, dict):
        for key, value in part.items():
            assert whole is not None, path
            assert_part_of(value, whole[key], f"{path}.{key}")
    elif isinstance(part, list):
        assert len(part) <= len(whole), path
        for place, value in enumerate(part):
            assert_part_of(value, whole[place], f"{path}[{place}]")
    else:
        assert part is None or part == whole, path


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_cut_at_every_line_invents_nothing(name: str) -> None:
    text = TEXTS[name]
    for place, byte in enumerate(text):
        if byte == ord("\n"):
            assert_part_of(facts(text[: place + 1]), WHOLE[name], f"{name}:{place}")


@given(st.sampled_from(sorted(TEXTS)), st.data())
@settings(max_examples=200)
def test_a_cut_anywhere_invents_nothing(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    place = data.draw(st.integers(0, len(text)))
    assert_part_of(facts(text[:place]), WHOLE[name], name)


@given(st.sampled_from(sorted(TEXTS)), st.data())
@settings(max_examples=200)
def test_without_its_head_no_total_is_invented(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    place = data.draw(st.integers(0, len(text)))
    total = facts(text[place:])["memory"]["total_bytes"]
    assert total in {None, WHOLE[name]["memory"]["total_bytes"]}


@given(
    st.sampled_from([n for n in sorted(TEXTS) if b"\n\nHandle" in TEXTS[n]]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_the_order_of_structures_does_not_matter(name: str, chance: random.Random) -> None:
    head, *blocks = TEXTS[name].rstrip(b"\n").split(b"\n\n")
    chance.shuffle(blocks)
    found = facts(b"\n\n".join([head, *blocks]) + b"\n\n")
    whole = WHOLE[name]
    assert found["memory"]["total_bytes"] == whole["memory"]["total_bytes"]
    for key in ("system", "bios", "board", "chassis", "tpm"):
        assert found[key] == whole[key]
    for key in ("cpus", "batteries"):
        assert sorted(map(repr, found[key])) == sorted(map(repr, whole[key]))
    places = [sorted(m["slot"] for m in f["memory"]["modules"]) for f in (found, whole)]
    assert places[0] == places[1]
