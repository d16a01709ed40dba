"""Really sending, from within a network namespace: servers that answer, and questions whether one is reached.

    python reaching.py serve tcp/80 udp/53 …   answers a byte for a byte; who asks TCP for a stream gets one
    python reaching.py ask                     JSON comes in: [[protocol, address, port], …]; true or false for each
    python reaching.py stream ADDRESS PORT     prints a dot for each piece that comes, until none comes any more

Standard library alone, no import of the suite: it starts in a moment.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

SECONDS = 1.5


def serve(doors: list[str]) -> None:
    for door in doors:
        protocol, _, port = door.partition("/")
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        server = socket.socket(socket.AF_INET6, kind)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.bind(("::", int(port)))
        threading.Thread(target=_accept if protocol == "tcp" else _echo, args=(server,), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


def _accept(server: socket.socket) -> None:
    server.listen(64)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    with connection:
        try:
            if connection.recv(1) != b"s":
                connection.sendall(b"!")
                return
            while True:
                connection.sendall(b"." * 1000)
                time.sleep(0.05)
        except OSError:
            return


def _echo(server: socket.socket) -> None:
    while True:
        data, address = server.recvfrom(100)
        server.sendto(data, address)


def reached(question: tuple[str, str, int]) -> bool:
    protocol, address, port = question
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as client:
        client.settimeout(SECONDS)
        try:
            client.connect((address, port))
            client.send(b"?")
            return bool(client.recv(1))
        except OSError:
            return False


def stream(address: str, port: int) -> None:
    with socket.create_connection((address, port), timeout=5) as client:
        client.send(b"s")
        with suppress(OSError):
            while client.recv(1000):
                print(".", end="", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2:])
    elif sys.argv[1] == "stream":
        stream(sys.argv[2], int(sys.argv[3]))
    else:
        with ThreadPoolExecutor(64) as pool:
            print(json.dumps(list(pool.map(reached, json.load(sys.stdin)))))
