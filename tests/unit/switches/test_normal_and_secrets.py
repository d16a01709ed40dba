"""A configuration that is kept is the same whatever the terminal did to it, and has no secrets."""

from __future__ import annotations

import re

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.normal import normalised
from ansible_collections.jifang.lab.plugins.plugin_utils.switches.secrets import PATTERNS, without_secrets
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples.switches import FIXTURES, PLATFORMS, found_running

KEY = bytes(range(32))
CONFIGURED = tuple(one for one in PLATFORMS if one != "linux_bridge")
# Whatever a terminal does with its own pager, on each platform.
PAGERS = {
    "ios": " --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08",
    "ruijie": " --More--          \r                   \r",
    "eos": " --More-- \r          \r",
    "comware": "  ---- More ----\x1b[42D                                          \x1b[42D",
    "vrp": "  ---- More ----\x1b[16D                \x1b[16D",
}


@pytest.mark.parametrize("platform", CONFIGURED)
def test_nothing_of_the_terminal_is_left(platform: str) -> None:
    kept = normalised(platform, found_running(platform))
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f]|More|Building conf|Current config|display current|show run", kept
    )
    assert "Last configuration change" not in kept
    assert not kept.rstrip("\n").endswith((">", "#", "end", "return"))
    assert normalised(platform, kept) == kept
    # A port's lines keep their indentation where the pager stood before them.
    assert all(line.startswith((" ", "!", "#")) or re.match(r"[A-Za-z]", line) for line in kept.splitlines())


@pytest.mark.parametrize("platform", CONFIGURED)
@settings(max_examples=15)
@given(data=st.data())
def test_the_pager_changes_nothing_wherever_it_comes(platform: str, data: st.DataObject) -> None:
    clean = normalised(platform, found_running(platform))
    pages = data.draw(st.sets(st.integers(0, 120), max_size=8))
    shown = [PAGERS[platform] + line if at in pages else line for at, line in enumerate(clean.splitlines())]
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r\r\n"]))
    assert normalised(platform, end.join(shown)) == clean


@pytest.mark.parametrize("platform", CONFIGURED)
def test_a_banner_is_no_configuration(platform: str) -> None:
    kept = normalised(platform, found_running(platform))
    if platform != "ruijie":
        assert re.search(r"\n \| interface \S+\n \|  ", kept)
    assert (
        len(re.findall(r"^interface (?:GigabitEthernet ?(?:1/0|0|0/0)/|Ethernet)1$", kept, re.MULTILINE)) == 1
    )


def test_a_certificate_is_its_digest() -> None:
    kept = normalised("ios", found_running("ios"))
    assert "3082022B" not in kept
    assert kept.count("  (sha256 ") == 1
    assert kept != normalised("ios", found_running("ios").replace("3082022B", "3082022C"))


def test_what_is_no_configuration_by_its_size_is_refused() -> None:
    with pytest.raises(UserError, match="more than any has"):
        normalised("ios", "x" * 4_000_001)


LINES: list[tuple[str, str, str]] = [
    ("ios", "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0"),
    ("ios", "enable password level 15 7 0822455D0A16", "0822455D0A16"),
    ("ios", "username a privilege 15 secret 9 $9$abcd$efgh", "$9$abcd$efgh"),
    ("ios", "username a password 0 clear", "clear"),
    ("ios", " password 7 094F471A1A0A", "094F471A1A0A"),
    ("ios", " password 7", "7"),
    ("ios", "snmp-server community public RO 10", "public"),
    ("ios", "snmp-server user u g v3 auth sha s3cret priv aes 128 t4cret", "s3cret"),
    ("ios", "snmp-server user u g v3 auth sha s3cret priv aes 128 t4cret", "t4cret"),
    ("ios", "snmp-server host 10.0.0.1 version 2c public", "public"),
    ("ios", "tacacs-server host 10.0.0.1 key 7 13061E01", "13061E01"),
    ("ios", "tacacs-server key 7 13061E01", "13061E01"),
    ("ios", "radius-server host 10.0.0.1 auth-port 1812 acct-port 1813 key 7 13061E01", "13061E01"),
    ("ios", " key 7 0822455D0A16", "0822455D0A16"),
    ("ios", "  key-string 7 0822455D0A16", "0822455D0A16"),
    ("ios", "ntp authentication-key 1 md5 0822455D0A16 7", "0822455D0A16"),
    ("ios", "vtp password hidden", "hidden"),
    ("ios", " standby 1 authentication md5 key-string 7 0822455D0A16", "0822455D0A16"),
    ("ios", "crypto isakmp key 6 topsecret address 10.0.0.1", "topsecret"),
    ("ios", " ip ospf message-digest-key 1 md5 7 0822455D0A16", "0822455D0A16"),
    ("ios", ' password "two words"', "two words"),
    ("ruijie", "enable password 7 $10$3a0$Mht7R6EpwN9VjQ==$", "$10$3a0$Mht7R6EpwN9VjQ==$"),
    ("ruijie", "username admin password 7 !$2a0Qmzy0T4Xk", "!$2a0Qmzy0T4Xk"),
    ("ruijie", "snmp-server community 7 $10$1b0$cd9Zx7Lk2Q==$ ro", "$10$1b0$cd9Zx7Lk2Q==$"),
    ("eos", "username admin role network-admin secret sha512 $6$kf0s9$0jJf8mL2", "$6$kf0s9$0jJf8mL2"),
    ("eos", "radius-server key 7 070E234F1F5B4A", "070E234F1F5B4A"),
    ("eos", "   neighbor 10.0.0.1 password 7 070E234F", "070E234F"),
    ("comware", " password hash $h$6$wTRaWkBt$b0qVfFzZ==", "$h$6$wTRaWkBt$b0qVfFzZ=="),
    ("comware", " password simple clear", "clear"),
    ("comware", " key authentication cipher $c$3$TqfUc5ZE==", "$c$3$TqfUc5ZE=="),
    ("comware", " snmp-agent community read cipher $c$3$9wMmTHVx==", "$c$3$9wMmTHVx=="),
    ("comware", " snmp-agent community write simple private", "private"),
    (
        "comware",
        " snmp-agent usm-user v3 u g simple authentication-mode sha s3cret privacy-mode aes128 t4cret",
        "s3cret",
    ),
    (
        "comware",
        " snmp-agent usm-user v3 u g simple authentication-mode sha s3cret privacy-mode aes128 t4cret",
        "t4cret",
    ),
    ("comware", " super password role network-admin hash $h$6$abcd$efgh", "$h$6$abcd$efgh"),
    ("comware", " set authentication password hash $h$6$abcd$efgh", "$h$6$abcd$efgh"),
    (
        "comware",
        " ntp-service authentication-keyid 1 authentication-mode md5 cipher $c$3$abcdef",
        "$c$3$abcdef",
    ),
    (
        "vrp",
        " local-user a password irreversible-cipher $1a$LrE~#k7gY4$dP2xC%,R4$",
        "$1a$LrE~#k7gY4$dP2xC%,R4$",
    ),
    ("vrp", " local-user a password cipher %^%#nR1H4I}5$%|*)b8`_6B%^%#", "%^%#nR1H4I}5$%|*)b8`_6B%^%#"),
    ("vrp", "snmp-agent community read public", "public"),
    ("vrp", " radius-server shared-key cipher %^%#nR1H4I}5$%^%#", "%^%#nR1H4I}5$%^%#"),
    (
        "vrp",
        "snmp-agent target-host trap address udp-domain 10.0.0.1 params securityname public v2c",
        "public",
    ),
    ("vrp", " ospf authentication-mode md5 1 cipher %^%#abcdefgh%^%#", "%^%#abcdefgh%^%#"),
    ("vrp", " set authentication password cipher %@%@abcdefgh%@%@", "%@%@abcdefgh%@%@"),
]


@pytest.mark.parametrize(
    ("platform", "line", "secret"), LINES, ids=[f"{p} {line.strip()[:40]}" for p, line, _ in LINES]
)
def test_a_secret_is_hidden_and_known_again(platform: str, line: str, secret: str) -> None:
    hidden = without_secrets(platform, line, KEY)
    left = re.sub(r"<secret:[0-9a-f]{16}>", "", hidden)
    assert secret not in left
    assert "<secret:" in hidden
    assert left.split()[:1] == line.split()[:1]
    assert without_secrets(platform, line, KEY) == hidden
    assert without_secrets(platform, line, KEY[::-1]) != hidden
    assert without_secrets(platform, line.replace(secret, secret[:-1] + "Z"), KEY) != hidden


@pytest.mark.parametrize("platform", CONFIGURED)
def test_a_whole_configuration_keeps_everything_else(platform: str) -> None:
    kept = normalised(platform, found_running(platform))
    hidden = without_secrets(platform, kept, KEY)
    changed = [
        (old, new) for old, new in zip(kept.splitlines(), hidden.splitlines(), strict=True) if old != new
    ]
    assert 3 <= len(changed) <= 9
    for old, _ in changed:
        assert re.search(r"secret|password|community|key|cipher|hash", old)
    for secret in ("sch00l-ro", "0822455D0A16", "$c$3$", "$h$6$", "%^%#", "$10$", "$6$", "$1a$"):
        assert secret not in hidden


def test_what_only_looks_like_a_secret_stays() -> None:
    for platform, line in (
        ("ios", "service password-encryption"),
        ("ios", "interface GigabitEthernet1/0/1"),
        ("vrp", " local-aaa-user password policy administrator"),
        ("vrp", " authentication-mode password"),
        ("comware", " password-recovery enable"),
        ("comware", " public-key code begin"),
    ):
        assert without_secrets(platform, line, KEY) == line


def test_the_same_secret_has_the_same_hash_everywhere() -> None:
    text = without_secrets(
        "ios", "username a password 7 0822455D0A16\n key 7 0822455D0A16\nsnmp-server community x RO", KEY
    )
    first, second, third = re.findall(r"<secret:(\w+)>", text)
    assert first == second != third


def test_a_key_that_could_be_tried_is_refused() -> None:
    with pytest.raises(UserError, match="15 bytes"):
        without_secrets("ios", "", b"x" * 15)


@given(
    secret=st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"'), min_size=6, max_size=40
    )
)
def test_no_password_of_a_user_is_left(secret: str) -> None:
    for platform, line in (
        ("ios", f"username u password 7 {secret}"),
        ("vrp", f" local-user u password cipher {secret}"),
    ):
        assert re.sub(r"<secret:\w{16}>", "", without_secrets(platform, line, KEY)) == line.removesuffix(
            secret
        )


@given(text=st.text(max_size=300))
def test_any_text_is_normalised_and_hidden(text: str) -> None:
    for platform in PATTERNS:
        kept = normalised(platform, text)
        assert normalised(platform, kept) == kept
        assert without_secrets(platform, kept, KEY).count("\n") == kept.count("\n")


def test_the_recordings_are_whole() -> None:
    assert {path.stem for path in FIXTURES.iterdir()} == {*CONFIGURED, "linux_links", "linux_vlans"}
