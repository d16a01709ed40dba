"""snmpd's ``pass_persist`` protocol (snmpd.conf(5)) over a JSON file of ``[oid, type, value]``: any device's tree."""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from pathlib import Path


def order(oid: str) -> tuple[int, ...]:
    return tuple(int(part) for part in oid.strip(".").split("."))


def main() -> None:
    rows = sorted((order(oid), kind, value) for oid, kind, value in json.loads(Path(sys.argv[1]).read_text()))
    oids = [row[0] for row in rows]
    while command := sys.stdin.readline().strip():
        if command == "PING":
            print("PONG", flush=True)
            continue
        asked = order(sys.stdin.readline().strip())
        place = bisect_right(oids, asked)
        found = rows[place : place + 1]
        if command == "get":
            found = [row for row in rows if row[0] == asked]
        for oid, kind, value in found:
            print("." + ".".join(map(str, oid)), kind, value, sep="\n", flush=True)
        if not found:
            print("NONE", flush=True)


if __name__ == "__main__":
    main()
