"""The tables of the network as pages of the site, each with so many rows as a browser shows at once."""

from __future__ import annotations

from dataclasses import replace

from .model import Network
from .table import Table, tables

ROWS_PER_PAGE = 300


def network_pages(network: Network, language: str) -> list[tuple[str, list[Table]]]:
    """``(file name, tables)`` per page: VLANs first, below the drawing, then seats and ports."""
    seats, vlans, ports = tables(network, language)
    pages: list[list[Table]] = [[]]
    room = ROWS_PER_PAGE
    for table in (vlans, seats, ports):
        rows = table.rows
        while rows:
            if room == 0:
                pages.append([])
                room = ROWS_PER_PAGE
            pages[-1].append(replace(table, rows=rows[:room]))
            rows, room = rows[room:], room - len(rows[:room])
    return [
        (f"network-{number:d}.html" if number > 1 else "network.html", page)
        for number, page in enumerate(pages, start=1)
    ]
