"""Freezing a PC: a restart brings the clean system back.

What a PC says of itself (``situation.py``), what is to be done with it and what forbids that (``plan.py``), until when
it is thawed (``window.py``). All pure; the files that do it on the PC are compiled by ``desired/freeze.py``.
"""

from __future__ import annotations

STATE_HOME = "/var/lib/jifang/freeze"
"""On the PC's disk: ``thaw`` (an open window) and ``trial`` (the first frozen start, not yet come up)."""
TOOL = "/usr/local/lib/jifang/freeze"
