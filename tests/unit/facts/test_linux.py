"""Known, absent or unknown with a reason: what the facts say when something is missing on the PC."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.facts import build_facts

from tests.unit.facts.evidence_samples import FIXTURES, linux, recording

FIRMWARE = ("system", "bios", "board", "chassis", "cpus", "memory")
SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"


def desktop(**commands: Any) -> dict[str, Any]:
    evidence = recording("evidence/desktop")
    evidence["commands"].update(commands)
    return evidence


def reasons(facts: dict[str, Any]) -> dict[str, str]:
    return {path: note["reason"] for path, note in facts["unknown"].items()}


@pytest.mark.parametrize(
    ("dmidecode", "reason"),
    [
        ({"error": "absent"}, "no_tool"),
        ({"error": "denied"}, "no_permission"),
        ({"error": "timeout"}, "timeout"),
        ({"error": "timeout", "out": "# dmidecode 3.3\n"}, "timeout"),
        ({"error": "unreadable", "detail": "EIO"}, "unreadable"),
        ({"rc": 1, "out": "# dmidecode 3.3\n", "err": "/dev/mem: Permission denied\n"}, "no_permission"),
        ({"rc": 1, "out": "/dev/mem: Operation not permitted\n"}, "no_permission"),
        ({"rc": 1, "out": "# No SMBIOS nor DMI entry point found, sorry.\n"}, "not_supported"),
        ({"rc": 1, "out": "", "err": "/dev/mem: No such file or directory\n"}, "not_supported"),
        ({"rc": 127, "out": ""}, "unreadable"),
    ],
)
def test_without_a_table_the_machine_is_still_known_by_sysfs(dmidecode: Any, reason: str) -> None:
    facts = build_facts(desktop(dmidecode=dmidecode))
    inventory = facts["inventory"]
    assert {section: reasons(facts)[f"inventory.{section}"] for section in FIRMWARE} == dict.fromkeys(
        FIRMWARE, reason
    )
    assert inventory["system"] == {
        "manufacturer": "LENOVO",
        "product": "10SQS3JV00",
        "version": "ThinkCentre M720t",
        "serial": "PC1K7X4R",
        "uuid": "7c2a9e10-53b4-11eb-9d3b-f4a8d5e0c611",
        "sku": "LENOVO_MT_10SQ_BU_Think_FM_ThinkCentre M720t",
        "family": "ThinkCentre M720t",
    }
    assert inventory["bios"]["release_date"] == "2021-07-15"
    assert inventory["chassis"]["type"] == "Desktop"
    assert [(cpu["model"], cpu["cores"]) for cpu in inventory["cpus"]] == [
        ("Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", 6)
    ]
    assert inventory["memory"]["os_total_bytes"] == 16220672 * 1024
    assert inventory["memory"]["modules"] == []
    assert [disk["name"] for disk in inventory["disks"]] == ["sda", "sdc"]


def test_a_table_cut_in_half_is_used_as_far_as_it_goes() -> None:
    text = (FIXTURES / "dmidecode/lenovo_m720t.txt").read_text()
    half = text[: text.index("Locator: ChannelB-DIMM1")]
    facts = build_facts(desktop(dmidecode={"error": "too_large", "out": half}))
    assert reasons(facts)["inventory.memory"] == "truncated"
    assert facts["inventory"]["memory"]["total_bytes"] is None
    assert [m["slot"] for m in facts["inventory"]["memory"]["modules"]][:2] == [
        "ChannelA-DIMM1",
        "ChannelA-DIMM2",
    ]
    assert facts["inventory"]["system"]["serial"] == "PC1K7X4R"


def test_a_whole_table_leaves_nothing_of_the_firmware_unknown() -> None:
    unknown = reasons(build_facts(desktop()))
    assert [path for path in unknown if path.split(".")[1] in FIRMWARE] == []


def test_not_root_names_what_root_would_see() -> None:
    facts = build_facts(recording("evidence/desktop_no_root"))
    assert facts["inventory"]["system"]["serial"] is None
    assert reasons(facts)["inventory.system.serial"] == "no_permission"
    assert reasons(facts)["inventory.disks[0].serial"] == "no_permission"
    assert facts["inventory"]["system"]["product"] == "10SQS3JV00"


def test_a_virtual_machine_without_memory_tables() -> None:
    table = (
        "# dmidecode 3.4\nGetting SMBIOS data from sysfs.\nSMBIOS 2.8 present.\n\n"
        "Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: QEMU\n"
        "\tProduct Name: Standard PC (Q35 + ICH9, 2009)\n\n"
        "Handle 0x7F00, DMI type 127, 4 bytes\nEnd Of Table\n"
    )
    facts = build_facts(desktop(dmidecode={"rc": 0, "out": table}))
    assert reasons(facts)["inventory.memory"] == "not_supported"
    assert facts["inventory"]["virtualization"] == {"kind": "virtual", "hypervisor": "qemu"}


@pytest.mark.parametrize(
    ("variable", "firmware", "value", "reason"),
    [
        ("\x06\x00\x00\x00\x01", ["efi"], True, None),
        ("\x06\x00\x00\x00\x00", ["efi"], False, None),
        ("\x06\x00\x00\x00", ["efi"], None, "not_supported"),
        ({"error": "denied"}, ["efi"], None, "no_permission"),
        ({"error": "absent"}, ["efi"], None, "not_supported"),
        ({"error": "absent"}, ["acpi", "dmi"], None, None),
    ],
)
def test_secure_boot(variable: Any, firmware: list[str], value: bool | None, reason: str | None) -> None:
    evidence = desktop()
    evidence["files"][SECURE_BOOT] = variable
    evidence["globs"]["/sys/firmware/*"] = firmware
    facts = build_facts(evidence)
    assert facts["inventory"]["secure_boot"] is value
    assert reasons(facts).get("inventory.secure_boot") == reason


@pytest.mark.parametrize(
    ("entries", "has_table", "firmware_type", "reason"),
    [
        (["acpi", "efi"], True, "uefi", None),
        (["acpi", "memmap"], True, "bios", None),
        (["devicetree", "fdt"], False, None, None),
        ({"error": "denied"}, True, None, "no_permission"),
        ({"error": "absent"}, True, None, "not_supported"),
    ],
)
def test_firmware_type(entries: Any, has_table: bool, firmware_type: str | None, reason: str | None) -> None:
    evidence = desktop() if has_table else desktop(dmidecode={"error": "absent"})
    evidence["globs"]["/sys/firmware/*"] = entries
    facts = build_facts(evidence)
    assert facts["inventory"]["bios"]["firmware_type"] == firmware_type
    assert reasons(facts).get("inventory.bios.firmware_type") == reason


@pytest.mark.parametrize(
    ("files", "tpm_names", "tpm"),
    [
        ({"tpm_version_major": "2\n"}, ["tpm0"], {"version": "2.0", "manufacturer": None}),
        ({"tpm_version_major": "1\n"}, ["tpm0"], {"version": "1.2", "manufacturer": None}),
        ({"device/description": "TPM 2.0 Device\n"}, ["tpm0"], {"version": "2.0", "manufacturer": None}),
        ({}, ["tpm0"], {"version": None, "manufacturer": None}),
        ({}, [], None),
    ],
)
def test_tpm(files: dict[str, str], tpm_names: list[str], tpm: dict[str, Any] | None) -> None:
    evidence = linux(
        files={f"/sys/class/tpm/tpm0/{name}": text for name, text in files.items()},
        globs={"/sys/class/tpm/*": tpm_names},
    )
    facts = build_facts(evidence)
    assert facts["inventory"]["tpm"] == tpm
    assert "inventory.tpm" not in facts["unknown"]


def test_a_kernel_without_tpm_support_cannot_tell() -> None:
    facts = build_facts(linux(globs={"/sys/class/tpm/*": {"error": "absent"}}))
    assert (facts["inventory"]["tpm"], reasons(facts)["inventory.tpm"]) == (None, "not_supported")


@pytest.mark.parametrize(
    ("stat", "boot_time", "reason"),
    [
        ("cpu 1\nbtime 1795392900\n", "2026-11-23T00:15:00Z", None),
        ("btime 99999999999\n", "5138-11-16T09:46:39Z", None),
        ("btime 9999999999999\n", None, "unreadable"),
        ("cpu 1\n", None, "unreadable"),
        ({"error": "denied"}, None, "no_permission"),
    ],
)
def test_boot_time(stat: Any, boot_time: str | None, reason: str | None) -> None:
    facts = build_facts(linux(files={"/proc/stat": stat}))
    assert facts["state"]["boot_time"] == boot_time
    assert reasons(facts).get("state.boot_time") == reason


@pytest.mark.parametrize(
    ("commands", "names", "reason"),
    [
        ({}, [], "not_requested"),
        (
            {"dpkg-query": {"rc": 0, "out": "vim\t2:9\tamd64\tii \n"}, "rpm": {"error": "absent"}},
            ["vim"],
            None,
        ),
        (
            {"dpkg-query": {"error": "absent"}, "rpm": {"rc": 0, "out": "vim\t(none):9-1\tx86_64\n"}},
            ["vim"],
            None,
        ),
        ({"dpkg-query": {"error": "absent"}, "rpm": {"error": "absent"}}, [], "no_tool"),
        ({"dpkg-query": {"error": "absent"}, "rpm": {"error": "timeout"}}, [], "timeout"),
        (
            {"dpkg-query": {"error": "too_large", "out": "vim\t9\tall\tii \nvi"}, "rpm": {"error": "absent"}},
            ["vim"],
            "truncated",
        ),
    ],
)
def test_packages(commands: dict[str, Any], names: list[str], reason: str | None) -> None:
    facts = build_facts(linux(commands=commands))
    assert [package["name"] for package in facts["inventory"]["packages"]] == names
    assert reasons(facts).get("inventory.packages") == reason


@pytest.mark.parametrize(
    ("files", "kind", "hypervisor"),
    [
        ({}, "physical", None),
        ({"/run/systemd/container": "podman\n"}, "container", "podman"),
        ({"/run/.containerenv": ""}, "container", "podman"),
        ({"/.dockerenv": ""}, "container", "docker"),
        ({"/sys/hypervisor/type": "xen\n"}, "virtual", "xen"),
    ],
)
def test_marks_of_containers_and_xen(files: dict[str, str], kind: str, hypervisor: str | None) -> None:
    evidence = desktop()
    evidence["files"].update(files)
    assert build_facts(evidence)["inventory"]["virtualization"] == {"kind": kind, "hypervisor": hypervisor}


def test_a_probe_that_ran_out_of_time_says_so() -> None:
    facts = build_facts(linux(cut="globs", native={"hostname": "pc01"}))
    found = reasons(facts)
    for path in ("inventory.system", "inventory.disks", "inventory.nics", "inventory.usb", "inventory.os"):
        assert found[path] == "timeout", path
    assert facts["state"]["hostname"] == "pc01"


def test_hostile_text_stays_text() -> None:
    evidence = desktop()
    evidence["native"]["hostname"] = "{{ lookup('pipe','id') }}\x1b[2J\u202e"[:25] + "\x1b[2J"
    evidence["files"]["/sys/bus/usb/devices/1-3/product"] = '=HYPERLINK("x")<script>../../x\x00\x07\n'
    facts = build_facts(evidence)
    assert facts["state"]["hostname"] == "{{ lookup('pipe','id') }}[2J"
    assert facts["inventory"]["usb"][0]["product"] == '=HYPERLINK("x")<script>../../x'
