"""What the families of switches call things: prompts, errors, and the words for saving and for undoing in time.

Data only. Sources are the makers' command references: Cisco IOS 15 (Catalyst 2960/9200), H3C Comware 7 (S5130), Huawei
VRP 5 (S5700), Ruijie RGOS 11/12 (RG-S2900/S5300), Arista EOS 4, iproute2 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """A question that a command asks, and what is typed to it."""

    question: re.Pattern[str]
    answer: str


@dataclass(frozen=True, slots=True)
class TimedRollback:
    """How a switch finds back by itself, whatever becomes of the session.

    ``means``: ``reload`` (it starts again with what was saved), ``session`` (what was committed is taken back unless
    committed again) or ``rescue`` (a timer on the switch that runs a file). ``start`` may hold ``{minutes}``, for
    ``rescue`` also ``{undo}``: a file on the switch with the commands of the rollback. ``confirm`` ends the waiting.
    ``reload`` and ``rescue`` are started before the first change, ``session`` after the last, in place of
    ``leave_config``.
    """

    means: str
    start: tuple[str, ...]
    confirm: tuple[str, ...]
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Platform:
    """``netmiko``: its name there. ``prompt`` matches a whole last line, ``in_config`` one while configuring.

    ``pager`` is answered with a space. ``errors`` are searched for in each answer. ``interface`` is the name of port
    ``{n}`` where the description of a switch has none of its own. ``undo`` begins a command that takes another back,
    ``leave`` ends a section. ``facts``: the commands whose answers ``states.read_state`` reads, by what they are about.
    """

    name: str
    netmiko: str
    prompt: re.Pattern[str]
    in_config: re.Pattern[str]
    pager: re.Pattern[str]
    errors: tuple[re.Pattern[str], ...]
    no_paging: tuple[str, ...]
    show_running: tuple[str, ...]
    enter_config: tuple[str, ...]
    leave_config: tuple[str, ...]
    save: tuple[str, ...]
    rollback: TimedRollback
    interface: str
    undo: str
    leave: str
    save_answers: tuple[Answer, ...] = ()
    #: Whether a trunk lets VLAN 1 through by itself; elsewhere a new trunk lets everything through.
    trunk_has_vlan_1: bool = False
    #: Characters of a description beyond printing ASCII: refused where a switch has no certain encoding for them.
    unicode_descriptions: bool = False
    description_characters: int = 80
    #: Duties of a port, as ``network.model.Duties`` calls them, that it does not have.
    lacks: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)


def _any(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.MULTILINE) for pattern in patterns)


#: The name in a prompt. It is bounded: a prompt is searched for at the end of whatever a switch sends.
_NAME = r"[\w.-]{1,64}"
#: The same with the view after it, as Comware and VRP show it: ``H3C-GigabitEthernet1/0/1``.
_VIEW = r"[\w./:-]{1,128}"
_MORE = re.compile(r"(?:<?-{2,6}\s*\(?[Mm]ore.{0,60}|\(END\)\s*)$|^:$")
_YES = re.compile(r"\[(?:Y/N|y/n|yes/no)\][:?]?\s*$", re.IGNORECASE)
_CONFIRM = re.compile(r"\[confirm\]\s*$")

_CISCO_ERRORS = _any(
    r"^\s*% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Bad|Unrecognized|Unavailable|Error|Access denied|Cannot)",
    r"^\s*%\s*\S.*\bnot (?:allowed|supported|permitted)\b",
    r"^Command rejected",
    r"^%? ?Command authorization failed",
)
_UNDO_ERRORS = _any(
    r"^\s*% ?(?:Unrecognized|Incomplete|Ambiguous|Wrong|Too many|Invalid)",
    r"^\s*Error ?:",
    r"^Permission denied",
)

IOS = Platform(
    name="ios",
    netmiko="cisco_ios",
    prompt=re.compile(rf"^{_NAME}(?:\(config[^)\s]{{0,40}}\))?[>#]\s?$"),
    in_config=re.compile(rf"^{_NAME}\(config[^)\s]{{0,40}}\)#\s?$"),
    pager=_MORE,
    errors=_CISCO_ERRORS,
    no_paging=("terminal length 0", "terminal width 511"),
    show_running=("show running-config",),
    enter_config=("configure terminal",),
    leave_config=("end",),
    save=("copy running-config startup-config",),
    save_answers=(Answer(re.compile(r"Destination filename \[startup-config\]\?\s*$"), ""),),
    rollback=TimedRollback(
        means="reload",
        start=("reload in {minutes}",),
        confirm=("reload cancel",),
        answers=(
            Answer(re.compile(r"Save\? \[yes/no\]:\s*$"), "no"),
            Answer(_CONFIRM, ""),
        ),
    ),
    interface="GigabitEthernet1/0/{n}",
    undo="no",
    leave="exit",
    facts={
        "version": "show version",
        "interfaces": "show interfaces",
        "cpu": "show processes cpu | include CPU utilization",
        "environment": "show environment all",
        "lldp": "show lldp neighbors detail",
        "macs": "show mac address-table",
        "unsaved": "show startup-config",
    },
)

COMWARE = Platform(
    name="comware",
    netmiko="hp_comware",
    prompt=re.compile(rf"^(?:<{_NAME}>|\[[*~]?{_VIEW}\])\s?$"),
    in_config=re.compile(rf"^\[[*~]?{_VIEW}\]\s?$"),
    pager=_MORE,
    errors=_UNDO_ERRORS,
    no_paging=("screen-length disable",),
    show_running=("display current-configuration",),
    enter_config=("system-view",),
    leave_config=("return",),
    save=("save force",),
    rollback=TimedRollback(
        means="reload",
        start=("scheduler reboot delay {minutes}",),
        confirm=("undo scheduler reboot",),
        answers=(Answer(_YES, "y"),),
    ),
    interface="GigabitEthernet1/0/{n}",
    undo="undo",
    leave="quit",
    trunk_has_vlan_1=True,
    facts={
        "version": "display version",
        "interfaces": "display interface",
        "cpu": "display cpu-usage",
        "environment": "display environment",
        "fans": "display fan",
        "power": "display power",
        "lldp": "display lldp neighbor-information verbose",
        "macs": "display mac-address",
        "unsaved": "display saved-configuration",
    },
)

VRP = Platform(
    name="vrp",
    netmiko="huawei",
    prompt=COMWARE.prompt,
    in_config=COMWARE.in_config,
    pager=_MORE,
    errors=_UNDO_ERRORS,
    no_paging=("screen-length 0 temporary",),
    show_running=("display current-configuration",),
    enter_config=("system-view",),
    leave_config=("return",),
    save=("save",),
    save_answers=(Answer(_YES, "y"),),
    rollback=TimedRollback(
        means="reload",
        # In hours and minutes: VRP takes up to 720 of them only in this form on all of its versions.
        start=("schedule reboot delay {minutes}",),
        confirm=("undo schedule reboot",),
        answers=(
            Answer(re.compile(r"save.{0,40}configuration.{0,80}\[Y/N\][:?]?\s*$", re.IGNORECASE), "n"),
            Answer(_YES, "y"),
        ),
    ),
    interface="GigabitEthernet0/0/{n}",
    undo="undo",
    leave="quit",
    trunk_has_vlan_1=True,
    facts={
        "version": "display version",
        "interfaces": "display interface",
        "cpu": "display cpu-usage",
        "temperature": "display temperature all",
        "fans": "display fan",
        "power": "display power",
        "lldp": "display lldp neighbor",
        "macs": "display mac-address",
        "unsaved": "display saved-configuration",
    },
)

RUIJIE = Platform(
    name="ruijie",
    netmiko="ruijie_os",
    prompt=IOS.prompt,
    in_config=IOS.in_config,
    pager=_MORE,
    errors=_CISCO_ERRORS,
    no_paging=("terminal length 0", "terminal width 256"),
    show_running=("show running-config",),
    enter_config=("configure terminal",),
    leave_config=("end",),
    save=("write",),
    rollback=TimedRollback(
        means="reload",
        start=("reload in {minutes}",),
        confirm=("reload cancel",),
        answers=(
            Answer(re.compile(r"[Ss]ave.{0,60}\[(?:yes/no|y/n|Y/N)\][:?]?\s*$"), "no"),
            Answer(re.compile(r"reload\? \[no\]\s*$"), "y"),
            Answer(_YES, "y"),
            Answer(_CONFIRM, ""),
        ),
    ),
    interface="GigabitEthernet 0/{n}",
    undo="no",
    leave="exit",
    # A telephone before a computer needs a port of another kind there, with a single VLAN for all telephones.
    lacks=frozenset({"voice"}),
    facts={
        "version": "show version",
        "interfaces": "show interfaces",
        "cpu": "show cpu",
        "temperature": "show temperature",
        "fans": "show fan",
        "power": "show power",
        "lldp": "show lldp neighbors detail",
        "macs": "show mac-address-table",
        "unsaved": "show startup-config",
    },
)

EOS = Platform(
    name="eos",
    netmiko="arista_eos",
    prompt=IOS.prompt,
    in_config=IOS.in_config,
    pager=_MORE,
    errors=_CISCO_ERRORS,
    no_paging=("terminal length 0", "terminal width 511"),
    show_running=("show running-config",),
    # The changes wait in a session, are committed at once, and are taken back unless committed again.
    enter_config=("configure session jifang",),
    leave_config=(),
    save=("copy running-config startup-config",),
    rollback=TimedRollback(
        means="session",
        start=("commit timer 00:{minutes:02d}:00",),
        confirm=("configure session jifang commit",),
    ),
    interface="Ethernet{n}",
    # It reads along with DHCP for option 82 only and refuses no server.
    lacks=frozenset({"dhcp_snooping", "trusted"}),
    undo="no",
    leave="exit",
    facts={
        "version": "show version",
        "interfaces": "show interfaces",
        "cpu": "show processes top once",
        "temperature": "show system environment temperature",
        "fans": "show system environment cooling",
        "power": "show system environment power",
        "lldp": "show lldp neighbors detail",
        "macs": "show mac address-table",
        "unsaved": "show startup-config",
    },
)

LINUX_BRIDGE = Platform(
    name="linux_bridge",
    netmiko="linux",
    prompt=re.compile(r"^\S{0,120}[$#]\s?$"),
    in_config=re.compile(r"^\S{0,120}#\s?$"),
    pager=_MORE,
    errors=_any(
        r"^(?:RTNETLINK answers|Error|Cannot find device|Failed|Device )",
        r"^(?:ba)?sh: ",
        r": (?:command not found|Permission denied|Operation not permitted)$",
    ),
    no_paging=(),
    # Read together by ``linux.running_config``.
    show_running=("ip -j -d link show", "bridge -j vlan show"),
    enter_config=(),
    leave_config=(),
    save=(),
    rollback=TimedRollback(
        means="rescue",
        start=("systemd-run --quiet --unit=jifang-switch-undo --on-active={minutes}min /bin/sh {undo}",),
        confirm=("systemctl stop jifang-switch-undo.timer",),
    ),
    interface="port{n}",
    undo="no",
    leave="exit",
    unicode_descriptions=True,
    lacks=frozenset({"dhcp_snooping", "trusted", "poe", "storm", "macs", "dot1x"}),
    description_characters=255,
    facts={"version": "uname -r", "interfaces": "ip -j -s -s link show", "macs": "bridge -j fdb show"},
)

PLATFORMS: Mapping[str, Platform] = {one.name: one for one in (IOS, COMWARE, VRP, RUIJIE, EOS, LINUX_BRIDGE)}
