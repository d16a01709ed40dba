"""Claims as hier-config's trees, and what its comparison gives as commands in the order in which they may be typed.

hier-config finds what has to be removed, replaced and added in which section. Its own drivers know nothing of Ruijie,
and of Comware and VRP only how to undo, so what replaces what and how each line is taken back comes from ``grammars``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hier_config.child import HConfigChild
from hier_config.platforms.driver_base import HConfigDriverBase, HConfigDriverRules
from hier_config.root import HConfig

from .claims import Claims, Part
from .lines import Grammar, Line, VlanList
from .platforms import Platform

#: Where a section comes: VLANs before what uses them, uplinks after the ports, what is no longer used at the end, and
#: the name last, for it changes the prompt.
_NEW_VLAN, _ROOT, _PORT, _TRUNK, _GUARD, _OLD_VLAN, _NAME = range(-2, 5)
#: What cuts computers off until the ports are ready for it: switched on after them, and off before.
_GUARDS = frozenset({"snooping", "snooping_vlans", "dhcp", "dot1x_system"})
#: Within a section: what is taken back, what is written, what is opened.
_REMOVE, _WRITE, _OPEN = -1, 0, 1
_DUTY, _UNDOES = "duty", "undoes"


class Driver(HConfigDriverBase):
    """hier-config's view of a platform, made of its grammar."""

    def __init__(self, platform: Platform, grammar: Grammar) -> None:
        super().__init__()
        self._undo = f"{platform.undo} "
        self.grammar = grammar

    @property
    def negation_prefix(self) -> str:
        return self._undo

    def idempotent_for(
        self, config: HConfigChild, other_children: Iterable[HConfigChild]
    ) -> HConfigChild | None:
        duty = config.facts.get(_DUTY)
        if duty is None:
            return None
        return next((one for one in other_children if one.facts.get(_DUTY) == duty), None)

    def swap_negation(self, child: HConfigChild) -> HConfigChild:
        child.facts[_UNDOES] = child.text
        found = self.grammar.kind_of(_section_of(child), child.text)
        undo = found[0].undo if found is not None and isinstance(found[0], Line) else ""
        child.text = undo or f"{self._undo}{child.text}"
        return child

    @staticmethod
    def _instantiate_rules() -> HConfigDriverRules:
        return HConfigDriverRules()


def _section_of(child: HConfigChild) -> str:
    parent = child.parent
    if not isinstance(parent, HConfigChild):
        return "root"
    return "vlan" if parent.text.startswith("vlan ") else "port"


def _tree(driver: Driver, claims: Claims) -> HConfig:
    tree = HConfig(driver)
    _add(tree, claims.root)
    for part in claims.vlans.values():
        _add(tree.add_child(part.header), part)
    for part in claims.ports.values():
        _add(tree.add_child(part.header), part)
    return tree


def _add(node: HConfig | HConfigChild, part: Part) -> None:
    for duty, text in part.lines.items():
        node.add_child(text, return_if_present=True).facts[_DUTY] = duty


class Comparison:
    """From one configuration to the other, both as ``claims.align`` left them."""

    def __init__(self, platform: Platform, grammar: Grammar, before: Claims, after: Claims) -> None:
        self._platform = platform
        self._grammar = grammar
        self._before = before
        self._after = after
        driver = Driver(platform, grammar)
        self._delta = _tree(driver, before).config_to_get_to(_tree(driver, after))
        self._ports = {part.header: key for key, part in after.ports.items()}

    def commands(self) -> list[str]:
        found: list[str] = []
        for child in self._delta.children:
            child.order_weight = self._weight(child)
        for child in sorted(self._delta.children):
            found += self._block(child)
        return found

    def _weight(self, child: HConfigChild) -> int:
        undoes = child.facts.get(_UNDOES, "")
        if undoes.startswith("vlan "):
            return _OLD_VLAN
        if child.text.startswith("vlan "):
            return _NEW_VLAN
        if (key := self._ports.get(child.text)) is not None:
            ends = (self._before.ports[key], self._after.ports[key])
            return _TRUNK if any("trunk" in part.lines for part in ends) else _PORT
        duty = self._duty("root", undoes or child.text)
        if duty in _GUARDS and not undoes:
            return _GUARD
        # VTP decides whether VLANs can be made at all.
        return {"hostname": _NAME, "vtp": _NEW_VLAN - 1}.get(duty, _ROOT)

    def _duty(self, section: str, text: str) -> str:
        """The duty of a line; a list stands in a tree as its duty and the numbers."""
        found = self._grammar.kind_of(section, text)
        return found[0].duty if found is not None else text.partition(" ")[0]

    def _block(self, child: HConfigChild) -> list[str]:
        if (key := self._ports.get(child.text)) is not None:
            inner = self._inner(child.children, "port", self._before.ports[key], self._after.ports[key])
        elif child.text.startswith("vlan "):
            number = int(child.text.split()[1])
            after = self._after.vlans[number]
            inner = self._inner(
                child.children, "vlan", self._before.vlans.get(number, Part(child.text)), after
            )
            return [child.text, *inner, self._platform.leave]
        elif child.facts.get(_UNDOES, "").startswith("vlan "):
            return [child.text]
        else:
            return self._inner([child], "root", self._before.root, self._after.root)
        return [child.text, *inner, self._platform.leave] if inner else []

    def _inner(self, children: Iterable[HConfigChild], section: str, before: Part, after: Part) -> list[str]:
        steps: list[tuple[int, int, str]] = []
        for child in children:
            undoes = child.facts.get(_UNDOES, "")
            duty = self._duty(section, undoes or child.text)
            rank = self._grammar.rank(section, duty) if duty in self._duties(section) else 0
            kind = next((one for one in self._grammar.by_section[section] if one.duty == duty), None)
            if isinstance(kind, VlanList):
                steps += self._list_steps(kind, rank, before, after)
            elif undoes:
                steps.append((_OPEN, rank, child.text) if duty == "closed" else (_REMOVE, -rank, child.text))
            else:
                steps.append((_WRITE, rank, child.text))
        return [text for _, _, text in sorted(steps, key=lambda step: step[:2])]

    def _duties(self, section: str) -> frozenset[str]:
        return frozenset(kind.duty for kind in self._grammar.by_section[section])

    @staticmethod
    def _list_steps(kind: VlanList, rank: int, before: Part, after: Part) -> Iterator[tuple[int, int, str]]:
        old, new = before.vlans(kind.duty), after.vlans(kind.duty)
        removed, added = kind.commands(old, new)
        # Before a port becomes something else its list is as it was at first; after, only what that implies is removed.
        early = old is not None
        for text in removed:
            yield (_REMOVE, -rank, text) if early else (_WRITE, rank, text)
        for text in added:
            yield (_REMOVE, -rank, text) if new is None else (_WRITE, rank, text)
