"""Whom to ask, and with which secret. Secrets stay in here: they have no repr and are blotted out of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..i18n import Message, UserError
from .kinds import KINDS

PORTS = {"snmp": 161, "ipp": 631, "pjlink": 4352, "nut": 3493}
AUTH_PROTOCOLS = ("MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("DES", "AES", "AES192", "AES256")
_SHORTEST_BLOTTED = 4
_SHORTEST_KEY = 8  # RFC 3414, 11.2
_BLOT = "[secret]"
_MOST_SECONDS = 120


class Unreachable(Exception):  # noqa: N818 - an answer of the network, not a fault of ours
    """The device did not answer, as a PC that is switched off does not."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """``seconds`` bounds the whole asking; ``kind`` is the person's word for what it is, None where not said.

    ``user`` is of SNMP v3, ``ups`` the name that NUT has for it. ``secrets`` by name: ``community``, ``auth_key``,
    ``priv_key``, ``password``.
    """

    protocol: str
    address: str
    port: int
    seconds: float = 20.0
    kind: str | None = None
    user: str | None = None
    auth_protocol: str = "SHA"
    priv_protocol: str = "AES"
    ups: str | None = None
    path: str = "/ipp/print"
    tls: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """The address and port as messages name it."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


def target_of(variables: Mapping[str, str | None]) -> Target:
    """The target of a host's variables, named without their prefix ``lab_``; ``device`` and ``address`` are there.

    Raises ``UserError`` for a value that cannot be, naming the variable and never a secret's value.
    """

    def given(name: str, default: str) -> str:
        return variables.get(name) or default

    protocol = given("device", "")
    _one_of("lab_device", protocol, tuple(PORTS))
    if kind := variables.get("device_kind"):
        _one_of("lab_device_kind", kind, KINDS)
    auth, priv = given("snmp_auth_protocol", "SHA").upper(), given("snmp_priv_protocol", "AES").upper()
    _one_of("lab_snmp_auth_protocol", auth, AUTH_PROTOCOLS)
    _one_of("lab_snmp_priv_protocol", priv, PRIV_PROTOCOLS)
    names = {
        "snmp": {"community": "snmp_community", "auth_key": "snmp_auth_key", "priv_key": "snmp_priv_key"},
        "pjlink": {"password": "pjlink_password"},
    }.get(protocol, {})
    secrets = {name: value for name, variable in names.items() if (value := variables.get(variable))}
    user = variables.get("snmp_user")
    if protocol == "snmp":
        _snmp_secrets(user, secrets)
    return Target(
        protocol=protocol,
        address=given("address", ""),
        port=_number("lab_device_port", given("device_port", str(PORTS[protocol])), 65535),
        seconds=_number("lab_device_seconds", given("device_seconds", "20"), _MOST_SECONDS),
        kind=kind,
        user=user,
        auth_protocol=auth,
        priv_protocol=priv,
        ups=variables.get("nut_ups"),
        path="/" + given("ipp_path", "/ipp/print").lstrip("/"),
        tls=given("ipp_tls", "false").lower() in ("true", "yes", "1"),
        secrets=secrets,
    )


def _snmp_secrets(user: str | None, secrets: Mapping[str, str]) -> None:
    if user is None and "community" not in secrets:
        raise UserError(
            "devices",
            "no SNMP community and no SNMP v3 user is set for this device; set lab_snmp_community, or "
            "lab_snmp_user with lab_snmp_auth_key, in a vaulted file",
        )
    if user is not None and "priv_key" in secrets and "auth_key" not in secrets:
        raise UserError(
            "devices", "lab_snmp_priv_key is set without lab_snmp_auth_key; SNMP v3 encrypts only with both"
        )
    for name in ("auth_key", "priv_key"):
        if user is not None and name in secrets and len(secrets[name]) < _SHORTEST_KEY:
            raise UserError(
                "devices",
                "{variable} is shorter than {count} characters, which SNMP v3 does not allow; set a longer one on "
                "the device and in its vaulted file",
                variable=f"lab_snmp_{name}",
                count=_SHORTEST_KEY,
            )


def blotted(value: Any, secrets: Mapping[str, str]) -> Any:
    """Evidence in which no text holds a secret of four characters or more, whatever the device echoed.

    Texts in evidence are bytes as latin-1, so a secret is looked for in that form.
    """
    words = [
        form
        for secret in secrets.values()
        if len(secret) >= _SHORTEST_BLOTTED
        for form in (secret, secret.encode().decode("latin-1"))
    ]
    return _blot(value, sorted(words, key=len, reverse=True))


def _blot(value: Any, words: list[str]) -> Any:
    if isinstance(value, dict):
        return {_blot(name, words): _blot(item, words) for name, item in value.items()}
    if isinstance(value, list):
        return [_blot(item, words) for item in value]
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, _BLOT)
    return value


def _one_of(variable: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise UserError(
            "devices",
            "the variable {variable} is {value}; set it to one of {choices}",
            variable=variable,
            value=value[:40],
            choices=choices,
        )


def _number(variable: str, text: str, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= most:
        return int(text)
    raise UserError(
        "devices",
        "the variable {variable} is {value}; set it to a whole number from 1 to {most}",
        variable=variable,
        value=text[:40],
        most=most,
    )
