"""A device from its variables to its evidence as it is kept."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping

from .asking import ask
from .target import target_of

VARIABLES = (
    *("device", "device_port", "device_kind", "device_seconds"),
    *(
        "snmp_community",
        "snmp_user",
        "snmp_auth_key",
        "snmp_auth_protocol",
        "snmp_priv_key",
        "snmp_priv_protocol",
    ),
    *("ipp_path", "ipp_tls", "pjlink_password", "nut_ups"),
)
"""The host's variables that say how to ask it, without their prefix ``lab_``."""


def read(variables: Mapping[str, str | None]) -> bytes:
    """The compressed evidence of the device. Raises ``Unreachable`` and ``UserError`` as ``asking.ask`` does, and
    ``UserError`` for a variable that cannot be."""
    evidence = ask(target_of(variables))
    text = json.dumps(evidence, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "replace"))
