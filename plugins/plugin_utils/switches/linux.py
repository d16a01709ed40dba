"""Linux bridges with VLAN filtering, read as a switch with a configuration."""

from __future__ import annotations


def running_config(links: str, vlans: str) -> str:
    """The configuration as text, of the answers to the two commands of ``LINUX_BRIDGE.show_running``."""
    raise NotImplementedError
