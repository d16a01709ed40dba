"""What kind of thing a device is, from what it answers; the person's word (``lab_device_kind``) goes before."""

from __future__ import annotations

import re

KINDS = ("switch", "router", "firewall", "printer", "projector", "ups", "other")

# sysServices (RFC 3418): 2^(layer-1) for each layer that the device serves.
_LAYER_2, _LAYER_3 = 0x02, 0x04
# LldpSystemCapabilitiesMap (IEEE 802.1AB-2005, LLDP-MIB): bits from the left of the first octet.
_BRIDGE, _ROUTER = 0x20, 0x08

# Only what makers themselves write into sysDescr of a firewall: no MIB says it.
_FIREWALL = re.compile(
    r"firewall|防火墙|fortigate|fortios|pan-os|palo alto networks|adaptive security appliance|sonicwall"
    r"|hillstone|secpath|\busg\d|netscreen|junos.*\bsrx\d|pfsense|opnsense"
)


def network_kind(description: str | None, services: int | None, capabilities: bytes | None) -> str:
    """The kind of a device that is neither printer nor UPS. ``capabilities``: lldpLocSysCapEnabled.

    A switch that also routes is a switch: that is what it was bought as.
    """
    if description and _FIREWALL.search(description[:1000].casefold()):
        return "firewall"
    if capabilities:
        if capabilities[0] & _BRIDGE:
            return "switch"
        if capabilities[0] & _ROUTER:
            return "router"
    if services is not None and services & _LAYER_2:
        return "switch"
    # A host with IP forwarding alone says layer 3 too, together with 4 and 7 (72 is a plain host).
    if services is not None and services & _LAYER_3:
        return "router"
    return "other"
