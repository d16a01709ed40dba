"""A small switch of each platform: it takes commands, refuses wrong ones as its platform would, and shows what runs.

Written from the platforms' manuals and of nothing that is tested with it: it knows settings, not lines of a table.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field

ALL = set(range(1, 4095))


class RefusedError(Exception):
    """The platform's answer to a wrong command."""


def numbers(text: str) -> set[int]:
    if text == "all":
        return set(ALL)
    found: set[int] = set()
    for word in re.sub(r" to ", "-", text).replace(",", " ").split():
        first, _, last = word.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def shown(vlans: set[int], separator: str, to: str) -> list[str]:
    """Ranges in order."""
    found: list[list[int]] = []
    for number in sorted(vlans):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    del separator
    return [str(a) if a == b else f"{a}{to}{b}" for a, b in found]


@dataclass
class Section:
    header: str
    lines: list[str] = field(default_factory=list)
    trunk: set[int] | None = None
    untagged: set[int] | None = None
    tagged: set[int] | None = None

    def value(self, prefix: str) -> str | None:
        return next((one[len(prefix) + 1 :] for one in self.lines if one.startswith(f"{prefix} ")), None)

    def drop(self, prefix: str) -> bool:
        before = len(self.lines)
        self.lines = [one for one in self.lines if one != prefix and not one.startswith(f"{prefix} ")]
        return len(self.lines) != before


class CommandLine:
    """What all have in common: sections, and single settings that replace each other."""

    undo = "no"
    leave = "exit"
    single: tuple[str, ...] = ()
    vlan_words = re.compile(r"vlan (\d[\d,-]*)")

    def __init__(self, text: str) -> None:
        self.root = Section("")
        self.sections: dict[str, Section] = {}
        self.here = self.root
        section: Section | None = None
        for line in text.splitlines():
            if line[:1] in ("!", "#") or not line.strip():
                section = None
            elif line[0] != " " or section is None:
                section = self._open(line.strip())
            else:
                self._load(section, line.strip())
        self.loaded()
        self.here = self.root

    def _open(self, header: str) -> Section | None:
        match = self.vlan_words.fullmatch(header)
        if match:
            for number in sorted(numbers(match[1])):
                section = self.sections.setdefault(f"vlan {number}", Section(f"vlan {number}"))
            return section
        if header.startswith("interface "):
            return self.sections.setdefault(header, Section(header))
        if re.match(
            r"(?:line|user-interface|aaa|radius|crypto|banner| ?header|local-user|radius-server template)",
            header,
        ):
            return self.sections.setdefault(header, Section(header))
        self.root.lines.append(header)
        return None

    def _load(self, section: Section, line: str) -> None:
        if not self.list_command(section, line):
            section.lines.append(line)

    def loaded(self) -> None:
        """After everything was read: what goes without saying."""

    def vlans(self) -> set[int]:
        return {int(name.split()[1]) for name in self.sections if name.startswith("vlan ")} | {1}

    def ports(self) -> list[Section]:
        return [one for one in self.sections.values() if one.header.startswith("interface ")]

    def run(self, command: str) -> None:
        if command == self.leave:
            if self.here is self.root:
                raise RefusedError(f"{command} at the top")
            self.here = self.root
        elif match := re.fullmatch(rf"(?:{self.undo} )?vlan (\d+)", command):
            self._vlan(int(match[1]), command.startswith(self.undo))
        elif command.startswith("interface "):
            if command not in self.sections:
                raise RefusedError(f"no {command}")
            self.here = self.sections[command]
        else:
            self.setting(self.here, command)

    def _vlan(self, number: int, removed: bool) -> None:
        if self.here is not self.root:
            raise RefusedError("in a section")
        name = f"vlan {number}"
        if not removed:
            self.here = self.sections.setdefault(name, Section(name))
        elif name not in self.sections:
            raise RefusedError(f"no VLAN {number}")
        elif users := [port.header for port in self.ports() if number in self.used(port)]:
            raise RefusedError(f"VLAN {number} is used by {users}")
        else:
            del self.sections[name]

    def used(self, port: Section) -> set[int]:
        found: set[int] = set()
        for line in port.lines:
            if "vlan " in line and (match := re.search(r"vlan (\d+)", line)):
                found.add(int(match[1]))
        for vlans in (port.trunk, port.untagged, port.tagged):
            if vlans is not None and vlans != ALL:
                found |= vlans
        return found - {1}

    def needs(self, number: str) -> None:
        if int(number) not in self.vlans():
            raise RefusedError(f"VLAN {number} does not exist")

    def setting(self, section: Section, command: str) -> None:
        self.check(section, command)
        if self.list_command(section, command):
            return
        if command.startswith(f"{self.undo} "):
            self.unset(section, command.removeprefix(f"{self.undo} "))
            return
        prefix = next((one for one in self.single if command.startswith(f"{one} ")), None)
        if prefix is not None:
            section.drop(prefix)
        if command not in section.lines:
            section.lines.append(command)
        self.hide(section)

    def unset(self, section: Section, what: str) -> None:
        section.drop(what)

    def check(self, _section: Section, command: str) -> None:
        if match := re.search(r"(?:access|default|native|voice|phone|pvid) vlan (\d+)$", command):
            self.needs(match[1])

    def hide(self, section: Section) -> None:
        """Takes away what the platform does not show."""

    def list_command(self, section: Section, command: str) -> bool:
        raise NotImplementedError

    def list_lines(self, section: Section) -> list[str]:
        raise NotImplementedError

    def text(self) -> str:
        mark = "#" if self.undo == "undo" else "!"
        lines = list(self.root.lines)
        for section in self.sections.values():
            lines += [mark, section.header]
            lines += [f" {one}" for one in (*section.lines, *self.list_lines(section))]
        return "\n".join((*lines, mark, ""))


class Cisco(CommandLine):
    single = (
        "description",
        "hostname",
        "name",
        "switchport mode",
        "switchport access vlan",
        "switchport trunk native vlan",
        "switchport voice vlan",
        "switchport phone vlan",
        "switchport port-security maximum",
        "switchport port-security mac-address maximum",
        "switchport port-security violation",
        "storm-control broadcast level",
        "authentication host-mode",
        "authentication port-control",
        "dot1x pae",
        "dot1x port-control",
        "power inline",
        "vtp mode",
    )
    hidden: tuple[str, ...] = ("power inline auto", "switchport access vlan 1", "no shutdown")
    only = ""
    _ALLOWED = "switchport trunk allowed vlan"

    def unset(self, section: Section, what: str) -> None:
        if what == "switchport port-security":
            section.lines = [one for one in section.lines if one != what]
        elif what == "poe disabled" or not section.drop(what):
            section.drop(what)

    def check(self, section: Section, command: str) -> None:
        super().check(section, command)
        mode = section.value("switchport mode")
        secured = "switchport port-security" in section.lines
        if command == "switchport port-security" and mode != "access" and self.needs_mode:
            raise RefusedError("Command rejected: dynamic port")
        if command == "switchport mode trunk" and secured and self.needs_mode:
            raise RefusedError("Command rejected: port security is on")

    needs_mode = True

    def hide(self, section: Section) -> None:
        section.lines = [one for one in section.lines if one not in self.hidden]

    def list_command(self, section: Section, command: str) -> bool:
        if match := re.fullmatch(r"(no )?ip dhcp snooping vlan ([\d,-]+)", command):
            now = numbers(self.root.value("ip dhcp snooping vlan") or "")
            now = now - numbers(match[2]) if match[1] else now | numbers(match[2])
            self.root.drop("ip dhcp snooping vlan")
            if now:
                self.root.lines.append(f"ip dhcp snooping vlan {','.join(shown(now, ',', '-'))}")
            return True
        if command == f"no {self._ALLOWED}":
            section.trunk = None
            return True
        match = re.fullmatch(rf"{self._ALLOWED} (?:(add|remove|only) )?(none|all|[\d,-]+)", command)
        if not match:
            return False
        given = set() if match[2] == "none" else numbers(match[2])
        if match[1] == "add":
            section.trunk = (section.trunk or set()) | given
        elif match[1] == "remove":
            section.trunk = (set(ALL) if section.trunk is None else section.trunk) - given
        else:
            section.trunk = given
        return True

    def list_lines(self, section: Section) -> list[str]:
        if section.trunk is None:
            return []
        parts = shown(section.trunk, ",", "-") or ["none"]
        # IOS breaks a long list; four at a time show it sooner.
        first, rest = parts[:4], [parts[start : start + 4] for start in range(4, len(parts), 4)]
        lines = [f"{self._ALLOWED} {self.only}{','.join(first)}"]
        return lines + [f"{self._ALLOWED} add {','.join(more)}" for more in rest]


class Ruijie(Cisco):
    vlan_words = re.compile(r"vlan (?:range )?(\d[\d,-]*)")
    hidden = ("switchport mode access", "switchport access vlan 1")
    only = "only "
    needs_mode = False


class Eos(Cisco):
    hidden = ("switchport mode access", "switchport access vlan 1")
    needs_mode = False


class Undo(CommandLine):
    undo = "undo"
    leave = "quit"
    access = ""
    permit = ""
    tagged = ""
    untagged = ""
    shows_one = True
    single = (
        "description",
        "sysname",
        "name",
        "broadcast-suppression",
        "port link-type",
        "port trunk pvid vlan",
    )
    single += ("port hybrid pvid vlan", "port access vlan", "port default vlan", "mac-address max-mac-count")
    single += ("port-security max-mac-num", "voice-vlan")
    default_type = "access"
    default_on: tuple[str, ...] = ("voice-vlan mode auto",)

    def kind(self, section: Section) -> str:
        return section.value("port link-type") or self.default_type

    def loaded(self) -> None:
        for port in self.ports():
            self._fill(port)

    def _fill(self, port: Section) -> None:
        if self.kind(port) == "trunk" and port.trunk is None:
            port.trunk = {1}
        if self.kind(port) == "hybrid":
            port.untagged = {1} if port.untagged is None else port.untagged
            port.tagged = port.tagged or set()

    def check(self, section: Section, command: str) -> None:
        super().check(section, command)
        words = command.removeprefix("undo ")
        for prefix, kind in ((self.access, "access"), ("port trunk ", "trunk"), ("port hybrid ", "hybrid")):
            if words.startswith(prefix) and self.kind(section) != kind:
                raise RefusedError(f"Error: {command} on a port of {self.kind(section)}")
        if words.startswith("port link-type"):
            changed = [
                one
                for one in section.lines
                if one.startswith(("port trunk pvid", "port hybrid pvid", self.access))
            ]
            if (
                changed
                or section.trunk not in (None, {1})
                or section.tagged
                or section.untagged not in (None, {1})
            ):
                raise RefusedError("Error: Please renew the default configurations.")

    def setting(self, section: Section, command: str) -> None:
        before = self.kind(section)
        super().setting(section, command)
        section.drop(f"port link-type {self.default_type}")
        if self.kind(section) != before:
            section.trunk = section.tagged = section.untagged = None
            self._fill(section)

    def unset(self, section: Section, what: str) -> None:
        if what == "voice-vlan enable":
            section.drop("voice-vlan")
        elif what in self.default_on:
            section.drop(f"undo {what}")
            section.lines.append(f"undo {what}")
        else:
            section.drop(what)

    def hide(self, section: Section) -> None:
        for one in self.default_on:
            if one in section.lines:
                section.drop(one)
                section.drop(f"undo {one}")

    def list_command(self, section: Section, command: str) -> bool:
        for pattern, name in ((self.permit, "trunk"), (self.untagged, "untagged"), (self.tagged, "tagged")):
            if match := re.fullmatch(pattern.format(r"(all|[\d to]+)"), command):
                given = numbers(match[1])
                if len(match[1].replace(" to ", "-").split()) > 10:
                    raise RefusedError("Error: Too many parameters")
                now = getattr(section, name)
                setattr(section, name, (({1} if name != "tagged" else set()) if now is None else now) | given)
                if name != "trunk":
                    other = "tagged" if name == "untagged" else "untagged"
                    setattr(section, other, (getattr(section, other) or set()) - given)
                return True
        if match := re.fullmatch(rf"undo {self.permit}".format(r"([\d to]+)"), command):
            section.trunk = ({1} if section.trunk is None else section.trunk) - numbers(match[1])
            return True
        if match := re.fullmatch(r"undo port hybrid vlan ([\d to]+)", command):
            section.untagged = ({1} if section.untagged is None else section.untagged) - numbers(match[1])
            section.tagged = (section.tagged or set()) - numbers(match[1])
            return True
        return False

    def list_lines(self, section: Section) -> list[str]:
        lines = []
        for vlans, pattern, undone in (
            (section.trunk, self.permit, f"undo {self.permit}"),
            (section.untagged, self.untagged, "undo port hybrid vlan {}"),
            (section.tagged, self.tagged, ""),
        ):
            if vlans is None:
                continue
            if undone and 1 not in vlans:
                lines.append(undone.format("1"))
            parts = shown(vlans if self.shows_one or not undone else vlans - {1}, " ", " to ")
            lines += [pattern.format(" ".join(parts[at : at + 10])) for at in range(0, len(parts), 10)]
        return lines


class Comware(Undo):
    vlan_words = re.compile(r"vlan (\d[\d to]*)")
    access = "port access vlan"
    permit = "port trunk permit vlan {}"
    tagged = "port hybrid vlan {} tagged"
    untagged = "port hybrid vlan {} untagged"


class Vrp(Undo):
    """An older one: ports are hybrid and do not say so."""

    vlan_words = re.compile(r"vlan (?:batch )?(\d[\d to]*)")
    access = "port default vlan"
    permit = "port trunk allow-pass vlan {}"
    tagged = "port hybrid tagged vlan {}"
    untagged = "port hybrid untagged vlan {}"
    shows_one = False
    default_type = "hybrid"
    default_on = ("poe enable",)

    def list_lines(self, section: Section) -> list[str]:
        return super().list_lines(section) if section.header.startswith("interface ") else []


class LinuxBridge:
    """Takes the commands of the shell and answers as iproute2 does."""

    def __init__(self, links: str, vlans: str) -> None:
        self.links = {one["ifname"]: one for one in json.loads(links)}
        self.rows = {one["ifname"]: {} for one in json.loads(vlans)}
        for one in json.loads(vlans):
            for row in one["vlans"]:
                for number in range(row["vlan"], row.get("vlanEnd", row["vlan"]) + 1):
                    self.rows[one["ifname"]][number] = row.get("flags", [])

    def run(self, command: str) -> None:
        words = shlex.split(command)
        port = words[words.index("dev") + 1]
        link = self.links[port]
        if words[:3] == ["ip", "link", "set"]:
            if words[5] == "alias":
                link["ifalias"] = words[6]
            elif words[5] == "up":
                link["flags"] = [*link["flags"], "UP"]
            else:
                link["flags"] = [one for one in link["flags"] if one != "UP"]
        elif words[:3] == ["bridge", "link", "set"]:
            link["linkinfo"]["info_slave_data"]["guard"] = words[6] == "on"
        elif words[:2] == ["bridge", "vlan"]:
            self._vlan(port, words[2], words[6], words[7:])
        else:
            raise RefusedError(command)

    def _vlan(self, port: str, verb: str, vid: str, flags: list[str]) -> None:
        rows = self.rows.setdefault(port, {})
        for number in numbers(vid):
            if verb == "del":
                if number not in rows:
                    raise RefusedError("RTNETLINK answers: No such file or directory")
                del rows[number]
                continue
            if "pvid" in flags:
                for other in rows:
                    rows[other] = [one for one in rows[other] if one != "PVID"]
            said = {"pvid": "PVID", "untagged": "Egress Untagged"}
            rows[number] = [word for flag, word in said.items() if flag in flags]

    def answers(self) -> tuple[str, str]:
        vlans = [
            {"ifname": port, "vlans": [{"vlan": number, "flags": flags} for number, flags in rows.items()]}
            for port, rows in self.rows.items()
        ]
        return json.dumps(list(self.links.values())), json.dumps(vlans)


SWITCHES: dict[str, type[CommandLine]] = {
    "ios": Cisco,
    "ruijie": Ruijie,
    "eos": Eos,
    "comware": Comware,
    "vrp": Vrp,
}
