"""How each platform talks: prompts, pages, refusals and the words for what a session does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SPEED_NAMES = r"(?:FastEthernet|GigabitEthernet|TenGigabitEthernet|Ten-GigabitEthernet|XGigabitEthernet)"


@dataclass(frozen=True)
class Dialect:
    """``commands``: what is typed → what ``shell`` does. ``{host}`` in prompts is the switch's name.

    ``brackets``: Comware's and VRP's prompts, which say the view in place of a word in brackets.
    """

    name: str
    brackets: bool
    undo: str
    leave: tuple[str, ...]
    end: str
    pager: str
    wipe: str
    indent: str
    separator: str
    closing: str
    comments: tuple[str, ...]
    name_command: str
    interfaces: str
    physical: str
    virtual: str
    invalid: str
    incomplete: str
    shutdown: str
    enable: bool
    commands: Mapping[str, str]


CISCO_MARKER = "{blank}^\n% Invalid input detected at '^' marker.\n"
HUAWEI_MARKER = "{blank}^\nError: Unrecognized command found at '^' position."
COMWARE_MARKER = "{blank}^\n % Unrecognized command found at '^' position."
_CISCO = {
    "terminal length 0": "no_pages",
    "terminal width 511": "wide",
    "terminal width 256": "wide",
    "configure terminal": "configure",
    "show running-config": "running",
    "show startup-config": "startup",
    "write memory": "save",
    "write mem": "save",
    "write": "save",
    "copy running-config startup-config": "save_asking",
    "reload cancel": "reload_cancel",
    "disable": "disable",
}
_BRACKETS = {
    "system-view": "configure",
    "display current-configuration": "running",
    "display saved-configuration": "startup",
}

IOS = Dialect(
    name="ios",
    brackets=False,
    undo="no",
    leave=("exit",),
    end="end",
    pager=" --More-- ",
    wipe="\b" * 10 + " " * 10 + "\b" * 10,
    indent=" ",
    separator="!",
    closing="end\n",
    comments=("!", "Building", "Current", "Using"),
    name_command="hostname",
    interfaces=rf"(?:{_SPEED_NAMES}\d+(?:/\d+){{1,2}}|Vlan\d+|Port-channel\d+|Loopback\d+)",
    physical="GigabitEthernet1/0/{n}",
    virtual="Vlan{vlan}",
    invalid=CISCO_MARKER,
    incomplete="% Incomplete command.\n",
    shutdown="shutdown",
    enable=True,
    commands=_CISCO,
)
RUIJIE = Dialect(
    name="ruijie",
    brackets=False,
    undo="no",
    leave=("exit",),
    end="end",
    pager=" --More-- ",
    wipe="\r" + " " * 10 + "\r",
    indent=" ",
    separator="!",
    closing="end\n",
    comments=("!", "Building", "Current"),
    name_command="hostname",
    interfaces=rf"(?:{_SPEED_NAMES}\d+(?:/\d+){{1,2}}|VLAN\d+|AggregatePort\d+)",
    physical="GigabitEthernet0/{n}",
    virtual="VLAN{vlan}",
    invalid="{blank}^\n% Invalid input detected at '^' marker.\n",
    incomplete="% Incomplete command.\n",
    shutdown="shutdown",
    enable=True,
    commands=_CISCO,
)
EOS = Dialect(
    name="eos",
    brackets=False,
    undo="no",
    leave=("exit",),
    end="end",
    pager=" --More-- ",
    wipe="\x1b[2K\r",
    indent="   ",
    separator="!",
    closing="end",
    comments=("!",),
    name_command="hostname",
    interfaces=r"(?:Ethernet\d+(?:/\d+)*|Vlan\d+|Port-Channel\d+|Loopback\d+|Management\d+)",
    physical="Ethernet{n}",
    virtual="Vlan{vlan}",
    invalid="% Invalid input",
    incomplete="% Incomplete command",
    shutdown="shutdown",
    enable=True,
    commands=_CISCO,
)
COMWARE = Dialect(
    name="comware",
    brackets=True,
    undo="undo",
    leave=("quit",),
    end="return",
    pager="---- More ----",
    wipe="\x1b[16D                \x1b[16D",
    indent=" ",
    separator="#",
    closing="return\n",
    comments=("#",),
    name_command="sysname",
    interfaces=rf"(?:{_SPEED_NAMES}\d+/\d+/\d+|Vlan-interface\d+|Bridge-Aggregation\d+|NULL0|M-GigabitEthernet\d+/\d+/\d+)",
    physical="GigabitEthernet1/0/{n}",
    virtual="Vlan-interface{vlan}",
    invalid=COMWARE_MARKER,
    incomplete="{blank}^\n % Incomplete command found at '^' position.",
    shutdown="shutdown",
    enable=False,
    commands={
        **_BRACKETS,
        "screen-length disable": "no_pages",
        "save force": "save",
        "save": "save_asking",
        "undo scheduler reboot": "reload_cancel",
    },
)
VRP = Dialect(
    name="vrp",
    brackets=True,
    undo="undo",
    leave=("quit",),
    end="return",
    pager="  ---- More ----",
    wipe="\x1b[16D                \x1b[16D",
    indent=" ",
    separator="#",
    closing="return",
    comments=("#", "!"),
    name_command="sysname",
    interfaces=rf"(?:{_SPEED_NAMES}\d+/\d+/\d+|Vlanif\d+|Eth-Trunk\d+|MEth\d+/\d+/\d+|NULL0|LoopBack\d+)",
    physical="GigabitEthernet0/0/{n}",
    virtual="Vlanif{vlan}",
    invalid=HUAWEI_MARKER,
    incomplete="{blank}^\nError:Incomplete command found at '^' position.",
    shutdown="shutdown",
    enable=False,
    commands={
        **_BRACKETS,
        "screen-length 0 temporary": "no_pages",
        "save": "save_asking",
        "undo schedule reboot": "reload_cancel",
    },
)
DIALECTS = {one.name: one for one in (IOS, COMWARE, VRP, RUIJIE, EOS)}


def normal_interface(words: list[str]) -> list[str]:
    """Words of a command in which a blank within an interface's name is taken out, as Ruijie's is written."""
    joined: list[str] = []
    for word in words:
        if (
            joined
            and re.fullmatch(rf"{_SPEED_NAMES}|VLAN|Vlan", joined[-1])
            and re.fullmatch(r"[\d/]+", word)
        ):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
