"""The facts of a Linux machine from its evidence: what is read where is in the modules that this one calls."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from .document import Document
from .evidence import Evidence, Reading
from .linux_firmware import identity, main_memory, processors, read_table
from .lspci import by_slot, gpus
from .mounts import parse_mounts, root_is_frozen
from .os_release import family, parse_os_release
from .packages import parse_dpkg, parse_rpm
from .sessions import parse_who
from .smbios import Table, tpm
from .sysfs_displays import monitors
from .sysfs_network import network
from .sysfs_pci import pci_devices
from .sysfs_power import power
from .sysfs_storage import storage
from .sysfs_usb import usb
from .usb_attempts import usb_attempts
from .virtualization import virtualization

_BOOT_TIME = re.compile(r"^btime (\d{1,11})$", re.MULTILINE)
_SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
_LATEST = 253402300799  # the end of year 9999, the last that a datetime can hold


def build_linux(evidence: Evidence) -> dict[str, Any]:
    """The facts document of checked Linux evidence. Never raises: what is missing is noted."""
    document = Document("linux", simulated=evidence.simulated)
    table = read_table(evidence, document)
    devices = pci_devices(evidence, document)
    document.inventory["gpus"] = gpus(devices)
    identity(evidence, table, document)
    hypervisor_flag = processors(evidence, table, document)
    main_memory(evidence, table, document)
    storage(evidence, document)
    monitors(evidence, document)
    network(evidence, document, by_slot(devices))
    usb(evidence, document)
    power(evidence, document, table)
    _trusted_platform_module(evidence, document, table)
    _secure_boot(evidence, document)
    document.inventory["virtualization"] = virtualization(
        document.inventory,
        container=_container(evidence),
        hypervisor_flag=hypervisor_flag,
        xen=evidence.word("/sys/hypervisor/type"),
    )
    _operating_system(evidence, document)
    _packages(evidence, document)
    _state(evidence, document)
    return document.finish()


def _trusted_platform_module(evidence: Evidence, document: Document, table: Table) -> None:
    """The kernel knows the version (``tpm_version_major`` since 5.6, before that the description of an ACPI
    device), SMBIOS the vendor."""
    names = evidence.names("/sys/class/tpm/*")
    firmware = tpm(table)
    major = evidence.word("/sys/class/tpm/tpm0/tpm_version_major")
    description = evidence.word("/sys/class/tpm/tpm0/device/description") or ""
    present = "tpm0" in (names.value or []) or firmware is not None
    version = {"1": "1.2", "2": "2.0"}.get(major or "", "2.0" if "2.0" in description else None)
    document.inventory["tpm"] = (
        {
            "version": version or (firmware or {}).get("version"),
            "manufacturer": (firmware or {}).get("manufacturer"),
        }
        if present
        else None
    )
    if not present and names.value is None:
        document.unknown("inventory.tpm", names.reason or "not_supported")


def _secure_boot(evidence: Evidence, document: Document) -> None:
    """UEFI 2.10 section 3.3: SecureBoot is one byte, 1 where it is enforced; efivarfs puts four bytes of
    attributes before it."""
    variable = evidence.data(_SECURE_BOOT)
    value = variable.value
    document.inventory["secure_boot"] = value[4] == 1 if value is not None and len(value) == 5 else None
    if document.inventory["secure_boot"] is None and document.inventory["bios"]["firmware_type"] != "bios":
        document.unknown("inventory.secure_boot", variable.reason or "not_supported")


def _container(evidence: Evidence) -> str | None:
    if manager := evidence.word("/run/systemd/container"):
        return manager
    if evidence.text("/run/.containerenv").value is not None:
        return "podman"
    return "docker" if evidence.text("/.dockerenv").value is not None else None


def _operating_system(evidence: Evidence, document: Document) -> None:
    release = evidence.text("/etc/os-release")
    if release.value is None:
        release = evidence.text("/usr/lib/os-release")
    parsed = parse_os_release(release.value or "")
    if not parsed:
        document.unknown("inventory.os", release.reason or "unreadable", "os-release")
    architecture = evidence.native.machine or evidence.word("/proc/sys/kernel/arch")
    if architecture is None:
        document.unknown("inventory.os.architecture", "not_supported")
    document.inventory["os"] = {
        "family": family(parsed) if parsed else None,
        "id": parsed.get("ID"),
        "name": parsed.get("NAME"),
        "version": parsed.get("VERSION_ID"),
        "pretty_name": parsed.get("PRETTY_NAME"),
        "architecture": _ARCHITECTURES.get(architecture or "", architecture),
        "kernel": evidence.word("/proc/sys/kernel/osrelease"),
    }


def _packages(evidence: Evidence, document: Document) -> None:
    """Of the two package managers one is absent; a PC that has both is a Debian with the rpm tool."""
    readings = []
    document.inventory["packages"] = []
    for name, parse in (("dpkg-query", parse_dpkg), ("rpm", parse_rpm)):
        reading = evidence.command(name)
        readings.append(reading)
        if packages := parse(reading.value or ""):
            document.inventory["packages"] = packages
            document.unknown_unless_absent("inventory.packages", reading)
            return
    wanting: Reading[str] = Reading(None, "not_requested")
    if all(reading.error == "absent" for reading in readings):
        document.unknown("inventory.packages", "no_tool")
    else:
        document.unknown_unless_absent("inventory.packages", *readings, wanting)


def _state(evidence: Evidence, document: Document) -> None:
    state = document.state
    state["hostname"] = evidence.native.hostname
    if state["hostname"] is None:
        document.unknown("state.hostname", "not_requested")
    stat = evidence.text("/proc/stat")
    boot = _BOOT_TIME.search(stat.value or "")
    seconds = int(boot[1]) if boot else _LATEST + 1
    booted = datetime.fromtimestamp(seconds, UTC) if seconds <= _LATEST else None
    state["boot_time"] = booted.strftime("%Y-%m-%dT%H:%M:%SZ") if booted else None
    if booted is None:
        document.unknown("state.boot_time", stat.reason or "unreadable")
    mounts = evidence.text("/proc/mounts")
    state["frozen"] = root_is_frozen(parse_mounts(mounts.value or ""))
    if state["frozen"] is None:
        document.unknown("state.frozen", mounts.reason or "unreadable")
    who = evidence.command("who")
    state["sessions"] = parse_who(who.value or "", booted)
    document.unknown_unless_absent("state.sessions", who)
    if who.error == "absent":
        document.unknown("state.sessions", "no_tool", "who")
    start = seconds if booted else None
    usb_attempts(evidence, document, start, container=_container(evidence) is not None)
