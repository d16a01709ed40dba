"""Reads or changes one hive file through hivex. Run by the system's Python, where Debian's python3-hivex is.

Standard input is JSON: ``{"file", "ask": [[key, name], …], "lists": [key, …], "put": [[key, name, type, base64], …],
"drop": [[key, name], …], "remove": [key, …]}``; keys are written from the hive's root, with backslashes. The answer:
``{"values": [[type, base64] or null, …], "keys": [true, …], "lists": [{name: [type, base64]} or null, …]}``: what is
there, before anything is changed. With anything to put, drop or remove the file is written in place.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import hivex


class Hive:
    def __init__(self, path: str, write: bool) -> None:
        self.hive = hivex.Hivex(path, write=write)

    def node(self, key: str) -> Any:
        """The key's node, None where there is none. hivex compares names as Windows does: without case."""
        node = self.hive.root()
        for name in key.split("\\"):
            if node is not None:
                node = self.hive.node_get_child(node, name)
        return node

    def made(self, key: str) -> Any:
        node = self.hive.root()
        for name in key.split("\\"):
            child = self.hive.node_get_child(node, name)
            node = self.hive.node_add_child(node, name) if child is None else child
        return node

    def values(self, node: Any) -> dict[str, list[Any]]:
        """Every value of a node by its name."""
        found = {}
        for value in self.hive.node_values(node):
            kind, data = self.hive.value_value(value)
            found[self.hive.value_key(value)] = [kind, base64.b64encode(data).decode()]
        return found

    def value(self, key: str, name: str) -> list[Any] | None:
        node = self.node(key)
        values = {} if node is None else self.values(node)
        return next((value for one, value in values.items() if one.lower() == name.lower()), None)

    def put(self, key: str, name: str, kind: int, data: str) -> None:
        self.hive.node_set_value(self.made(key), {"key": name, "t": kind, "value": base64.b64decode(data)})

    def drop(self, key: str, name: str) -> None:
        node = self.node(key)
        if node is None:
            return
        kept = [
            {"key": one, "t": kind, "value": base64.b64decode(data)}
            for one, (kind, data) in self.values(node).items()
            if one.lower() != name.lower()
        ]
        self.hive.node_set_values(node, kept)

    def remove(self, key: str) -> None:
        node = self.node(key)
        if node is not None:
            self.hive.node_delete_child(node)


def main() -> None:
    errand = json.load(sys.stdin)
    changes = [(verb, one) for verb in ("remove", "drop", "put") for one in errand.get(verb, [])]
    hive = Hive(errand["file"], bool(changes))
    answer = {
        "values": [hive.value(key, name) for key, name in errand.get("ask", [])],
        "keys": [hive.node(key) is not None for key, _ in errand.get("ask", [])],
        "lists": [
            None if hive.node(key) is None else hive.values(hive.node(key)) for key in errand.get("lists", [])
        ],
    }
    for verb, one in changes:
        if verb == "remove":
            hive.remove(one)
        elif verb == "drop":
            hive.drop(*one)
        else:
            hive.put(*one)
    if changes:
        hive.hive.commit(None)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
