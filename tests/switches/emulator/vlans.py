"""Lists of VLANs as each platform writes them, and what a port carries."""

from __future__ import annotations

from .tree import Node

EVERY = frozenset(range(1, 4095))


def read(text: str) -> frozenset[int]:
    """``1,10-12`` and ``1 10 to 12`` alike; ``all`` and ``none``."""
    if text in ("all", "none"):
        return EVERY if text == "all" else frozenset()
    found: set[int] = set()
    words = text.replace(" to ", "-").replace(",", " ").split()
    for word in words:
        first, _, last = word.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def write(platform: str, numbers: frozenset[int]) -> str:
    """As the platform shows them: IOS has a comma between two neighbours, Comware and VRP write ``10 to 11``."""
    brackets = platform in ("comware", "vrp")
    if numbers == EVERY and platform != "vrp":
        return "all"
    if not numbers:
        return "none"
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if brackets:
        return " ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in runs)
    pair = "," if platform == "ios" else "-"
    return ",".join(f"{a}" if a == b else f"{a}{pair if b == a + 1 else '-'}{b}" for a, b in runs)


def carries(platform: str, port: Node, vlan: int) -> bool:
    """Whether frames of this VLAN pass a port."""
    if platform in ("comware", "vrp"):
        words = {"comware": ("port access vlan", "port trunk permit vlan")}
        access, trunk = words.get(platform, ("port default vlan", "port trunk allow-pass vlan"))
        if port.value("port link-type") == "trunk":
            allowed = read(port.value(trunk) or "") | {1}
            without_1 = any(line.startswith("undo port trunk") for line in port.children)
            return vlan in (allowed - {1} if without_1 else allowed)
        return vlan == int(port.value(access) or 1)
    if port.value("switchport mode") == "trunk":
        allowed_text = port.value("switchport trunk allowed vlan")
        return allowed_text is None or vlan in read(allowed_text.removeprefix("only "))
    return vlan == int(port.value("switchport access vlan") or 1)
