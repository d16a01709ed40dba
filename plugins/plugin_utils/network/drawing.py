"""The topology as one SVG: from the provider on the left to the rooms on the right, each switch below its uplink.

Left to right, because names are read along lines: the picture grows downwards with the switches and stays as wide as
the chain of uplinks is long. Nothing but shapes and text: no script, no link, no font, no picture from elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from ..facts.shape import clean_text
from ..i18n import Message
from .model import Network, Uplink, Vlan

# Fills and strokes that stay apart in print and for eyes that miss red or green (after Okabe and Ito, 2008).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#3f8fc4", "#7a4fb0", "#5b6b7a")
_MARGIN = 24.0
_BOX = (170.0, 62.0)
_GAP_X = 66.0
_GAP_Y = 26.0
_PILL = (190.0, 26.0)
_PILL_GAP = 6.0
_PILL_X = 30.0
_TITLE = 44.0
_ROW = 24.0
_STYLE = "".join(
    (
        "text{font-family:'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif;fill:#1c2733}",
        ".t{font-size:20px;font-weight:700}.n{font-size:15px;font-weight:700}.s{font-size:12px;fill:#4a5a6a}",
        ".p{font-size:11px;fill:#4a5a6a}.w{font-size:12px;fill:#fff}.b{fill:#fff;stroke:#33475b;stroke-width:1.5}",
        ".l{fill:none;stroke:#33475b;stroke-width:1.8}",
        ".r{fill:none;stroke:#33475b;stroke-width:1.4;stroke-dasharray:6 4}",
    )
)


@dataclass
class _Node:
    """A switch in the tree of uplinks; ``port`` is its end and ``far`` the other of the cable that leads up."""

    name: str
    depth: int
    port: str = ""
    far: str = ""
    children: list[_Node] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0


def topology_svg(network: Network, *, school: str, language: str) -> str:
    """The drawing as text of an SVG file."""
    return _Drawing(network, school, language).text()


def _say(text: str) -> Message:
    return Message("network", text)


class _Drawing:
    def __init__(self, network: Network, school: str, language: str) -> None:
        self.network = network
        self.school = school
        self.language = language
        self.colours = {vlan.id: _COLOURS[index % len(_COLOURS)] for index, vlan in enumerate(network.vlans)}
        self.switches = {switch.name: switch for switch in network.switches}
        self.roots, self.redundant = _trees(network)
        self.vlans_at = _vlans_at(network)
        self.used = _used_ports(network)
        self.nodes: dict[str, _Node] = {}

    def text(self) -> str:
        first = _MARGIN + (2 * (_BOX[0] + _GAP_X) if self.network.firewall else 0.0)
        height = _MARGIN + _TITLE
        for root in self.roots:
            height = self._place(root, first, height)
        middle = self.roots[0].y if self.roots else height
        height = max(height, middle + _BOX[1] + _GAP_Y)
        depth = max((node.depth for node in self.nodes.values()), default=0)
        width = first + (depth + 1) * (_BOX[0] + _GAP_X) - _GAP_X + _PILL_X + _PILL[0] + _MARGIN
        parts = [
            _words(_MARGIN, _MARGIN + 20, "t", f"{self.school} {self._(_say('Network plan'))}".strip(), width)
        ]
        parts += self._provider(middle)
        parts += self._redundant_cables()
        for node in self.nodes.values():
            parts += self._switch(node)
        legend = list(self._legend(height + 10))
        height += 10 + _ROW * (len(self.network.vlans) + 2) + _MARGIN
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" role="img"><title>{_plain(self._(_say("Network plan")))}</title>'
            f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
        )
        return "\n".join((head, *parts, *legend, "</svg>")) + "\n"

    def _(self, message: Message) -> str:
        return message.render(self.language)

    def _place(self, root: _Node, left: float, top: float) -> float:
        """Puts a tree below ``top``, parents in the middle of their children; gives where the next may begin."""
        order: list[_Node] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            order.append(node)
            waiting += reversed(node.children)
        for node in order:
            node.x = left + node.depth * (_BOX[0] + _GAP_X)
            self.nodes[node.name] = node
            # A switch without others below stands in a row of its own, as high as what hangs on it.
            pills = len(self.vlans_at.get(node.name, ()))
            if not node.children:
                node.y = top
                top += max(_BOX[1], pills * (_PILL[1] + _PILL_GAP)) + _GAP_Y
        for node in reversed(order):
            if node.children:
                node.y = (node.children[0].y + node.children[-1].y) / 2
                # What hangs on a switch in the middle of the tree stands below it.
                pills = len(self.vlans_at.get(node.name, ()))
                top = max(top, node.y + _BOX[1] + pills * (_PILL[1] + _PILL_GAP) + _GAP_Y)
        return top

    def _provider(self, y: float) -> Iterator[str]:
        firewall = self.network.firewall
        if firewall is None:
            return
        second = _MARGIN + _BOX[0] + _GAP_X
        yield _box(_MARGIN, y, 30)
        yield _middle(_MARGIN, y + 37, "n", self._(_say("Internet")))
        yield _line(_MARGIN + _BOX[0], y + 31, second, y + 31)
        yield _words(_MARGIN + _BOX[0] + 8, y + 24, "p", " ".join(firewall.outside), _GAP_X - 12)
        yield _box(second, y, 4)
        yield _middle(second, y + 27, "n", self._(_say("Firewall")))
        count = sum(1 for _ in self.network.rules)
        yield _middle(
            second, y + 47, "s", Message("network", "{n} rules", {"n": count}).render(self.language)
        )
        if self.roots:
            yield _line(second + _BOX[0], y + 31, second + _BOX[0] + _GAP_X, y + 31)

    def _switch(self, node: _Node) -> Iterator[str]:
        switch = self.switches[node.name]
        for child in node.children:
            yield _line(node.x + _BOX[0], node.y + 31, child.x, child.y + 31)
            yield _words(child.x - 44, child.y + 24, "p", f"{child.far} → {child.port}", 46)
        yield _box(node.x, node.y, 4)
        yield _middle(node.x, node.y + 24, "n", switch.name)
        yield _middle(node.x, node.y + 40, "s", f"{switch.room} · {switch.address}")
        used = Message(
            "network", "{used} of {n} ports in use", {"used": self.used[node.name], "n": switch.ports}
        )
        yield _middle(node.x, node.y + 55, "p", used.render(self.language))
        for index, (vlan, seats) in enumerate(self.vlans_at.get(node.name, ())):
            step = index * (_PILL[1] + _PILL_GAP)
            if node.children:
                yield self._pill(node.x, node.y + _BOX[1] + _PILL_GAP + step, _BOX[0], vlan, seats)
            else:
                x, y = node.x + _BOX[0] + _PILL_X, node.y + (_BOX[1] - _PILL[1]) / 2 + step
                yield _line(node.x + _BOX[0], node.y + 31, x, y + 13)
                yield self._pill(x, y, _PILL[0], vlan, seats)

    def _pill(self, x: float, y: float, width: float, vlan: Vlan, seats: int) -> str:
        words = Message(
            "network",
            "VLAN {vlan} {name} · {n} PCs",
            {"vlan": vlan.id, "name": " ".join(vlan.rooms) or vlan.name, "n": seats},
        )
        return (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.0f}" height="{_PILL[1]:.0f}" rx="13" '
            f'fill="{self.colours[vlan.id]}"/>'
            + _words(x + 10, y + 17.5, "w", words.render(self.language), width - 20)
        )

    def _redundant_cables(self) -> Iterator[str]:
        """Cables beside the tree: a ring, or a second uplink."""
        for uplink in self.redundant:
            one, other = self.nodes[uplink.near.switch], self.nodes[uplink.far.switch]
            x = max(one.x, other.x) + _BOX[0] + 26
            yield (
                f'<path class="r" d="M{one.x + _BOX[0]:.1f} {one.y + 48:.1f}C{x:.1f} {one.y + 48:.1f} {x:.1f} '
                f'{other.y + 14:.1f} {other.x + _BOX[0]:.1f} {other.y + 14:.1f}"/>'
            )

    def _legend(self, y: float) -> Iterator[str]:
        yield _words(_MARGIN, y + 16, "n", self._(_say("VLANs and subnets")), 600)
        for index, vlan in enumerate(self.network.vlans, start=1):
            line = y + index * _ROW
            nets = " · ".join(str(subnet.network) for subnet in self.network.subnets_of(vlan.id))
            yield (
                f'<rect x="{_MARGIN:.0f}" y="{line + 4:.1f}" width="18" height="16" rx="4" '
                f'fill="{self.colours[vlan.id]}"/>'
            )
            yield _words(_MARGIN + 28, line + 17, "s", f"VLAN {vlan.id} {vlan.name} ({vlan.zone})", 250)
            yield _words(_MARGIN + 290, line + 17, "s", nets, 560)


def _trees(network: Network) -> tuple[list[_Node], list[Uplink]]:
    """The switches as trees, the largest first, and the cables that are in none. The root of a tree has most cables."""
    cables: dict[str, list[Uplink]] = defaultdict(list)
    for uplink in network.uplinks:
        cables[uplink.near.switch].append(uplink)
        cables[uplink.far.switch].append(uplink)
    placed: set[str] = set()
    taken: set[int] = set()
    sized: list[tuple[int, _Node]] = []
    for switch in sorted(network.switches, key=lambda one: -len(cables[one.name])):
        if switch.name in placed:
            continue
        root = _Node(switch.name, 0)
        placed.add(switch.name)
        queue, size = [root], 0
        while size < len(queue):
            node = queue[size]
            size += 1
            for uplink in cables[node.name]:
                near, far = uplink.near, uplink.far
                if near.switch != node.name:
                    near, far = far, near
                if far.switch not in placed:
                    placed.add(far.switch)
                    taken.add(id(uplink))
                    child = _Node(far.switch, node.depth + 1, port=str(far.number), far=str(near.number))
                    node.children.append(child)
                    queue.append(child)
        sized.append((size, root))
    sized.sort(key=lambda one: -one[0])
    return [root for _, root in sized], [one for one in network.uplinks if id(one) not in taken]


def _vlans_at(network: Network) -> dict[str, Sequence[tuple[Vlan, int]]]:
    """VLANs of the computers on each switch, with how many there are."""
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for seat in network.seats:
        if seat.outlet is not None and seat.vlan:
            counts[network.outlet_by_name[seat.outlet].port.switch][seat.vlan] += 1
    return {
        switch: [(network.vlan_by_id[vlan], n) for vlan, n in sorted(found.items())]
        for switch, found in counts.items()
    }


def _used_ports(network: Network) -> dict[str, int]:
    used: dict[str, int] = defaultdict(int)
    for outlet in network.outlets:
        used[outlet.port.switch] += 1
    for uplink in network.uplinks:
        used[uplink.near.switch] += 1
        used[uplink.far.switch] += 1
    return used


def _box(x: float, y: float, radius: float) -> str:
    return f'<rect class="b" x="{x:.1f}" y="{y:.1f}" width="{_BOX[0]:.0f}" height="{_BOX[1]:.0f}" rx="{radius:.0f}"/>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    """Out of a box, up or down half-way, and into the next."""
    half = x1 + (x2 - x1) * 0.3
    return f'<path class="l" d="M{x1:.1f} {y1:.1f}H{half:.1f}V{y2:.1f}H{x2:.1f}"/>'


def _middle(x: float, y: float, style: str, text: str) -> str:
    return _words(x + _BOX[0] / 2, y, style, text, _BOX[0] - 12, anchor="middle")


def _words(  # noqa: PLR0913  # where, how, what
    x: float, y: float, style: str, text: str, width: float, *, anchor: str = "start"
) -> str:
    """Text that is cut where it would leave its place. Widths are about those of a CJK sans-serif."""
    size = {"t": 20, "n": 15, "p": 11}.get(style, 12)
    left, shown = width, ""
    for letter in clean_text(text):
        left -= size * (1.0 if east_asian_width(letter) in "WF" else 0.56)
        if left < 0:
            shown = shown[:-1] + "…"
            break
        shown += letter
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_plain(shown)}</text>'


def _plain(text: str) -> str:
    return escape(clean_text(text))
