"""Answers as devices of several makers give them, as evidence."""

from __future__ import annotations

import struct
from typing import Any

from ansible_collections.jifang.lab.plugins.plugin_utils.devices.snmp_oids import SYSTEM, WALKED


def evidence(probe: str, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"v": 1, "probe": probe, "kind": None, "answers": answers, "faults": {}, **more}


def snmp(*, kind: str | None = None, faults: dict[str, Any] | None = None, **rows: Any) -> dict[str, Any]:
    """``sysDescr="…"`` for a scalar, ``ifType={"1": 6}`` for a column; text is written as its UTF-8 bytes."""
    answers: dict[str, Any] = {}
    for name, value in rows.items():
        if name in SYSTEM:
            answers[SYSTEM[name]] = plain(value)
        else:
            answers |= {f"{WALKED[name]}.{row}": plain(one) for row, one in value.items()}
    return evidence("snmp", answers, kind=kind, faults=faults or {})


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value.encode().decode("latin-1") if isinstance(value, str) else value


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def oid(text: str) -> dict[str, str]:
    return {"oid": text}


def ipp(
    attributes: dict[str, list[int | str | bytes]], *, status: int = 0, end: bytes = b"\x03"
) -> dict[str, Any]:
    """A printer's answer, its message encoded by hand after RFC 8010, 3.1."""
    message = struct.pack(">BBHIB", 1, 1, status, 1, 4)
    for name, values in attributes.items():
        for number, value in enumerate(values):
            data = struct.pack(">i", value) if isinstance(value, int) else value
            data = data.encode() if isinstance(data, str) else data
            key = b"" if number else name.encode()
            tag = 0x21 if isinstance(value, int) else 0x41
            message += struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(data)) + data
    return evidence("ipp", {"Get-Printer-Attributes": (message + end).decode("latin-1")})


def nut(**values: str) -> dict[str, Any]:
    """Variables with ``_`` for their dots."""
    lines = [f'VAR rack {name.replace("_", ".")} "{value}"' for name, value in values.items()]
    return evidence("nut", {"LIST VAR": plain("\n".join(lines))})


def pjlink(**answers: str | bytes) -> dict[str, Any]:
    return evidence("pjlink", {name: plain(value) for name, value in answers.items()})


HUAWEI = snmp(
    sysDescr="S5735-L24T4S-A1\r\nHuawei Versatile Routing Platform Software\r\nVRP (R) software,Version 5.170",
    sysObjectID=oid("1.3.6.1.4.1.2011.2.23.750"),
    sysUpTime=8640000,
    sysName="机房交换机",
    sysServices=78,
    entPhysicalClass={"67108867": 3, "67108873": 9, "67108874": 10},
    entPhysicalSerialNum={"67108867": "2102352UPBDMN1000123"},
    entPhysicalModelName={"67108867": "S5735-L24T4S-A1"},
    entPhysicalMfgName={"67108867": "Huawei"},
    entPhysicalSoftwareRev={"67108867": "V200R019C10SPC500"},
    ifType={"5": 6, "6": 6, "1": 53},
    ifName={"5": "GigabitEthernet0/0/1", "6": "GigabitEthernet0/0/2", "1": "Vlanif1"},
    ifPhysAddress={
        "5": mac("c4:b8:b4:01:02:03"),
        "6": mac("c4:b8:b4:01:02:03"),
        "1": mac("c4:b8:b4:01:02:03"),
    },
    ifOperStatus={"5": 1, "6": 2},
    ifHighSpeed={"5": 1000, "6": 0},
    ifAlias={"5": "到中心机房"},
)
LASERJET = snmp(
    sysDescr="HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD149,EEPROM V.45.21,CIDATE 08/13/2013",
    sysServices=64,
    hrDeviceDescr={"1": "HP LaserJet 400 M401dn", "2": "CPU"},
    hrPrinterStatus={"1": 3},
    prtGeneralSerialNumber={"1": "VNB3X12345"},
    prtMarkerLifeCount={"1.1": 48211},
    prtMarkerSuppliesDescription={"1.1": "Black Cartridge HP CF280A"},
    prtMarkerSuppliesMaxCapacity={"1.1": 100},
    prtMarkerSuppliesLevel={"1.1": 37},
    ifType={"1": 6},
    ifDescr={"1": "eth0"},
    ifPhysAddress={"1": mac("9c:b6:54:aa:bb:cc")},
)
