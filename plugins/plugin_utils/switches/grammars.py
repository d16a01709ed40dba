"""What the model claims of each platform's configuration: a table of lines, in the order in which they are typed.

They are taken back in the opposite order, and before anything is typed. Sources as in ``platforms``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .lines import Grammar, Line, VlanList


def _line(  # noqa: PLR0913
    duty: str,
    pattern: str,
    undo: str,
    *,
    default: str = "",
    keep: bool = False,
    spelling: str = "",
    evident: tuple[str, str] | None = None,
) -> Line:
    proof = (re.compile(evident[0]), evident[1]) if evident else None
    return Line(duty, re.compile(pattern), undo, default, keep, spelling, proof)


def _switch_of(pattern: str, default: str, duty: str) -> Line:
    """A line that is there in both senses, of which the switch writes one."""
    return _line(duty, pattern, default, default=default, keep=True)


def _cisco_list(duty: str, words: str, only: str = "") -> VlanList:
    return VlanList(
        duty,
        (
            (re.compile(rf"{words} add (\d.*)"), "add"),
            (re.compile(rf"{words} remove (\d.*)"), "remove"),
            (re.compile(rf"{words} except (\d.*)"), "except"),
            (re.compile(rf"{words} (?:only )?(\d.*|all|none)"), "set"),
        ),
        add=f"{words} add {{}}",
        remove=f"{words} remove {{}}",
        whole=f"{words} {only}{{}}",
        undo=f"no {words}",
    )


def _undo_list(  # noqa: PLR0913
    duty: str, words: str, mode: str, implied: frozenset[int], *, end: str = "", undo: str = ""
) -> VlanList:
    """``words`` and ``end`` stand around the numbers; ``undo`` are the words to remove some, where they are others."""
    undo = undo or f"undo {words}"
    return VlanList(
        duty,
        (
            (re.compile(rf"{words} (\d.*?|all){end}"), "add"),
            (re.compile(rf"{undo} (\d.*)"), "remove"),
        ),
        add=f"{words} {{}}{end}",
        remove=f"{undo} {{}}",
        implied=implied,
        mode=mode,
        separator=" ",
        to=" to ",
    )


_DESCRIPTION = _line("description", r"description (.+)", "no description")
_NATIVE = _line("native", r"switchport trunk native vlan (\d+)", "no switchport trunk native vlan")
_PORTFAST = _line(
    "edge",
    r"spanning-tree portfast(?: edge)?",
    "no spanning-tree portfast",
    spelling="spanning-tree portfast",
)
_ACCESS = _line("vlan", r"switchport access vlan (\d+)", "no switchport access vlan")
_STORM = _line("storm", r"storm-control broadcast level (.+)", "no storm-control broadcast level")
#: RGOS and EOS take the level back together with the control itself.
_WHOLE_STORM = _line("storm", r"storm-control broadcast level (.+)", "no storm-control broadcast")
_SECURITY = (
    _line("macs", r"switchport port-security maximum (\d+)", "no switchport port-security maximum"),
    _line(
        "violation",
        r"switchport port-security violation (\S+)",
        "no switchport port-security violation",
    ),
    _line("security", r"switchport port-security", "no switchport port-security"),
)
_SNOOPING_TRUST = _switch_of(r"(?:no )?ip dhcp snooping trust", "no ip dhcp snooping trust", "trusted")
_CLOSED = _line("closed", r"shutdown", "no shutdown", default="no shutdown")
_NAME = _line("name", r"name (.+)", "no name")
_HOSTNAME = _line("hostname", r"hostname (\S+)", "no hostname", keep=True)

IOS = Grammar(
    port=re.compile(r"interface (\S*Ethernet\S+|\S*GigE\S+)"),
    vlan=re.compile(r"vlan (\d[\d,-]*)"),
    member=re.compile(r"channel-group \d+.*"),
    root_lines=(
        # A switch in another mode of VTP does not write its VLANs into its configuration.
        _line(
            "vtp", r"vtp mode (?:transparent|off)", "no vtp mode", keep=True, spelling="vtp mode transparent"
        ),
        _line("lldp", r"lldp run", "no lldp run", keep=True),
        VlanList(
            "snooping_vlans",
            ((re.compile(r"ip dhcp snooping vlan (\d.*)"), "add"),),
            add="ip dhcp snooping vlan {}",
            remove="no ip dhcp snooping vlan {}",
            implied=frozenset(),
            keep=True,
        ),
        _line("snooping", r"ip dhcp snooping", "no ip dhcp snooping", keep=True),
        _line("dot1x_system", r"dot1x system-auth-control", "no dot1x system-auth-control", keep=True),
        _HOSTNAME,
    ),
    vlan_lines=(_NAME,),
    port_lines=(
        _DESCRIPTION,
        _line("mode", r"switchport mode (.+)", "no switchport mode"),
        _ACCESS,
        _NATIVE,
        _cisco_list("trunk", "switchport trunk allowed vlan"),
        _line("voice", r"switchport voice vlan (.+)", "no switchport voice vlan"),
        *_SECURITY,
        _line("host_mode", r"authentication host-mode (\S+)", "no authentication host-mode"),
        _line("pae", r"dot1x pae (\S+)", "no dot1x pae"),
        _line("dot1x", r"authentication port-control (\S+)", "no authentication port-control"),
        _STORM,
        _PORTFAST,
        _line("bpdu_guard", r"spanning-tree bpduguard enable", "no spanning-tree bpduguard"),
        _switch_of(r"power inline (?:auto|never)", "power inline auto", "poe"),
        _SNOOPING_TRUST,
        _CLOSED,
    ),
)

RUIJIE = Grammar(
    port=re.compile(r"interface (\S*Ethernet ?\S+)"),
    vlan=re.compile(r"vlan (?:range )?(\d[\d,-]*)"),
    member=re.compile(r"port-group \d+.*"),
    root_lines=(
        _switch_of(r"(?:no )?lldp enable", "lldp enable", "lldp"),
        VlanList(
            "snooping_vlans",
            ((re.compile(r"ip dhcp snooping vlan (\d.*)"), "add"),),
            add="ip dhcp snooping vlan {}",
            remove="no ip dhcp snooping vlan {}",
            implied=frozenset(),
            keep=True,
        ),
        _line("snooping", r"ip dhcp snooping", "no ip dhcp snooping", keep=True),
        _HOSTNAME,
    ),
    vlan_lines=(_NAME,),
    port_lines=(
        _DESCRIPTION,
        _line("mode", r"switchport mode (.+)", "no switchport mode", default="switchport mode access"),
        _ACCESS,
        _NATIVE,
        _cisco_list("trunk", "switchport trunk allowed vlan", only="only "),
        *_SECURITY,
        _line("dot1x", r"dot1x port-control (\S+)", "no dot1x port-control"),
        _WHOLE_STORM,
        _PORTFAST,
        _line("bpdu_guard", r"spanning-tree bpduguard enable", "no spanning-tree bpduguard"),
        _switch_of(r"(?:no )?poe enable", "no poe enable", "poe"),
        _SNOOPING_TRUST,
        _CLOSED,
    ),
)

EOS = Grammar(
    port=re.compile(r"interface (Ethernet\S+)"),
    vlan=re.compile(r"vlan (\d[\d,-]*)"),
    member=re.compile(r"channel-group \d+.*"),
    root_lines=(
        _switch_of(r"(?:no )?lldp run", "lldp run", "lldp"),
        _line("dot1x_system", r"dot1x system-auth-control", "no dot1x system-auth-control", keep=True),
        _HOSTNAME,
    ),
    vlan_lines=(_NAME,),
    port_lines=(
        _DESCRIPTION,
        _line("mode", r"switchport mode (.+)", "no switchport mode", default="switchport mode access"),
        _ACCESS,
        _NATIVE,
        _cisco_list("trunk", "switchport trunk allowed vlan"),
        _line("voice", r"switchport phone vlan (\d+)", "no switchport phone vlan"),
        _line(
            "macs",
            r"switchport port-security mac-address maximum (\d+)",
            "no switchport port-security mac-address maximum",
        ),
        _line("security", r"switchport port-security", "no switchport port-security"),
        _line("pae", r"dot1x pae (\S+)", "no dot1x pae"),
        _line("dot1x", r"dot1x port-control (\S+)", "no dot1x port-control"),
        _WHOLE_STORM,
        _PORTFAST,
        _line("bpdu_guard", r"spanning-tree bpduguard enable", "no spanning-tree bpduguard"),
        _switch_of(r"(?:no )?poe disabled", "no poe disabled", "poe"),
        _CLOSED,
    ),
)

_UNDO_DESCRIPTION = _line("description", r"description (.+)", "undo description")
_UNDO_CLOSED = _line("closed", r"shutdown", "undo shutdown", default="undo shutdown")
_UNDO_NAME = _line("name", r"name (.+)", "undo name")
_SYSNAME = _line("hostname", r"sysname (\S+)", "undo sysname", keep=True)
_SUPPRESSION = _line("storm", r"broadcast-suppression (\d+)", "undo broadcast-suppression")
_VOICE = _line("voice", r"voice-vlan (\d+) enable", "undo voice-vlan enable")
_ONE = frozenset({1})
_NONE: frozenset[int] = frozenset()

COMWARE = Grammar(
    port=re.compile(r"interface (\S*Ethernet\S+|\S*GigE\S+)"),
    vlan=re.compile(r"vlan (\d[\d to]*)"),
    member=re.compile(r"port link-aggregation group \d+.*"),
    root_lines=(
        _line("lldp", r"lldp global enable", "undo lldp global enable", keep=True),
        _line("snooping", r"dhcp snooping enable", "undo dhcp snooping enable", keep=True),
        _line("dot1x_system", r"dot1x", "undo dot1x", keep=True),
        _SYSNAME,
    ),
    vlan_lines=(_UNDO_NAME,),
    port_lines=(
        _UNDO_DESCRIPTION,
        _line("mode", r"port link-type (\S+)", "port link-type access", default="port link-type access"),
        _line("vlan", r"port access vlan (\d+)", "undo port access vlan"),
        _undo_list("trunk", "port trunk permit vlan", "port link-type trunk", _ONE),
        _line("native", r"port trunk pvid vlan (\d+)", "undo port trunk pvid"),
        _undo_list(
            "untagged",
            "port hybrid vlan",
            "port link-type hybrid",
            _ONE,
            end=" untagged",
            undo="undo port hybrid vlan",
        ),
        _undo_list(
            "tagged",
            "port hybrid vlan",
            "port link-type hybrid",
            _NONE,
            end=" tagged",
            undo="undo port hybrid vlan",
        ),
        _line("hybrid_vlan", r"port hybrid pvid vlan (\d+)", "undo port hybrid pvid"),
        _line("voice_manual", r"undo voice-vlan mode auto", "voice-vlan mode auto"),
        _VOICE,
        _line("macs", r"mac-address max-mac-count (\d+)", "undo mac-address max-mac-count"),
        _line("dot1x", r"dot1x", "undo dot1x"),
        _SUPPRESSION,
        _line("edge", r"stp edged-port(?: enable)?", "undo stp edged-port", spelling="stp edged-port"),
        _line("bpdu_guard", r"stp port bpdu-protection enable", "undo stp port bpdu-protection"),
        _switch_of(r"(?:undo )?poe enable", "undo poe enable", "poe"),
        _switch_of(r"(?:undo )?dhcp snooping trust", "undo dhcp snooping trust", "trusted"),
        _UNDO_CLOSED,
    ),
)

VRP = Grammar(
    port=re.compile(r"interface (\S*Ethernet\S+|\S*GE\S+)"),
    vlan=re.compile(r"vlan (?:batch )?(\d[\d to]*)"),
    member=re.compile(r"eth-trunk \d+.*"),
    root_lines=(
        _line("lldp", r"lldp enable", "undo lldp enable", keep=True),
        _line("dhcp", r"dhcp enable", "undo dhcp enable", keep=True),
        _line(
            "snooping",
            r"dhcp snooping enable(?: ipv4)?",
            "undo dhcp snooping enable",
            keep=True,
            spelling="dhcp snooping enable",
        ),
        _line("guard_system", r"stp bpdu-protection", "undo stp bpdu-protection", keep=True),
        _line("dot1x_system", r"dot1x enable", "undo dot1x enable", keep=True),
        _SYSNAME,
    ),
    vlan_lines=(
        _UNDO_NAME,
        _line("snooping", r"dhcp snooping enable", "undo dhcp snooping enable", keep=True),
    ),
    port_lines=(
        _UNDO_DESCRIPTION,
        _line(
            "mode",
            r"port link-type (\S+)",
            "undo port link-type",
            # Older versions take this as what goes without saying.
            evident=(r"port hybrid .*", "port link-type hybrid"),
        ),
        _line("vlan", r"port default vlan (\d+)", "undo port default vlan"),
        _undo_list("trunk", "port trunk allow-pass vlan", "port link-type trunk", _ONE),
        _line("native", r"port trunk pvid vlan (\d+)", "undo port trunk pvid vlan"),
        _undo_list(
            "untagged",
            "port hybrid untagged vlan",
            "port link-type hybrid",
            _ONE,
            undo="undo port hybrid vlan",
        ),
        _undo_list(
            "tagged", "port hybrid tagged vlan", "port link-type hybrid", _NONE, undo="undo port hybrid vlan"
        ),
        _line("hybrid_vlan", r"port hybrid pvid vlan (\d+)", "undo port hybrid pvid vlan"),
        _VOICE,
        _line("security", r"port-security enable", "undo port-security enable"),
        _line("macs", r"port-security max-mac-num (\d+)", "undo port-security max-mac-num"),
        _line("dot1x", r"dot1x enable", "undo dot1x enable"),
        _SUPPRESSION,
        _line("edge", r"stp edged-port enable", "undo stp edged-port"),
        _switch_of(r"(?:undo )?poe enable", "poe enable", "poe"),
        _switch_of(r"(?:undo )?dhcp snooping trusted", "undo dhcp snooping trusted", "trusted"),
        _UNDO_CLOSED,
    ),
)


def _bridge_list(duty: str, word: str) -> VlanList:
    return VlanList(
        duty,
        ((re.compile(rf"{word} (\d.*)"), "add"),),
        add=f"{word} {{}}",
        remove=f"no {word} {{}}",
        implied=frozenset(),
    )


LINUX_BRIDGE = Grammar(
    port=re.compile(r"interface (\S+)"),
    vlan=None,
    member=re.compile(r"never"),
    root_lines=(),
    vlan_lines=(),
    port_lines=(
        _line("description", r"alias (.+)", "no alias"),
        _bridge_list("vlan", "pvid"),
        _bridge_list("tagged", "tagged"),
        # What nobody means and is only taken back: more VLANs without a tag, and a default one with a tag.
        _bridge_list("untagged", "untagged"),
        _bridge_list("pvid_tagged", "pvid-tagged"),
        _line("bpdu_guard", r"guard", "no guard"),
        _line("closed", r"down", "no down"),
    ),
)

GRAMMARS: Mapping[str, Grammar] = {
    "ios": IOS,
    "comware": COMWARE,
    "vrp": VRP,
    "ruijie": RUIJIE,
    "eos": EOS,
    "linux_bridge": LINUX_BRIDGE,
}
