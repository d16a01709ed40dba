#!/usr/bin/python3 -IS
"""Jifang: records that a USB device or memory card was refused or let in. See docs/usb-attempts.md.

``usb-attempt refused|allowed NAME`` from a udev rule (NAME: the kernel's, such as 1-4.2 or mmc0:59b4), or without
words from ``usbguard watch``, which says in the environment what it did. Runs on Python 3.6 and later.
"""

import fcntl
import json
import os
import re
import subprocess
import sys
import syslog
import time

LOG = "/var/log/jifang/usb-attempts.jsonl"
SEEN = "/run/jifang/usb-seen"
DEVICES = "/sys/bus/usb/devices"
MOST_BYTES = 1 << 20
MOST_TEXT = 126
MOST_USERS = 8
# A device that is in for longer was refused for another reason than being plugged in: a window ended.
JUST_NOW = 60
NAME = re.compile(r"[0-9]+-[0-9]+(\.[0-9]+)*|mmc[0-9]+:[0-9a-f]{4}")


def text(folder, name):
    """An attribute as the device gave it: one line without control signs, cut."""
    try:
        with open(os.path.join(folder, name), "rb") as stream:
            raw = stream.read(4 * MOST_TEXT)
    except OSError:
        return ""
    words = raw.decode("utf-8", "replace").strip()
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in words)[:MOST_TEXT]


def interface_classes(folder):
    """(class, subclass) of every interface in every configuration: USB 2.0, 9.6.5."""
    try:
        with open(os.path.join(folder, "descriptors"), "rb") as stream:
            raw = stream.read(65536)
    except OSError:
        return set()
    found = set()
    at = 0
    while at + 2 <= len(raw) and raw[at] >= 2:
        if raw[at + 1] == 4 and raw[at] >= 9 and at + 9 <= len(raw):
            found.add((raw[at + 5], raw[at + 6]))
        at += raw[at]
    return found


def speaks_mtp(folder):
    """Android's MTP is of the vendor's own class and known by its name."""
    try:
        return any("MTP" in text(os.path.join(folder, name), "interface") for name in os.listdir(folder))
    except OSError:
        return False


def kind(classes):
    bases = {base for base, _sub in classes}
    if 8 in bases:
        return "keyboard_with_storage" if 3 in bases else "storage"
    if 6 in bases or (255, 0x42) in classes:
        return "phone"
    return "other"


def logged_in():
    """Users and the seat of the first, by logind; at boot there is none yet."""

    def asked(*words):
        done = subprocess.run(
            ("loginctl",) + words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
        return done.stdout.decode("utf-8", "replace")

    users, seat = [], ""
    try:
        sessions = [
            line.split()[0] for line in asked("--no-legend", "list-sessions").splitlines() if line.split()
        ]
        for session in sessions[:32]:
            told = dict(
                line.split("=", 1) for line in asked("show-session", session).splitlines() if "=" in line
            )
            if told.get("Class") == "user" and told.get("Name") and told["Name"] not in users:
                users.append(told["Name"])
                seat = seat or told.get("Seat", "")
    except (OSError, subprocess.SubprocessError):
        pass
    return users[:MOST_USERS], seat


def described(name):
    """The device's part of the record, and what tells this plugging from the next."""
    if name.startswith("mmc"):
        folder = os.path.join("/sys/bus/mmc/devices", name)
        found = {"vendor": "", "product": "", "serial": text(folder, "serial"), "name": text(folder, "name")}
        return dict(found, **{"class": "card"}), name + "@" + text(folder, "date")
    folder = os.path.join(DEVICES, name)
    found = {
        "vendor": text(folder, "idVendor"),
        "product": text(folder, "idProduct"),
        "serial": text(folder, "serial"),
        "name": " ".join(filter(None, (text(folder, "manufacturer"), text(folder, "product"))))[:MOST_TEXT],
        "class": "phone" if speaks_mtp(folder) else kind(interface_classes(folder)),
    }
    plugging = "%s-%s" % (text(folder, "busnum"), text(folder, "devnum"))
    return found, plugging


def seconds_ago(name):
    """How long ago the device was plugged in, by the kernel's Documentation/ABI/testing/sysfs-bus-usb: a busy PC starts
    this program late, and other logs tell of the same attempt. 0 where it is unknown or too long ago."""
    told = text(os.path.join(DEVICES, name), "power/connected_duration")
    seconds = int(told) / 1000 if told.isdigit() else 0
    return seconds if seconds <= JUST_NOW else 0


def make_folder(path, mode):
    """With exactly this mode, whatever the umask; one that is there is left as it is."""
    try:
        os.mkdir(path)
    except FileExistsError:
        return
    os.chmod(path, mode)


def is_new(plugging, action, found):
    """False where this plugging was recorded already: rules run anew for a device that stays in."""
    make_folder(os.path.dirname(SEEN), 0o755)
    make_folder(SEEN, 0o700)
    path = os.path.join(SEEN, plugging.replace("/", "_"))
    told = "%s %s:%s %s" % (action, found["vendor"], found["product"], found["serial"])
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8", errors="surrogateescape") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if stream.read() == told:
            return False
        stream.seek(0)
        stream.truncate()
        stream.write(told)
    return True


def append(line):
    make_folder(os.path.dirname(LOG), 0o700)
    with open(LOG + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(LOG) and os.path.getsize(LOG) + len(line) > MOST_BYTES:
            os.replace(LOG, LOG + ".1")
        descriptor = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def asked_for():
    """(action, name) from the words, or from USBGuard's environment; None where there is nothing to record."""
    if len(sys.argv) == 3:
        return sys.argv[1], sys.argv[2]
    if os.environ.get("USBGUARD_IPC_SIGNAL") != "Device.PolicyApplied":
        return None
    rule = os.environ.get("USBGUARD_DEVICE_RULE", "")
    port = re.search(r' via-port "([0-9.-]{1,60})"', rule)
    refused = os.environ.get("USBGUARD_DEVICE_TARGET_NEW") in ("block", "reject")
    return ("refused", port.group(1)) if port and refused else None


def main():
    asked = asked_for()
    if asked is None or asked[0] not in ("refused", "allowed") or not NAME.fullmatch(asked[1]):
        return
    action, name = asked
    found, plugging = described(name)
    if not is_new(plugging, action, found):
        return
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago(name)))
    users, seat = logged_in()
    record = {"v": 1, "at": at, "action": action}
    record.update(found)
    record.update({"port": name, "users": users, "seat": seat})
    line = json.dumps(record, separators=(",", ":")) + "\n"
    append(line.encode("ascii"))
    syslog.openlog("jifang-usb")
    syslog.syslog(syslog.LOG_WARNING, line.strip()[:900])


if __name__ == "__main__":
    os.umask(0o077)
    main()
