"""os-release files of what runs in schools, and the family that they belong to."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.os_release import family, parse_os_release
from hypothesis import given
from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "os_release"

FAMILIES = {
    "debian": [
        *("debian_12", "ubuntu_22_04", "neon", "deepin_15", "deepin_25", "openkylin_2", "loongnix_20"),
        *("uos_desktop_20", "uos_desktop_20_unquoted", "uos_server_20_d"),
        *("kylin_desktop_v10", "kylin_desktop_v10_sp1", "kylin_4_0_2"),
    ],
    "redhat": [
        *(
            "centos_7",
            "fedora_40",
            "openeuler_22_03",
            "anolis_8",
            "anolis_23",
            "neokylin_7",
            "loongnix_server_8",
        ),
        *("uos_server_20_a", "uos_server_20_e", "uos_server_20_e_without_platform"),
        *("kylin_server_v10_tercel", "kylin_server_v10_sword", "kylin_server_v10_lance"),
        "kylin_server_v11_swan25",
    ],
    "suse": ["opensuse_leap_15"],
    "arch": ["arch"],
    "alpine": ["alpine_3"],
}


def read(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


def test_every_recorded_file_is_in_the_table() -> None:
    listed = [name for names in FAMILIES.values() for name in names]
    assert sorted(listed) == sorted(path.name for path in FIXTURES.iterdir())


@pytest.mark.parametrize(
    ("expected", "name"), [(key, name) for key, names in FAMILIES.items() for name in names]
)
def test_family(expected: str, name: str) -> None:
    assert family(parse_os_release(read(name))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID=kylin\nVERSION_ID=V10\nID_LIKE=\n", "debian"),  # nothing tells: the desktop is the common one
        ("ID=kylin\nNAME=银河麒麟高级服务器操作系统\n", "redhat"),
        ("ID=uos\nNAME='UnionTech OS Server 20'\nVERSION_CODENAME=kongli\n", "redhat"),
        ("ID=newdistro\nID_LIKE='rhel fedora'\n", "redhat"),
        ("ID=newdistro\nID_LIKE=opensuse\n", "suse"),
        ("ID=newdistro\nID_LIKE='something debian'\n", "debian"),
        ("ID=newdistro\nPLATFORM_ID=platform:el9\n", "redhat"),
        ("ID=newdistro\nUBUNTU_CODENAME=noble\n", "debian"),
        ("ID=newdistro\nNAME='Advanced Server'\n", None),
        ("ID=nixos\n", None),
        ("", None),
    ],
)
def test_family_of_files_that_say_less(text: str, expected: str | None) -> None:
    assert family(parse_os_release(text)) == expected


def test_values_of_a_chinese_file() -> None:
    values = parse_os_release(read("kylin_desktop_v10_sp1"))
    assert values["VERSION"] == "银河麒麟桌面操作系统V10 (SP1)"
    assert (values["ID"], values["VERSION_ID"], values["KYLIN_RELEASE_ID"]) == ("kylin", "v10", "2403")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ID=debian", "debian"),
        ('ID="debian"', "debian"),
        ("ID='debian'", "debian"),
        ("  ID=debian  ", "debian"),
        ("export ID=debian", "debian"),
        (r'ID="a \"b\" \$c \`d\` \\e \n"', r'a "b" $c `d` \e \n'),
        (r"ID='a \"b\" $c'", r"a \"b\" $c"),
        ("ID='it''s'", "it"),
        ('ID="half', "half"),
        ('ID="half\\', "half"),
        ("ID='half", "half"),
        ("ID=UnionTech OS", "UnionTech OS"),
        ('ID="" ', ""),
        ("ID=", ""),
        ("ID=a=b", "a=b"),
        ("ID=first\nID=last", "last"),
        ("\ufeffID=marked", "marked"),
        ("ID=cr\r\nNAME=x\r\n", "cr"),
        ("ID=$(id)", "$(id)"),
        ("ID={{ 7 * 7 }}", "{{ 7 * 7 }}"),
    ],
)
def test_quoting(line: str, expected: str) -> None:
    assert parse_os_release(line)["ID"] == expected


@pytest.mark.parametrize("line", ["# ID=x", "", "no assignment", "9ID=x", "I-D=x", "=x", "ID x"])
def test_lines_that_are_no_assignment(line: str) -> None:
    assert parse_os_release(line) == {}


@given(st.text())
def test_any_text(text: str) -> None:
    values = parse_os_release(text)
    assert sum(map(len, values.values())) <= len(text)
    assert family(values) in {None, "debian", "redhat", "suse", "arch", "alpine", "gentoo"}


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" ")).map(str.strip))
def test_a_quoted_value_comes_back(value: str) -> None:
    escaped = value.replace("\\", "\\\\")
    for special in '"$`':
        escaped = escaped.replace(special, "\\" + special)
    assert parse_os_release(f'PRETTY_NAME="{escaped}"\n') == {"PRETTY_NAME": value}
