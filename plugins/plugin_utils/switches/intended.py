"""The configuration that a switch is meant to have, in its own words."""

from __future__ import annotations

from ..network.model import Network


def intended_config(network: Network, switch_name: str) -> str:
    """Raises ``UserError`` where the switch is not described or has no platform."""
    raise NotImplementedError
