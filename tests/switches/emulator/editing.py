"""Typing in the configuration: what a line does to the tree, or why the switch refuses it."""

from __future__ import annotations

from . import vlans
from .device import Device, Refused
from .dialects import normal_interface
from .grammar import Rule
from .tree import Node

_ALLOWED = ["switchport", "trunk", "allowed", "vlan"]


class Editor:
    """A place in the configuration ``root``: ``path`` are the sections that were entered."""

    def __init__(self, device: Device, root: Node) -> None:
        self.device = device
        self.root = root
        self.path: list[tuple[Rule, Node]] = []

    @property
    def here(self) -> tuple[Rule, Node]:
        return self.path[-1] if self.path else (self.device.grammar, self.root)

    def leave(self) -> bool:
        """Whether there was a section to leave."""
        return bool(self.path) and self.path.pop() is not None

    def type(self, line: str) -> str:
        """What the switch says to it. Raises ``Refused``."""
        words = normal_interface(line.split())
        rule, node = self.here
        if self._matching(rule, words) is None and self.path:
            # A command of the whole configuration leaves the section, as on the switch.
            for depth in range(len(self.path) - 1, -1, -1):
                outer = self.path[depth - 1] if depth else (self.device.grammar, self.root)
                if self._matching(outer[0], words) is not None:
                    del self.path[depth:]
                    return self._do(*outer, words)
        return self._do(rule, node, words)

    def _matching(self, rule: Rule, words: list[str]) -> Rule | None:
        undo = self.device.dialect.undo
        for child in rule.children:
            if child.takes(words, self.device.interfaces):
                return child
        if words and words[0] == undo:
            for child in rule.children:
                if child.undone_by(words[1:], self.device.interfaces):
                    return child
        return self._added(rule, words)

    def _added(self, rule: Rule, words: list[str]) -> Rule | None:
        """``switchport trunk allowed vlan add 12`` and ``remove 12``."""
        if len(words) < 5 or words[:4] != _ALLOWED:
            return None
        plain = [*words[:4], *words[5:]]
        if words[4] in ("add", "remove", "except"):
            return next((one for one in rule.children if one.takes(plain, self.device.interfaces)), None)
        return None

    def _do(self, rule: Rule, node: Node, words: list[str]) -> str:
        undo = self.device.dialect.undo
        found = self._matching(rule, words)
        if found is None or ("both" in found.traits and words[0] != undo):
            raise Refused(self._why(rule, words))
        if words[0] == undo and not found.takes(words, self.device.interfaces):
            return self._undo(found, node, words[1:])
        if words[:4] == _ALLOWED and words[4] in ("add", "remove"):
            return self._add(node, words)
        if words[0] == "interface":
            self._interface(words[1])
        if words[:2] == ["port", "link-type"]:
            self._link_type(node, words[2])
        said = self._vlan_that_is_not_there(found, words)
        line = self._written(found, node, words)
        if self.device.platform == "vrp" and words[0] == "vlan" and found.section:
            self._batch(words[1], gone=False)
        if found.section:
            self.path = [*self.path, (found, node.child(line))]
            return said
        self._replace(found, node, line, words)
        self._no_longer_off(rule, node, words)
        if "default" in found.traits:
            self._take_off(rule, node, [undo, *words])
            for old in [one for one in node.children if one.startswith(found.key(words) + " ")]:
                del node.children[old]
        elif line:
            node.child(line)
        return said

    def _written(self, rule: Rule, node: Node, words: list[str]) -> str:
        """The line as the configuration shows it."""
        if "list" in rule.traits:
            return self._summed(rule, node, words)
        if any(word == "VLANS" for word in rule.words) and not rule.section:
            return self._normal(rule, words)
        return " ".join(words)

    def _replace(self, rule: Rule, node: Node, line: str, words: list[str]) -> None:
        """A new value takes the place of the old."""
        if "many" in rule.traits:
            return
        key = rule.key(words)
        for old in [one for one in node.children if one != line and self._same_key(rule, one, key)]:
            del node.children[old]

    def _no_longer_off(self, rule: Rule, node: Node, words: list[str]) -> None:
        """A line and the line that says its opposite are not both there."""
        undo, typed = self.device.dialect.undo, " ".join(words)
        node.children.pop(f"{undo} {typed}", None)
        if typed.startswith("port hybrid") and 1 in vlans.read(
            " ".join(filter(str.isdigit, words)) or "none"
        ):
            node.children.pop(f"{undo} port hybrid vlan 1", None)
        if words[0] == undo:
            self._take_off(rule, node, words[1:])

    def _take_off(self, rule: Rule, node: Node, words: list[str]) -> None:
        """What a line that says the opposite leaves of the line itself."""
        found = self._matching(rule, words) if words[0] != self.device.dialect.undo else None
        if found is not None and "list" in found.traits:
            self._undo(found, node, words)
        node.children.pop(" ".join(words), None)

    def _same_key(self, rule: Rule, line: str, key: str) -> bool:
        words = line.split()
        return rule.takes(words, self.device.interfaces) and rule.key(words) == key

    def _undo(self, rule: Rule, node: Node, words: list[str]) -> str:
        text = " ".join(words)
        if words[0] == "interface" and any(
            text == f"interface {self.device.dialect.physical.format(n=n)}"
            for n in range(1, self.device.ports + 1)
        ):
            raise Refused(self._marked(self.device.dialect.invalid, words))
        if self.device.platform == "vrp" and words[0] == "vlan" and len(words) == 2:
            self._batch(words[1], gone=True)
        if words[:2] == ["port", "link-type"]:
            self._link_type(node, "hybrid" if self.device.platform == "vrp" else "access")
        if "both" in rule.traits:
            for kind in ("tagged", "untagged"):
                self._subtract(node, ["port", "hybrid", kind, "vlan"], vlans.read(" ".join(words[3:])))
            return ""
        if "list" in rule.traits:
            fixed = rule.words.index("VLANS")
            return self._subtract(node, words[:fixed], vlans.read(" ".join(words[fixed:]) or "all"))
        gone = [
            line
            for line in node.children
            if line == text
            or line.startswith(text + " ")
            or (
                rule.takes(line.split(), self.device.interfaces)
                and not rule.section
                and "many" not in rule.traits
                and (
                    rule.key(line.split()) == rule.key(words) or not rule.takes(words, self.device.interfaces)
                )
            )
        ]
        if rule.section:
            gone = [line for line in gone if line == text]
        for line in gone:
            del node.children[line]
        self._default_off(node, text)
        return ""

    def _default_off(self, node: Node, text: str) -> None:
        """Where the opposite is a line of its own in the configuration, it stands there."""
        opposite = f"{self.device.dialect.undo} {text}"
        _, place = self.here
        if place is node and any(
            child.takes(opposite.split(), self.device.interfaces) for child in self.here[0].children
        ):
            node.child(opposite)

    def _add(self, node: Node, words: list[str]) -> str:
        prefix = " ".join(words[:4])
        now = vlans.read((node.value(prefix) or "all").removeprefix("only "))
        change = vlans.read(words[5])
        new = now | change if words[4] == "add" else now - change
        for line in [one for one in node.children if one.startswith(prefix + " ")]:
            del node.children[line]
        if new != vlans.EVERY:
            only = "only " if self.device.platform == "ruijie" else ""
            node.child(f"{prefix} {only}{vlans.write(self.device.platform, new)}")
        return ""

    def _summed(self, rule: Rule, node: Node, words: list[str]) -> str:
        fixed = rule.words.index("VLANS")
        prefix = " ".join(words[:fixed])
        new = vlans.read(" ".join(words[fixed:])) | vlans.read(node.value(prefix) or "none")
        self._forget(node, prefix)
        if 1 in new:
            node.children.pop(f"{self.device.dialect.undo} {prefix} 1", None)
        told = self._told(prefix, new)
        return f"{prefix} {vlans.write(self.device.platform, told)}" if told else ""

    def _subtract(self, node: Node, fixed: list[str], gone: frozenset[int]) -> str:
        prefix = " ".join(fixed)
        left = vlans.read(node.value(prefix) or "none") - gone
        self._forget(node, prefix)
        if left:
            node.child(f"{prefix} {vlans.write(self.device.platform, left)}")
        if 1 in gone and prefix.startswith("port trunk"):
            # A trunk lets VLAN 1 through unless it says otherwise.
            node.child(f"{self.device.dialect.undo} {prefix} 1")
        return ""

    @staticmethod
    def _forget(node: Node, prefix: str) -> None:
        for line in [one for one in node.children if one.startswith(prefix + " ")]:
            del node.children[line]

    def _told(self, prefix: str, numbers: frozenset[int]) -> frozenset[int]:
        """VRP does not speak of VLAN 1 on a port that lets it through."""
        implied = self.device.platform == "vrp" and prefix.startswith(("port trunk", "port hybrid untagged"))
        return numbers - {1} if implied else numbers

    def _batch(self, number: str, *, gone: bool) -> None:
        """VRP: which VLANs there are stands in one line; a section of its own has only one that says something."""
        prefix = "vlan batch"
        now = vlans.read(self.root.value(prefix) or "none")
        new = now - {int(number)} if gone else now | {int(number)}
        self._forget(self.root, prefix)
        if new:
            line = f"{prefix} {vlans.write(self.device.platform, new)}"
            self.root.children = {line: Node(line), **self.root.children}

    def _normal(self, rule: Rule, words: list[str]) -> str:
        at = rule.words.index("VLANS")
        listed = vlans.write(self.device.platform, vlans.read(" ".join(words[at:])))
        return " ".join([*words[:at], listed])

    def _interface(self, name: str) -> None:
        virtual = self.device.dialect.virtual.format(vlan="")
        if not self.device.has_port(name) and not name.startswith((virtual, "Port-", "Bridge-", "Eth-Trunk")):
            raise Refused(self._marked(self.device.dialect.invalid, ["interface", name]))

    def _link_type(self, node: Node, kind: str) -> None:
        """A port of another kind forgets its VLANs; Huawei's wants them forgotten first."""
        usually = "hybrid" if self.device.platform == "vrp" else "access"
        if (node.value("port link-type") or usually) == kind:
            return
        old = [
            line
            for line in node.children
            if line.removeprefix("undo ").startswith(
                ("port trunk", "port hybrid", "port default", "port access")
            )
        ]
        usual = ("port trunk allow-pass vlan 1", "port hybrid untagged vlan 1")
        if self.device.platform == "vrp" and set(old) - set(usual):
            raise Refused("Error: Please renew the default configurations.")
        for line in old:
            del node.children[line]

    def _vlan_that_is_not_there(self, rule: Rule, words: list[str]) -> str:
        if not {"exists", "creates"} & rule.traits:
            return ""
        number = int(words[-1])
        if number in self._vlans():
            return ""
        if "exists" in rule.traits:
            raise Refused(
                "Error: The VLAN does not exist."
                if self.device.platform == "vrp"
                else " % VLAN does not exist.\nError: VLAN does not exist."
            )
        self.root.child(f"vlan {number}")
        return f"% Access VLAN does not exist. Creating vlan {number}"

    def _vlans(self) -> set[int]:
        found = {1}
        for line in self.root.children:
            for prefix in ("vlan batch ", "vlan "):
                if line.startswith(prefix) and line[len(prefix)].isdigit():
                    found |= vlans.read(line[len(prefix) :])
                    break
        return found

    def _why(self, rule: Rule, words: list[str]) -> str:
        begun = any(child.takes(words, self.device.interfaces, whole=False) for child in rule.children)
        dialect = self.device.dialect
        return self._marked(dialect.incomplete if begun else dialect.invalid, words)

    @staticmethod
    def _marked(text: str, words: list[str]) -> str:
        return text.replace("{blank}", " " * (len(words[0]) if words else 1))
