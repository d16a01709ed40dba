"""Lists of installed packages from dpkg-query and rpm."""

from __future__ import annotations

import random
import subprocess

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.packages import parse_dpkg, parse_rpm
from hypothesis import given
from hypothesis import strategies as st

DPKG = """\
zlib1g\t1:1.2.13.dfsg-1\tamd64\tii 
bash\t5.2.15-2+b7\tamd64\tii 
held\t1.0\tall\thi 
triggers-pending\t1.0\tall\tit 
triggers-awaited\t1.0\tall\tiW 
configured-away\t2.0\tall\trc 
unpacked\t2.0\tall\tiU 
half-configured\t2.0\tall\tiF 
never-there\t\t\tun 
libc6\t2.36-9+deb12u8\ti386\tii 
libc6\t2.36-9+deb12u8\tamd64\tii 
"""  # noqa: W291 - dpkg pads its status with a blank

RPM = """\
bash\t(none):5.0-6.el8\tx86_64
kylin-release\t0:10-24.6.p41.ky10\taarch64
openssl\t1:1.1.1f-15.ky10\taarch64
gpg-pubkey\t(none):b25e7f66-584f8e3f\t(none)
fonts\t(none):2.0-1\tnoarch
filter\t(none):1-1\t(none)
"""


def test_dpkg() -> None:
    assert [tuple(package.values()) for package in parse_dpkg(DPKG)] == [
        ("bash", "5.2.15-2+b7", "amd64"),
        ("held", "1.0", "all"),
        ("libc6", "2.36-9+deb12u8", "amd64"),
        ("libc6", "2.36-9+deb12u8", "i386"),
        ("triggers-awaited", "1.0", "all"),
        ("triggers-pending", "1.0", "all"),
        ("zlib1g", "1:1.2.13.dfsg-1", "amd64"),
    ]


def test_rpm() -> None:
    assert parse_rpm(RPM) == [
        {"name": "bash", "version": "5.0-6.el8", "architecture": "x86_64"},
        {"name": "filter", "version": "1-1", "architecture": None},
        {"name": "fonts", "version": "2.0-1", "architecture": "noarch"},
        {"name": "kylin-release", "version": "10-24.6.p41.ky10", "architecture": "aarch64"},
        {"name": "openssl", "version": "1:1.1.1f-15.ky10", "architecture": "aarch64"},
    ]


def test_the_order_of_the_text_does_not_matter() -> None:
    rows = RPM.splitlines()
    random.Random(1).shuffle(rows)  # noqa: S311 - an order, not a secret
    assert parse_rpm("\r\n".join(rows)) == parse_rpm(RPM)


@pytest.mark.parametrize(
    "row", ["", "bash", "bash\t1", "\t1\tall\tii ", "bash\t\tall\tii ", "bash\t1\tall\tii \tx"]
)
def test_rows_with_a_wrong_number_of_columns(row: str) -> None:
    assert parse_dpkg(row) == []


@pytest.mark.parametrize("row", ["", "bash", "bash\t1", "\t1\tx86_64", "bash\t(none):\t\tx"])
def test_rpm_rows_with_a_wrong_number_of_columns(row: str) -> None:
    assert parse_rpm(row) == []


def test_a_package_that_is_listed_twice_is_one() -> None:
    assert len(parse_dpkg(DPKG + DPKG)) == len(parse_dpkg(DPKG))


def test_this_machines_own_packages() -> None:
    wanted = "${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Abbrev}\\n"
    told = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={wanted}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    packages = parse_dpkg(told)
    assert len(packages) == sum("\tii " in line for line in told.splitlines())
    assert "dpkg" in {package["name"] for package in packages}


@given(
    st.text() | st.lists(st.sampled_from(["a", "\t", "\n", "ii ", "rc ", "(none):", "0:", "1"])).map("".join)
)
def test_any_text(text: str) -> None:
    for packages in (parse_dpkg(text), parse_rpm(text)):
        assert len(packages) <= len(text.splitlines())
        assert all(package["name"] for package in packages)
