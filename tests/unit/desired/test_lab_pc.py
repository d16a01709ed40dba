"""What the variables of the baseline become, and what is refused."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import yaml
from ansible_collections.jifang.lab.plugins.plugin_utils.desired import asking, compilers
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.lab_pc import compile_lab_pc
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.state import (
    AbsentFile,
    Account,
    BootOrder,
    Built,
    DesiredState,
    File,
    Package,
    Unit,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab_command.paths import ROOT

HASH = f"grub.pbkdf2.sha512.10000.{'0A' * 64}.{'B1' * 64}"
EVERYTHING = {
    "lab_pc_boot_password_hash": HASH,
    "lab_pc_time_servers": ["10.20.0.1"],
    "lab_pc_dns_servers": ["10.20.0.1", "fd00::53"],
    "lab_pc_dns_search": ["school.example"],
    "lab_pc_sudoers": [{"who": "%teachers", "commands": ["/usr/sbin/poweroff"], "password": False}],
    "lab_pc_packages": ["geany"],
    "lab_pc_forbidden_packages": ["telnet"],
}


def compiled(**variables: Any) -> DesiredState:
    return compile_lab_pc({**compilers.defaults("lab_pc"), **variables})


def written(state: DesiredState) -> dict[str, str]:
    return {item.path: item.content for item in state.items if isinstance(item, File)}


def removed(state: DesiredState) -> set[str]:
    return {item.path for item in state.items if isinstance(item, AbsentFile)}


def test_defaults_and_argument_specification_have_the_same_variables() -> None:
    told = yaml.safe_load((ROOT / "roles/lab_pc/meta/argument_specs.yml").read_text())
    assert set(told["argument_specs"]["main"]["options"]) == set(compilers.defaults("lab_pc"))


def test_the_questions_of_everything_are_plain() -> None:
    plan = asking.questions({"lab_pc": compiled(**EVERYTHING)})
    assert "geany" in plan["packages"]
    assert plan["boot"] == 1
    assert "/var/lib/jifang/lab_pc.unfinished" in plan["files"]
    assert HASH not in repr(plan)


def test_a_setting_that_is_off_takes_its_own_files_away_and_no_others() -> None:
    nothing = compiled(
        lab_pc_time_sync=False,
        lab_pc_removable_boot=True,
        lab_pc_root_password_login=True,
        lab_pc_screen_lock_minutes=0,
        lab_pc_logout_minutes=0,
    )
    assert written(nothing) == {}
    everything = written(compiled(**EVERYTHING))
    assert removed(nothing) == {path for path in everything if "jifang_lab_pc" in path}
    assert {item.name for item in nothing.items if isinstance(item, Built)} == {"boot_menu", "dconf"}
    # Only where it was ever built by us.
    assert all(item.stamp in item.when for item in nothing.items if isinstance(item, Built))
    assert not [item for item in nothing.items if isinstance(item, Package | Unit | Account | BootOrder)]


def test_absent_takes_away_what_was_written_but_the_name_servers() -> None:
    state = compiled(**EVERYTHING, lab_pc_state="absent")
    assert written(state) == {}
    assert removed(state) == set(written(compiled(**EVERYTHING))) - {"/etc/resolv.conf"}
    assert [item.password_locked for item in state.items if isinstance(item, Account)] == [False]
    assert not [item for item in state.items if isinstance(item, Package | Unit | BootOrder)]
    assert state.notes == ()


def test_files_come_before_what_is_built_from_them() -> None:
    kinds = [item.kind for item in compiled(**EVERYTHING).items]
    assert kinds[-2:] == ["built", "built"]


def test_a_hash_is_in_secret_files_only() -> None:
    state = compiled(**EVERYTHING)
    holders = [item for item in state.items if HASH in repr(item)]
    assert holders
    assert all(isinstance(item, File) and item.secret and item.mode in ("0600", "0700") for item in holders)
    assert state.secret
    assert not compiled().secret


def test_no_hash_is_said() -> None:
    assert ["grub-mkpasswd-pbkdf2" in note.render("en") for note in compiled().notes] == [True]


@pytest.mark.parametrize("path", ["/etc/sudoers.d/jifang_lab_pc"])
def test_sudo_accepts_what_is_written(path: str) -> None:
    entries = [
        {"who": "%teachers", "commands": ["/usr/sbin/poweroff", "/usr/bin/systemctl restart cups.service"]},
        {"who": "li", "commands": ["ALL"], "password": False},
    ]
    text = written(compiled(lab_pc_sudoers=entries))[path]
    assert text.splitlines()[1:] == [
        "%teachers ALL=(root) /usr/sbin/poweroff, /usr/bin/systemctl restart cups.service",
        "li ALL=(root) NOPASSWD: ALL",
    ]
    done = subprocess.run(["/usr/sbin/visudo", "-cf", "-"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_scripts_are_valid() -> None:
    for item in compiled(**EVERYTHING).items:
        if isinstance(item, File) and item.check == "/bin/sh -n %s":
            assert subprocess.run(["/bin/sh", "-n"], input=item.content, text=True).returncode == 0


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"lab_pc_state": "gone"}, "lab_pc_state is gone. Write one of present, absent."),
        ({"lab_pc_time_sync": "maybe"}, "lab_pc_time_sync is maybe. Write true or false."),
        ({"lab_pc_logout_minutes": -5}, "from 1 to 1440, or 0"),
        ({"lab_pc_logout_minutes": True}, "lab_pc_logout_minutes is True"),
        ({"lab_pc_packages": "geany"}, "Write a list, for example [geany]."),
        ({"lab_pc_packages": ["--purge"]}, "--purge in lab_pc_packages cannot be right"),
        ({"lab_pc_packages": ["a b"]}, "a b in lab_pc_packages"),
        ({"lab_pc_packages": ["vim"], "lab_pc_forbidden_packages": ["vim"]}, "vim is both"),
        ({"lab_pc_dns_servers": ["dns.school.example"]}, "is no address"),
        ({"lab_pc_dns_search": ["school.example"]}, "without lab_pc_dns_servers"),
        ({"lab_pc_time_servers": ["a\nserver evil"]}, "lab_pc_time_servers cannot be right"),
        ({"lab_pc_sudoers": ["root"]}, "Write a list of entries with the keys commands, password, who."),
        ({"lab_pc_sudoers": [{"who": "x", "comands": []}]}, "unknown key comands"),
        ({"lab_pc_sudoers": [{"who": "x y", "commands": ["ALL"]}]}, "who is x y"),
        ({"lab_pc_sudoers": [{"who": "x", "commands": ["sh"]}]}, "lab_pc_sudoers[1].commands"),
        ({"lab_pc_sudoers": [{"who": "x", "commands": []}]}, "has no commands"),
        ({"lab_pc_sudoers": [{"who": "x", "commands": ["/bin/a, ALL"]}]}, "lab_pc_sudoers[1].commands"),
        ({"lab_pc_sudoers": [{"who": "x", "commands": ["ALL"], "password": "no"}]}, "password is no"),
        ({"lab_pc_sudoers": [{"who": "x", "commands": ["ALL"]}] * 2}, "names somebody twice"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(variables: dict[str, Any], said: str) -> None:
    for state in ("present", "absent"):
        with pytest.raises(UserError) as refused:
            compiled(**{"lab_pc_state": state, **variables})
        assert said in refused.value.message.render("en")
        assert refused.value.message.render("zh_CN") != refused.value.message.render("en")


@pytest.mark.parametrize(
    "secret", ["canary-password", "grub.pbkdf2.sha512.1.AA.canary", f"{HASH} canary", 17]
)
def test_a_wrong_hash_is_never_shown(secret: object) -> None:
    with pytest.raises(UserError) as refused:
        compiled(lab_pc_boot_password_hash=secret)
    told = refused.value.message.render("en")
    assert "lab_pc_boot_password_hash" in told
    assert "canary" not in told
    assert "grub-mkpasswd-pbkdf2" in told


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(
                st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=8))
            )
            for name in compilers.defaults("lab_pc")
        },
    )
)
def test_anything_compiles_to_plain_questions_or_is_refused(variables: dict[str, Any]) -> None:
    try:
        state = compiled(**variables)
    except UserError:
        return
    asking.questions({"lab_pc": state})


DEBIAN = {"/usr/bin/apt-get", "/usr/sbin/update-grub", "/etc/grub.d/10_linux"}
TIMESYNCD = "/lib/systemd/system/systemd-timesyncd.service"
DESKTOP = "/usr/share/glib-2.0/schemas/org.gnome.desktop.screensaver.gschema.xml"
EFI = "/sys/firmware/efi/efivars"
# What each kind of PC has of the paths that decide; the names of what it then gets, and of what it must not get.
KINDS = {
    "Debian": (
        {*DEBIAN, TIMESYNCD},
        {"systemd-timesyncd.service", "/boot/grub/jifang_lab_pc.cfg", "boot_menu", "/etc/resolv.conf"},
        {"chrony.service", "chrony", "dconf-cli", "efibootmgr", "/boot/grub2/user.cfg"},
    ),
    "Debian with chrony and a desktop, by UEFI": (
        {*DEBIAN, TIMESYNCD, "/usr/sbin/chronyd", DESKTOP, EFI, "/run/NetworkManager"},
        {
            *(
                "chrony.service",
                "/etc/systemd/system/chrony.service.d/jifang_lab_pc.conf",
                "dconf-cli",
                "dconf",
            ),
            *("efibootmgr", "BootOrder", "/etc/NetworkManager/conf.d/90-jifang_lab_pc.conf"),
        },
        {"systemd-timesyncd.service", "chrony", "/etc/resolv.conf", "chronyd.service"},
    ),
    "openEuler": (
        {
            "/usr/sbin/chronyd",
            "/etc/grub.d/01_users",
            "/boot/grub2/grub.cfg",
            "/etc/grub.d/10_linux",
            DESKTOP,
        },
        {
            "chrony",
            "chronyd.service",
            "/boot/grub2/user.cfg",
            "dconf",
            "/etc/dconf/db/local.d/50-jifang_lab_pc",
        },
        {
            "chrony.service",
            "boot_menu",
            "dconf-cli",
            "/etc/dconf/profile/user",
            "/boot/efi/EFI/openEuler/user.cfg",
        },
    ),
    "openEuler by UEFI": (
        {"/etc/grub.d/01_users", "/boot/efi/EFI/openEuler/grub.cfg", EFI, "/run/systemd/resolve/resolv.conf"},
        {
            "/boot/efi/EFI/openEuler/user.cfg",
            "BootOrder",
            "/etc/systemd/resolved.conf.d/50-jifang_lab_pc.conf",
        },
        {"/boot/grub2/user.cfg", "/etc/resolv.conf", "boot_menu"},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_pc_gets_what_concerns_it(kind: str) -> None:
    there, wanted, unwanted = KINDS[kind]
    state = compiled(**EVERYTHING)
    exists = {path.lstrip("!"): 0 for item in state.items for path in item.when} | dict.fromkeys(there, 1)
    assert there <= {path.lstrip("!") for item in state.items for path in item.when}
    here = asking.wanted_here(state, {"exists": exists})
    named = [(item.kind, item.subject) for item in here.items if not isinstance(item, AbsentFile)]
    assert len(named) == len(set(named)), "nothing is wanted twice"
    names = {subject for _, subject in named}
    assert wanted <= names
    assert not unwanted & names
