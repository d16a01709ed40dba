"""What an SNMP agent is asked for: scalars, and columns of tables. Names are the MIBs' own."""

from __future__ import annotations

_SYSTEM = "1.3.6.1.2.1.1"  # SNMPv2-MIB, RFC 3418
_INTERFACES = "1.3.6.1.2.1.2.2.1"  # IF-MIB ifTable, RFC 2863
_INTERFACES_X = "1.3.6.1.2.1.31.1.1.1"  # IF-MIB ifXTable
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"  # ENTITY-MIB entPhysicalTable, RFC 6933
_LLDP = "1.0.8802.1.1.2.1"  # LLDP-MIB, IEEE 802.1AB-2005
_PRINTER = "1.3.6.1.2.1.43"  # Printer-MIB, RFC 3805
_HOST = "1.3.6.1.2.1.25.3"  # HOST-RESOURCES-MIB hrDevice, RFC 2790
_UPS = "1.3.6.1.2.1.33.1"  # UPS-MIB, RFC 1628

SYSTEM = {
    "sysDescr": f"{_SYSTEM}.1.0",
    "sysObjectID": f"{_SYSTEM}.2.0",
    "sysUpTime": f"{_SYSTEM}.3.0",
    "sysName": f"{_SYSTEM}.5.0",
    "sysLocation": f"{_SYSTEM}.6.0",
    "sysServices": f"{_SYSTEM}.7.0",
}

# Columns and subtrees that are walked, in this order; what matters most first, because time is bounded.
WALKED = {
    "entPhysicalClass": f"{_ENTITY}.5",
    "entPhysicalDescr": f"{_ENTITY}.2",
    "entPhysicalName": f"{_ENTITY}.7",
    "entPhysicalFirmwareRev": f"{_ENTITY}.9",
    "entPhysicalSoftwareRev": f"{_ENTITY}.10",
    "entPhysicalSerialNum": f"{_ENTITY}.11",
    "entPhysicalMfgName": f"{_ENTITY}.12",
    "entPhysicalModelName": f"{_ENTITY}.13",
    "ifType": f"{_INTERFACES}.3",
    "ifPhysAddress": f"{_INTERFACES}.6",
    "ifDescr": f"{_INTERFACES}.2",
    "ifName": f"{_INTERFACES_X}.1",
    "ifOperStatus": f"{_INTERFACES}.8",
    "ifHighSpeed": f"{_INTERFACES_X}.15",
    "ifAlias": f"{_INTERFACES_X}.18",
    "upsIdent": f"{_UPS}.1",
    "upsBattery": f"{_UPS}.2",
    "upsOutputSource": f"{_UPS}.4.1",
    "upsOutputPercentLoad": f"{_UPS}.4.4.1.5",
    "upsAlarmDescr": f"{_UPS}.6.2.1.2",
    "hrDeviceDescr": f"{_HOST}.2.1.3",
    "hrPrinterStatus": f"{_HOST}.5.1.1",
    "prtGeneralSerialNumber": f"{_PRINTER}.5.1.1.17",
    "prtMarkerLifeCount": f"{_PRINTER}.10.2.1.4",
    "prtMarkerSuppliesDescription": f"{_PRINTER}.11.1.1.6",
    "prtMarkerSuppliesMaxCapacity": f"{_PRINTER}.11.1.1.8",
    "prtMarkerSuppliesLevel": f"{_PRINTER}.11.1.1.9",
    "lldpLocal": f"{_LLDP}.3",
    "lldpRemChassisIdSubtype": f"{_LLDP}.4.1.1.4",
    "lldpRemChassisId": f"{_LLDP}.4.1.1.5",
    "lldpRemPortIdSubtype": f"{_LLDP}.4.1.1.6",
    "lldpRemPortId": f"{_LLDP}.4.1.1.7",
    "lldpRemPortDesc": f"{_LLDP}.4.1.1.8",
    "lldpRemSysName": f"{_LLDP}.4.1.1.9",
    "lldpRemSysDesc": f"{_LLDP}.4.1.1.10",
}
