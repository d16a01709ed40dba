"""Asks an SNMP agent (v2c or v3) for the columns of ``snmp_oids``; bounded in time, rows and bytes.

pysnmp does the protocol; what is left to decide here is what to ask, when to stop and what to say.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import ObjectName
from pysnmp.proto.rfc1905 import UnSpecified

from ..i18n import Message, UserError
from .snmp_oids import SYSTEM, WALKED
from .target import Target, Unreachable

MAX_ROWS = 2048  # of one column: 512 ports and room for VLANs, which are left out later
MAX_BYTES = 512 * 1024  # six times that as JSON at worst, which the ledger still takes
_PER_REQUEST = 25
_NO_SUCH_NAME = 2  # errorStatus, RFC 3416
_AUTH = {
    "MD5": hlapi.usmHMACMD5AuthProtocol,
    "SHA": hlapi.usmHMACSHAAuthProtocol,
    "SHA224": hlapi.usmHMAC128SHA224AuthProtocol,
    "SHA256": hlapi.usmHMAC192SHA256AuthProtocol,
    "SHA384": hlapi.usmHMAC256SHA384AuthProtocol,
    "SHA512": hlapi.usmHMAC384SHA512AuthProtocol,
}
_PRIV = {
    "DES": hlapi.usmDESPrivProtocol,
    "AES": hlapi.usmAesCfb128Protocol,
    "AES192": hlapi.usmAesCfb192Protocol,
    "AES256": hlapi.usmAesCfb256Protocol,
}
_REFUSED = (
    errind.UnknownUserName,
    errind.WrongDigest,
    errind.AuthenticationFailure,
    errind.DecryptionError,
    errind.UnsupportedSecurityLevel,
    errind.UnknownSecurityName,
)


@dataclass(slots=True)
class _Asked:
    answers: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Any] = field(default_factory=dict)
    size: int = 0


def ask(target: Target) -> dict[str, Any]:
    """The ``answers`` (by OID) and ``faults`` (by column) of evidence.

    Raises ``Unreachable`` where nothing answers (an agent keeps silent to a wrong community too) and
    ``UserError`` where it refuses the user or the keys.
    """
    return asyncio.run(_ask(target))


async def _ask(target: Target) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    end = loop.time() + target.seconds
    engine = hlapi.SnmpEngine()
    asked = _Asked()
    try:
        kind = hlapi.Udp6TransportTarget if ":" in target.address else hlapi.UdpTransportTarget
        wait = min(2.0, target.seconds / 3)
        transport = await kind.create((target.address, target.port), timeout=wait, retries=2)
        session = (engine, _credentials(target), transport, hlapi.ContextData())
        async with asyncio.timeout_at(end):
            await _scalars(session, target, asked)
        for name, column in WALKED.items():
            try:
                async with asyncio.timeout_at(end):
                    await _walk(session, name, column, asked)
            except TimeoutError:
                asked.faults[name] = {"error": "timeout"}
    except (OSError, PySnmpError) as error:
        raise _silent(target) from error
    finally:
        engine.close_dispatcher()
    return {"answers": asked.answers, "faults": asked.faults}


def _credentials(target: Target) -> Any:
    secrets = target.secrets
    if target.user is None:
        # Many school switches have nothing newer; the page of the errand asks for v3 where the device has it.
        return hlapi.CommunityData(secrets["community"], mpModel=1)  # noqa: S508
    return hlapi.UsmUserData(
        target.user,
        authKey=secrets.get("auth_key"),
        privKey=secrets.get("priv_key"),
        authProtocol=_AUTH[target.auth_protocol] if "auth_key" in secrets else hlapi.usmNoAuthProtocol,
        privProtocol=_PRIV[target.priv_protocol] if "priv_key" in secrets else hlapi.usmNoPrivProtocol,
    )


async def _scalars(session: Any, target: Target, asked: _Asked) -> None:
    asks = [(ObjectName(oid), UnSpecified("")) for oid in SYSTEM.values()]
    trouble, status, _index, rows = await hlapi.get_cmd(*session, *asks, lookupMib=False)
    if isinstance(trouble, _REFUSED):
        raise UserError(
            "devices",
            "{address} refused the SNMP v3 user or its keys; compare lab_snmp_user, the keys and their "
            "protocols with the device's own settings",
            address=target.shown,
        )
    if trouble is not None:
        raise _silent(target)
    if int(status) not in (0, _NO_SUCH_NAME):
        raise UserError(
            "devices",
            "{address} answered SNMP with the error {code}; give this user or community the right to read",
            address=target.shown,
            code=int(status),
        )
    for oid, value in rows:
        _keep(asked, str(oid), value)


async def _walk(session: Any, name: str, column: str, asked: _Asked) -> None:
    """All rows of one column. What keeps it from being whole goes to ``faults`` under its name."""
    prefix = f"{column}."
    last = ObjectName(column)
    for _request in range(MAX_ROWS // _PER_REQUEST + 1):
        trouble, status, _index, rows = await hlapi.bulk_cmd(
            *session, 0, _PER_REQUEST, (last, UnSpecified("")), lookupMib=False
        )
        if trouble is not None:
            late = isinstance(trouble, errind.RequestTimedOut)
            asked.faults[name] = {"error": "timeout" if late else "unreadable"}
            return
        if int(status):
            if int(status) != _NO_SUCH_NAME:
                asked.faults[name] = {"error": "denied"}
            return
        for oid, value in rows:
            if not str(oid).startswith(prefix) or _is_end(value):
                return
            if oid <= last:
                asked.faults[name] = {"error": "unreadable", "detail": "the answers do not go forward"}
                return
            last = oid
            if not _keep(asked, str(oid), value):
                asked.faults[name] = {"error": "too_large"}
                return
        if not rows:
            return
    asked.faults[name] = {"error": "too_large"}


def _keep(asked: _Asked, oid: str, value: Any) -> bool:
    """Take one value in; False where the budget of bytes is used up."""
    plain = _plain(value)
    if plain is None:
        return True
    asked.size += len(oid) + (len(plain) if isinstance(plain, str) else 20)
    if asked.size > MAX_BYTES:
        return False
    asked.answers[oid] = plain
    return True


def _is_end(value: Any) -> bool:
    return type(value).__name__ in ("EndOfMibView", "NoSuchObject", "NoSuchInstance")


def _plain(value: Any) -> Any:
    """A value in the evidence's own form; None for one that says nothing (no such object)."""
    kinds = {base.__name__ for base in type(value).__mro__}
    if _is_end(value) or "Null" in kinds:
        return None
    if "OctetString" in kinds:
        return bytes(value).decode("latin-1")
    if "ObjectIdentifier" in kinds:
        return {"oid": str(value)[:256]}
    return int(value) if "Integer" in kinds else None


def _silent(target: Target) -> Unreachable:
    return Unreachable(
        Message(
            "devices",
            "{address} did not answer SNMP; check that it is on, that SNMP is switched on in it and lets this control "
            "node in, and that the community or the user is right",
            {"address": target.shown},
        )
    )
