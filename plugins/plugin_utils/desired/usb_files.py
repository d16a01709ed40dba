"""What usb_lockdown writes for the kernel, udev and udisks, as text. Pure; ``usb_lockdown.py`` says where it goes.

Sources: modprobe.d(5); udev(7); the kernel's Documentation/usb/authorization.rst; udisks(8) and polkit(8) for the
variables of udisks' actions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from .usb_policy import AllowEntry, UsbPolicy

FLAG = "/run/jifang/usb_unlocked"
GATE = "/usr/local/lib/jifang/usb-gate"
ATTEMPT = "/usr/local/lib/jifang/usb-attempt"
ADMITTED = "/run/jifang/usb-admitted"
RECORD = "/var/lib/jifang/usb_unlock"
# The drivers of each channel. Those of usb-storage's kin (ums_*) need it and stay out with it.
_DRIVERS = {
    "usb_storage": ("usb-storage", "uas"),
    "optical": ("sr_mod", "pktcdvd"),
    "card_readers": (
        *("memstick", "ms_block", "mspro_block", "jmb38x_ms", "r592", "tifm_7xx1", "tifm_sd", "tifm_ms"),
        *("rtsx_pci_sdmmc", "rtsx_pci_ms", "rtsx_usb_sdmmc", "rtsx_usb_ms"),
    ),
    "firewire": ("firewire-sbp2",),
    "thunderbolt": ("thunderbolt",),
}
_HEAD = "# Jifang: written by the role usb_lockdown; changes are overwritten.\n"
# sysfs' type of a SCSI device, SPC-4 table 142: CD/DVD, write-once and optical memory.
_OPTICAL = "4|5|7"


def modprobe_policy(policy: UsbPolicy) -> str:
    """Drivers that load only while the room is unlocked. No ``blacklist``: it would hold then, too; and ``install``
    also stops a driver that another one asks for."""
    lines = [_HEAD.rstrip()]
    for channel, drivers in _DRIVERS.items():
        if policy.closes(channel):
            lines += [
                f"install {driver} [ -e {FLAG} ] && exec /sbin/modprobe --ignore-install {driver} $CMDLINE_OPTS"
                for driver in drivers
            ]
    if policy.closes("card_readers"):
        # A PC's own disk may be an eMMC, which is of type MMC; a card is of type SD.
        lines.append(
            f"install mmc_block if [ -e {FLAG} ]; then exec /sbin/modprobe --ignore-install mmc_block $CMDLINE_OPTS; "
            "fi; for t in /sys/bus/mmc/devices/*/type; do read -r k < $t && [ $k = MMC ] && "
            "exec /sbin/modprobe --ignore-install mmc_block $CMDLINE_OPTS; done; exit 1"
        )
    return "\n".join(lines) + "\n"


def udev_rules(policy: UsbPolicy, entries: Sequence[AllowEntry]) -> str:
    """The rules that hold without any daemon of ours. Input devices and hubs are never touched, except a keyboard
    that brings storage along and was not there at enrolment."""
    usb = [*_usb_device(policy, entries), *_usb_interface(policy)]
    lines = [
        _HEAD.rstrip(),
        # By the mark in /run: the event before it, "unbind", may find no attributes any more, and udev then forgets
        # that the stick was allowed.
        f'ACTION=="remove", ENV{{DEVTYPE}}=="usb_device", TEST=="{ADMITTED}/%k", RUN+="{GATE} left %k"',
        'ACTION=="remove", GOTO="jifang_usb_end"',
        'SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", GOTO="jifang_usb_device"',
        'SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_interface", GOTO="jifang_usb_interface"',
        f'TEST=="{FLAG}", GOTO="jifang_usb_end"',
    ]
    if policy.closes("optical"):
        # Without its SCSI device a drive has neither sr nor sg nor bsg: it cannot be read or written at all.
        lines += [
            f'ACTION=="add", SUBSYSTEM=="scsi", ENV{{DEVTYPE}}=="scsi_device", ATTR{{type}}=="{_OPTICAL}", '
            'ATTR{delete}="1"',
            'SUBSYSTEM=="block", KERNEL=="sr*", ENV{UDISKS_IGNORE}="1"',
        ]
    if policy.closes("card_readers"):
        lines += [
            f'ACTION=="add|bind", SUBSYSTEM=="mmc", ATTR{{type}}=="SD|SDcombo", RUN+="{GATE} card %k"',
            'SUBSYSTEM=="block", SUBSYSTEMS=="mmc", ATTRS{type}=="SD|SDcombo", ENV{UDISKS_IGNORE}="1"',
            'SUBSYSTEM=="block", SUBSYSTEMS=="memstick", ENV{UDISKS_IGNORE}="1"',
        ]
    if policy.closes("firewire"):
        lines.append('SUBSYSTEM=="block", SUBSYSTEMS=="firewire", ENV{UDISKS_IGNORE}="1"')
    if policy.closes("thunderbolt"):
        lines.append('ACTION=="add", SUBSYSTEM=="thunderbolt", ATTR{authorized}=="1|2", ATTR{authorized}="0"')
    lines += ['GOTO="jifang_usb_end"', *usb, 'LABEL="jifang_usb_end"']
    return "\n".join(lines) + "\n"


def _usb_device(policy: UsbPolicy, entries: Sequence[AllowEntry]) -> list[str]:
    lines = [
        'LABEL="jifang_usb_device"',
        # A driver that is built into the kernel, or was loaded before: its new interfaces wait for our word.
        *(
            f'ACTION=="add", KERNEL=="usb*", TEST=="/sys/module/{module}", TEST!="{FLAG}", '
            'ATTR{interface_authorized_default}="0"'
            for module in ("usb_storage", "uas")
        ),
        'ENV{ID_USB_INTERFACES}=="", IMPORT{builtin}="usb_id"',
        'ENV{JIFANG_PORT}="%k"',
    ]
    for entry in entries:
        lines.append(
            f'ATTR{{idVendor}}=="{entry.vendor}", ATTR{{idProduct}}=="{entry.product}", '
            f'ATTR{{serial}}=="{entry.serial}", ENV{{ID_USB_INTERFACES}}!="*:03????:*", '
            f'ENV{{JIFANG_USB}}="allowed", ENV{{JIFANG_USB_UNTIL}}="{entry.until:%Y%m%d}"'
        )
    refused = f'RUN+="{GATE} refused %k"'
    # The record is made here: the device stays, whatever becomes of its interfaces.
    seen = f'ACTION=="add", TEST!="{FLAG}", ENV{{JIFANG_USB}}!="allowed", ENV{{JIFANG_ENROLLED}}!="1"'
    if policy.closes("usb_storage"):
        lines += [
            'ENV{ID_USB_INTERFACES}=="*:03????:*", ENV{ID_USB_INTERFACES}=="*:08????:*", ENV{JIFANG_ENROLLED}!="1", '
            'ENV{JIFANG_USB}="refused"',
            f'ACTION=="add", ENV{{JIFANG_USB}}=="refused", ATTR{{authorized}}="0", {refused}',
            f'{seen}, ENV{{ID_USB_INTERFACES}}=="*:08????:*", {refused}',
        ]
    if policy.closes("mtp_ptp"):
        lines += [
            f'{seen}, ENV{{ID_USB_INTERFACES}}=="*:06????:*", {refused}',
            f'{seen}, ENV{{ID_USB_INTERFACES}}=="*:ff42??:*", {refused}',
        ]
    return [*lines, 'GOTO="jifang_usb_end"']


def _usb_interface(policy: UsbPolicy) -> list[str]:
    lines = [
        'LABEL="jifang_usb_interface"',
        'ACTION!="add", GOTO="jifang_usb_end"',
        'IMPORT{parent}="JIFANG_*"',
    ]
    lines.append(f'TEST=="{FLAG}", GOTO="jifang_usb_open"')
    if policy.closes("usb_storage"):
        lines += [
            f'ATTR{{bInterfaceClass}}=="08", ENV{{JIFANG_USB}}=="allowed", '
            f'RUN+="{GATE} admit %k $env{{JIFANG_USB_UNTIL}}", GOTO="jifang_usb_end"',
            'ATTR{bInterfaceClass}=="08", GOTO="jifang_usb_close"',
        ]
    if policy.closes("mtp_ptp"):
        lines += [
            'ATTR{bInterfaceClass}=="06", GOTO="jifang_usb_close"',
            # Android's MTP is of the vendor's class and known by its name; ff:42 is its debugging bridge.
            'ATTR{bInterfaceClass}=="ff", ATTR{interface}=="*MTP*", GOTO="jifang_usb_close"',
            'ATTR{bInterfaceClass}=="ff", ATTR{bInterfaceSubClass}=="42", GOTO="jifang_usb_close"',
        ]
    lines += [
        'LABEL="jifang_usb_open"',
        # Only while guarded (see usb-gate). Input without any program, the rest with its sister interfaces.
        'ATTR{authorized}=="0", ATTR{bInterfaceClass}=="03|09", ATTR{authorized}="1", '
        'ATTR{[subsystem/usb]drivers_probe}="%k", GOTO="jifang_usb_end"',
        f'ATTR{{authorized}}=="0", RUN+="{GATE} wake %k"',
        'GOTO="jifang_usb_end"',
        'LABEL="jifang_usb_close"',
        f'ATTR{{authorized}}="0", RUN+="{GATE} refused $env{{JIFANG_PORT}}"',
    ]
    return lines


def polkit_rules(entries: Sequence[AllowEntry]) -> str:
    """udisks does nothing with removable media for anybody but root, except with an allowed stick."""
    allowed = json.dumps(sorted({entry.serial for entry in entries}))
    return (
        f"// {_HEAD[2:]}"
        f"""\
polkit.addRule(function (action, subject) {{
    if (action.id.indexOf("org.freedesktop.udisks2.") !== 0) return undefined;
    var bus = action.lookup("drive.removable.bus");
    if (action.lookup("drive.removable") !== "true" && !bus) return undefined;
    if ({allowed}.indexOf(action.lookup("drive.serial")) >= 0) return undefined;
    try {{
        polkit.spawn(["/usr/bin/test", "-e", "{FLAG}"]);
    }} catch (locked) {{
        return polkit.Result.NO;
    }}
    return undefined;
}});
"""
    )


# initramfs-tools(7): a hook; modprobe's own files are taken along by initramfs-tools itself.
INITRAMFS_HOOK = """\
#!/bin/sh
# Jifang: a stick that is in at boot is refused before the root file system is there, too.
[ "${1-}" = prereqs ] && exit 0
. /usr/share/initramfs-tools/hook-functions
copy_file rules /etc/udev/rules.d/51-jifang-usb.rules
copy_file rules /etc/modprobe.d/jifang-usb.conf
exit 0
"""
DRACUT = """\
# Jifang: a stick that is in at boot is refused before the root file system is there, too.
install_items+=" /etc/udev/rules.d/51-jifang-usb.rules /etc/modprobe.d/jifang-usb.conf "
"""
GATE_SERVICE = f"""\
[Unit]
Description=Jifang: open or lock USB storage as the clock and the record say
After=local-fs.target

[Service]
Type=oneshot
ExecStart={GATE} follow
"""
# Every start, every jump of the clock, and every five minutes in case anything was missed.
GATE_TIMER = """\
[Unit]
Description=Jifang: see that an open USB window ends

[Timer]
OnBootSec=2s
OnUnitInactiveSec=5min
OnClockChange=yes
AccuracySec=1s

[Install]
WantedBy=timers.target
"""
WATCH_SERVICE = f"""\
[Unit]
Description=Jifang: record what USBGuard refuses
After=usbguard.service

[Service]
ExecStart=/usr/bin/usbguard watch --wait --exec {ATTEMPT}
Restart=on-failure
RestartSec=30s
StandardOutput=null

[Install]
WantedBy=multi-user.target
"""
# A list of enrolled devices that is broken is made anew later in the run, as one that is missing.
USBGUARD_DROP_IN = f"""\
[Unit]
ConditionPathExists=!{FLAG}
ConditionPathExists=/etc/usbguard/rules.d/20-jifang-enrolled.conf

[Service]
ExecCondition=/bin/sh -c 'usbguard-rule-parser -f /etc/usbguard/rules.d/20-jifang-enrolled.conf >/dev/null 2>&1'
"""
