#!/usr/bin/python3 -IS
"""Jifang: writes down which USB devices are there at enrolment, so that they stay allowed.

What is nothing but storage or a phone is left out: it only happens to be plugged in. A device that is something else
besides (a printer with a card slot, a keyboard with a memory) is let in, and a udev rule closes that part of it.
Runs on Python 3.6 and later. ``usb-enrol CLASSES`` with the closed interface classes in hexadecimal, such as 08,06.
"""

import os
import re
import sys

DEVICES = "/sys/bus/usb/devices"
RULES = "/etc/usbguard/rules.d/20-jifang-enrolled.conf"
UDEV = "/etc/udev/rules.d/50-jifang-usb-enrolled.rules"
ID = re.compile(r"[0-9a-f]{4}")
PORT = re.compile(r"[0-9]+-[0-9]+(\.[0-9]+)*")
# As in usb_policy.py: what can be written into a rule as it is.
SERIAL = re.compile(r"[A-Za-z0-9._:+/#=@~,&-]([A-Za-z0-9._:+/#=@~,& -]{0,124}[A-Za-z0-9._:+/#=@~,&-])?")
HUB = "09"
MOST = 128


def text(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as stream:
            return stream.read(512).decode("latin-1").strip()
    except OSError:
        return ""


def classes(folder):
    """The classes of every interface in every configuration, two hexadecimal digits each: USB 2.0, 9.6.5."""
    try:
        with open(os.path.join(folder, "descriptors"), "rb") as stream:
            raw = stream.read(65536)
    except OSError:
        return set()
    found = set()
    at = 0
    while at + 2 <= len(raw) and raw[at] >= 2:
        if raw[at + 1] == 4 and raw[at] >= 9 and at + 9 <= len(raw):
            found.add("%02x" % raw[at + 5])
        at += raw[at]
    return found


def enrolled(closed):
    """(port, vendor, product, serial or "", whether a part of it is closed) of each device that stays allowed."""
    for port in sorted(os.listdir(DEVICES))[: 8 * MOST]:
        folder = os.path.join(DEVICES, port)
        vendor, product, serial = text(folder, "idVendor"), text(folder, "idProduct"), text(folder, "serial")
        found = classes(folder)
        if not PORT.fullmatch(port) or not ID.fullmatch(vendor) or not ID.fullmatch(product):
            continue
        if HUB in found or not found - closed:
            continue
        yield port, vendor, product, serial if SERIAL.fullmatch(serial) else "", bool(found & closed)


def write(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w") as stream:
        stream.write("".join(line + "\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
    os.chmod(path + ".new", 0o600 if path == RULES else 0o644)
    os.replace(path + ".new", path)


def main():
    closed = set(sys.argv[1].split(",")) if sys.argv[1:] else set()
    rules = ["# Jifang: the devices that were there at enrolment. To enrol anew, raise usb_enrolment."]
    udev = list(rules)
    for port, vendor, product, serial, partly in list(enrolled(closed))[:MOST]:
        # Without a serial of its own, a device is the one in this port.
        place = 'serial "%s"' % serial if serial else 'via-port "%s"' % port
        rules.append("allow id %s:%s %s" % (vendor, product, place))
        if partly:
            match = 'ATTR{serial}=="%s"' % serial if serial else 'KERNEL=="%s"' % port
            udev.append(
                'SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="%s", ATTR{idProduct}=="%s", %s, '
                'ENV{JIFANG_ENROLLED}="1"' % (vendor, product, match)
            )
    write(UDEV, udev)
    write(RULES, rules)


if __name__ == "__main__":
    main()
