"""Time and names: which servers a lab PC asks for the time, and which for addresses.

Each PC is served by what it has: timesyncd or chrony; systemd-resolved, NetworkManager or a plain ``resolv.conf``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from ..i18n import UserError
from .state import File, Item, Package, Unit
from .variables import Variables, shown

_HEAD = "# Written by Ansible, role lab_pc: the next run writes it again.\n"
_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*|[0-9A-Fa-f:]{2,39}"
)
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_-]{1,63})*")
_TIMESYNCD = "/lib/systemd/system/systemd-timesyncd.service"
_CHRONYD = "/usr/sbin/chronyd"
_APT = "/usr/bin/apt-get"
_RESOLVED = "/run/systemd/resolve/resolv.conf"
_NETWORK_MANAGER = "/run/NetworkManager"
CHRONY_CONF = "/etc/chrony/jifang_lab_pc.conf"


def items(given: Variables) -> Iterator[Item]:
    servers = given.texts("lab_pc_time_servers", _HOST, "ntp.aliyun.com")
    if given.flag("lab_pc_time_sync"):
        yield from _timesyncd(servers, (_TIMESYNCD, f"!{_CHRONYD}"))
        # These two never hold together: chrony beside timesyncd, or nothing but chrony.
        yield Package("chrony", when=(f"!{_TIMESYNCD}",))
        for when in ((_TIMESYNCD, _CHRONYD), (f"!{_TIMESYNCD}",)):
            yield from _chrony(servers, when)
    yield from _names(given)


def _timesyncd(servers: tuple[str, ...], when: tuple[str, ...]) -> Iterator[Item]:
    if servers:
        text = f"{_HEAD}[Time]\nNTP={' '.join(servers)}\n"
        path = "/etc/systemd/timesyncd.conf.d/50-jifang_lab_pc.conf"
        yield File(path, text, notify=("restart_timesyncd",), when=when)
    yield Unit("systemd-timesyncd.service", enabled=True, active=True, when=when)


def _chrony(servers: tuple[str, ...], when: tuple[str, ...]) -> Iterator[Item]:
    for unit, family in (("chrony.service", (_APT,)), ("chronyd.service", (f"!{_APT}",))):
        here, restart = (*when, *family), f"restart_{unit.partition('.')[0]}"
        if servers:
            # A configuration of its own, so that the distribution's stays as it is and comes back when this is removed.
            # Below /etc/chrony, as AppArmor lets Debian's chronyd read nothing else.
            lines = "".join(f"server {server} iburst\n" for server in servers)
            text = f"{_HEAD}{lines}driftfile /var/lib/chrony/drift\nmakestep 1.0 3\nrtcsync\n"
            yield File(CHRONY_CONF, text, notify=(restart,), when=here)
            start = f"{_HEAD}[Service]\nExecStart=\nExecStart=/usr/sbin/chronyd -f {CHRONY_CONF}\n"
            path = f"/etc/systemd/system/{unit}.d/jifang_lab_pc.conf"
            yield File(path, start, notify=("reload_systemd", restart), when=here)
        yield Unit(unit, enabled=True, active=True, when=here)


def _names(given: Variables) -> Iterator[Item]:
    servers = given.texts("lab_pc_dns_servers", _HOST, "10.20.0.1")
    search = given.texts("lab_pc_dns_search", _DOMAIN, "school.example")
    for server in servers:
        try:
            ipaddress.ip_address(server)
        except ValueError:
            raise UserError(
                "desired",
                "{value} in lab_pc_dns_servers is no address. A name server is given by its address, as names are "
                "what one asks it for.",
                value=shown(server),
            ) from None
    if search and not servers:
        raise UserError(
            "desired", "lab_pc_dns_search is set without lab_pc_dns_servers. Name the servers too."
        )
    if not servers:
        return
    resolved, manager = (_RESOLVED,), (f"!{_RESOLVED}", _NETWORK_MANAGER)
    plain = (f"!{_RESOLVED}", f"!{_NETWORK_MANAGER}")
    text = (
        f"{_HEAD}[Resolve]\nDNS={' '.join(servers)}\nFallbackDNS=\n"
        # "~." sends every name here, whatever servers the network hands out.
        f"Domains={' '.join(('~.', *search))}\n"
    )
    path = "/etc/systemd/resolved.conf.d/50-jifang_lab_pc.conf"
    yield File(path, text, notify=("restart_resolved",), when=resolved)
    text = f"{_HEAD}[global-dns]\n" + (f"searches={','.join(search)}\n" if search else "")
    text += f"\n[global-dns-domain-*]\nservers={','.join(servers)}\n"
    path = "/etc/NetworkManager/conf.d/90-jifang_lab_pc.conf"
    yield File(path, text, notify=("reload_networkmanager",), when=manager)
    text = _HEAD + (f"search {' '.join(search)}\n" if search else "")
    text += "".join(f"nameserver {server}\n" for server in servers)
    yield File("/etc/resolv.conf", text, when=plain)
    # ISC's DHCP client writes resolv.conf at each lease unless a hook says otherwise: dhclient-script(8).
    hooks = "/etc/dhcp/dhclient-enter-hooks.d"
    hook = f"{_HEAD}make_resolv_conf() {{ :; }}\n"
    yield File(f"{hooks}/jifang_lab_pc", hook, mode="0755", when=(*plain, hooks))
