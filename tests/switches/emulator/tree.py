"""A configuration as a switch keeps it: lines, some of which hold lines of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Node:
    """``children`` by their whole line, in the order in which they came."""

    line: str
    children: dict[str, Node] = field(default_factory=dict)

    def copy(self) -> Node:
        return Node(self.line, {line: child.copy() for line, child in self.children.items()})

    def child(self, line: str) -> Node:
        return self.children.setdefault(line, Node(line))

    def value(self, prefix: str) -> str | None:
        """What follows ``prefix`` in the child that begins with it."""
        for line in self.children:
            if line == prefix or line.startswith(prefix + " "):
                return line[len(prefix) :].strip()
        return None


def parsed(text: str, comments: tuple[str, ...]) -> Node:
    """The tree of an indented text. A line that is deeper than the one before it belongs to that one."""
    root = Node("")
    open_nodes: list[tuple[int, Node]] = [(-1, root)]
    for raw in text.splitlines():
        line = raw.strip()
        if line == "#":  # Comware indents lines of the whole configuration too: what ends a section is this
            del open_nodes[1:]
        if not line or line.startswith(comments) or line in ("end", "return"):
            continue
        depth = len(raw) - len(raw.lstrip())
        while open_nodes[-1][0] >= depth:
            open_nodes.pop()
        node = open_nodes[-1][1].child(line)
        open_nodes.append((depth, node))
    return root


def rendered(root: Node, indent: str, separator: str, end: str) -> str:
    """The text that a switch shows: each section stands between separators."""
    lines = [separator]
    for node in root.children.values():
        if node.children or node.line.startswith("interface "):
            if lines[-1] != separator:
                lines.append(separator)
            lines.extend([*_lines(node, "", indent), separator])
        else:
            lines.append(node.line)
    return "\n".join([*lines, end])


def _lines(node: Node, lead: str, indent: str) -> Iterator[str]:
    yield lead + node.line
    for child in node.children.values():
        yield from _lines(child, lead + indent, indent)
