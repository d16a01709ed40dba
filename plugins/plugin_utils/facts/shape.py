"""Makes values fit ``schema.json``, and checks that they do.

The schema is the only place that knows the fields. It is read once per process into small node objects, for
the part of JSON Schema that it uses; a full validator would cost more to import than the facts of a PC
cost to build. ``fit`` is for what our own parsers made of a PC's words: what does not fit is left out and
noted. ``check`` is for documents that come back from the spool: what does not fit is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from .placeholders import Kind, is_placeholder

MAX_NOTES = 512
MAX_CHARACTERS = 2_000_000
"""Of all strings of one document together: a tenth of it is a machine with 20,000 packages."""

# Unicode controls and surrogates, and the invisible ones that reorder or hide text on a page or terminal.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile("[\t\n\v\f\r\u2028\u2029]+")
_SAFE_PATH_LENGTH = 128


class Misfit(Exception):  # noqa: N818 - never leaves this package
    """A value that the schema does not allow; ``path`` says where."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def clean_text(text: str) -> str:
    """Without control characters; tabs and line ends become one space; stripped."""
    if not text.isprintable():
        text = _UNPRINTABLE.sub("", _SPACES.sub(" ", text))
    return text.strip()


class Notes:
    """The ``unknown`` and ``raw`` parts of a document, and the budget of its strings."""

    def __init__(self) -> None:
        self.unknown: dict[str, dict[str, str | None]] = {}
        self.raw: dict[str, str] = {}
        self.characters_left = MAX_CHARACTERS

    def mark(self, path: str, reason: str, detail: str | None = None) -> None:
        """Note that the value at ``path`` is unknown. The first reason stays.

        Where there are too many notes, the whole half of the document counts as not fully known: too careful
        is better than a null that reads as "there is none".
        """
        if path in self.unknown:
            return
        if len(self.unknown) >= MAX_NOTES - 2 or len(path) > _SAFE_PATH_LENGTH:
            path, reason, detail = path.partition(".")[0], "truncated", None
        self.unknown[path] = {"reason": reason, "detail": clean_text(detail or "")[:256].strip() or None}

    def afford(self, path: str, text: str) -> bool:
        """Take ``text`` from the budget; False where nothing is left of it."""
        self.characters_left -= len(text)
        if self.characters_left < 0:
            self.mark(path.partition(".")[0], "truncated")
        return self.characters_left >= 0

    def keep(self, path: str, text: str) -> None:
        """Keep what the machine said in place of the value at ``path``."""
        if len(self.raw) < MAX_NOTES and len(path) <= _SAFE_PATH_LENGTH and text:
            self.raw[path] = text


class Node(Protocol):
    def fit(self, value: object, path: str, notes: Notes) -> Any: ...

    def check(self, value: object, path: str) -> None: ...


class _Text:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.nullable = "null" in schema["type"]
        self.limit = schema.get("maxLength", 256)
        self.placeholder: Kind | None = schema.get("x-placeholder")
        pattern = schema.get("pattern")
        self.matches: Callable[[str], object] | None = re.compile(pattern).search if pattern else None
        self.choices: frozenset[str | None] | None = frozenset(schema["enum"]) if "enum" in schema else None
        if "const" in schema:
            self.choices = frozenset([schema["const"]])

    def fit(self, value: object, path: str, notes: Notes) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            notes.mark(path, "unreadable")
            return None
        text = clean_text(value)
        if len(text) > self.limit:
            text = text[: self.limit].rstrip()
            notes.mark(path, "truncated")
        return text if text and notes.afford(path, text) and self._means(text, path, notes) else None

    def _means(self, text: str, path: str, notes: Notes) -> bool:
        filler = self.placeholder is not None and is_placeholder(self.placeholder, text)
        if not filler and self._allowed(text):
            return True
        notes.keep(path, text)
        if not filler:
            notes.mark(path, "unreadable")
        return False

    def check(self, value: object, path: str) -> None:
        if value is None and self.nullable:
            return
        if not isinstance(value, str):
            raise Misfit(path, "not a text")
        if not 0 < len(value) <= self.limit:
            raise Misfit(path, "not of an allowed length")
        if not value.isprintable() and _UNPRINTABLE.search(value):
            raise Misfit(path, "has control characters")
        if not self._allowed(value):
            raise Misfit(path, "not an allowed value")

    def _allowed(self, text: str) -> bool:
        if self.choices is not None and text not in self.choices:
            return False
        # "$" also matches before a line end, and JSON Schema's patterns are searched: a clean text has none.
        return self.matches is None or self.matches(text) is not None


class _Number:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.whole = "integer" in schema["type"]
        self.least = schema["minimum"]
        self.most = schema.get("maximum", 2**53)

    def _allowed(self, value: object) -> bool:
        if type(value) is int or (type(value) is float and not self.whole):
            return bool(self.least <= value <= self.most)  # also False for NaN
        return False

    def fit(self, value: object, path: str, notes: Notes) -> int | float | None:
        if value is None:
            return None
        if self._allowed(value):
            assert isinstance(value, int | float)  # noqa: S101 - what _allowed has checked, for the type checker
            return value
        notes.mark(path, "unreadable")
        return None

    def check(self, value: object, path: str) -> None:
        if value is not None and not self._allowed(value):
            raise Misfit(path, "not an allowed number")


class _Flag:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.nullable = "null" in schema["type"]

    def fit(self, value: object, path: str, notes: Notes) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        notes.mark(path, "unreadable")
        return None

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, bool) and not (value is None and self.nullable):
            raise Misfit(path, "not true or false")


class _List:
    def __init__(self, schema: Mapping[str, Any], compile_: Callable[[Mapping[str, Any]], Node]) -> None:
        self.limit: int = schema["maxItems"]
        self.item = compile_(schema["items"])

    def fit(self, value: object, path: str, notes: Notes) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            notes.mark(path, "unreadable")
            return []
        if len(value) > self.limit:
            notes.mark(path, "truncated")
        fitted = []
        for place, item in enumerate(value[: self.limit]):
            fit = self.item.fit(item, f"{path}[{place}]", notes)
            if fit is not None:
                fitted.append(fit)
        return fitted

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, list):
            raise Misfit(path, "not a list")
        if len(value) > self.limit:
            raise Misfit(path, "too long a list")
        for place, item in enumerate(value):
            self.item.check(item, f"{path}[{place}]")


class _Object:
    def __init__(self, schema: Mapping[str, Any], compile_: Callable[[Mapping[str, Any]], Node]) -> None:
        self.nullable = "null" in schema["type"]
        self.fields = {name: compile_(field) for name, field in schema["properties"].items()}
        self._items = [(name, node) for name, node in self.fields.items() if name in schema["required"]]
        self._optional = [
            (name, node) for name, node in self.fields.items() if name not in schema["required"]
        ]
        self._required = frozenset(schema["required"])

    def fit(self, value: object, path: str, notes: Notes) -> dict[str, Any] | None:
        if value is None and self.nullable:
            return None
        if not isinstance(value, Mapping):
            if value is not None:
                notes.mark(path, "unreadable")
            value = {}
        get = value.get
        fitted = {name: node.fit(get(name), f"{path}.{name}", notes) for name, node in self._items}
        for name, node in self._optional:
            if get(name) is not None:
                fitted[name] = node.fit(get(name), f"{path}.{name}", notes)
        return fitted

    def check(self, value: object, path: str) -> None:
        if value is None and self.nullable:
            return
        if not isinstance(value, dict):
            raise Misfit(path, "not an object")
        if not self._required <= value.keys() <= self.fields.keys():
            raise Misfit(path, "does not have exactly the fields of the schema")
        for name, item in value.items():
            self.fields[name].check(item, f"{path}.{name}" if path else name)


class _Map:
    """An object whose keys are paths: ``unknown`` and ``raw``. Only checked; :class:`Notes` builds them."""

    def __init__(self, schema: Mapping[str, Any], compile_: Callable[[Mapping[str, Any]], Node]) -> None:
        self.limit: int = schema["maxProperties"]
        self.key = _Text({"type": "string", **schema["propertyNames"]})
        self.item = compile_(schema["additionalProperties"])

    def fit(self, value: object, path: str, notes: Notes) -> Any:
        raise NotImplementedError

    def check(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise Misfit(path, "not an object")
        if len(value) > self.limit:
            raise Misfit(path, "too many entries")
        for key, item in value.items():
            self.key.check(key, path)
            self.item.check(item, f"{path}[{key}]")


@cache
def document_shape() -> _Object:
    """The compiled schema of a whole document."""
    schema = json.loads(Path(__file__).with_name("schema.json").read_bytes())
    definitions = schema["$defs"]

    def compile_(node: Mapping[str, Any]) -> Node:
        if "$ref" in node:
            node = {**definitions[node["$ref"].rpartition("/")[2]], **node}
        kind = node["type"]
        kind = kind if isinstance(kind, str) else kind[0]
        if kind == "object":
            return _Map(node, compile_) if "propertyNames" in node else _Object(node, compile_)
        if kind == "array":
            return _List(node, compile_)
        if kind == "boolean":
            return _Flag(node)
        return _Number(node) if kind in {"integer", "number"} else _Text(node)

    return _Object(schema, compile_)
