"""What starts a lab PC: the firmware's order and GRUB's menu.

GRUB asks for the user ``root`` and the password before it shows its command line, edits an entry, or starts anything
but the normal system; that one starts by itself, without a question. The hash stands in a file that only root reads,
not in ``grub.cfg``, which everyone may read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..i18n import Message
from .state import BootOrder, Built, File, Item, Package
from .variables import Variables

# grub-mkpasswd-pbkdf2: rounds, salt, hash. Fewer rounds or shorter parts are no output of it.
HASH = re.compile(r"grub\.pbkdf2\.sha512\.[1-9][0-9]{3,7}\.[0-9A-F]{32,512}\.[0-9A-F]{128}")
_EFI = ("/sys/firmware/efi/efivars",)
_DEBIAN = ("/usr/sbin/update-grub", "/etc/grub.d/10_linux")

_SCRIPT = """\
#!/bin/sh
# Written by Ansible, role lab_pc: the next run writes it again.
# Everything in the menu asks for a password, but for the first entry: that is the normal start.
set -e
cat << 'END'
if [ -f ${prefix}/jifang_lab_pc.cfg ]; then
  source ${prefix}/jifang_lab_pc.cfg
fi
END
/etc/grub.d/10_linux | awk '
  done { next }
  /^menuentry / { sub(/^menuentry /, "menuentry --unrestricted "); entry = 1 }
  { print }
  entry && /^}/ { done = 1 }'
"""
_DEFAULTS = """\
# Written by Ansible, role lab_pc: the next run writes it again.
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_TIMEOUT_STYLE=hidden
GRUB_RECORDFAIL_TIMEOUT=0
GRUB_DISABLE_RECOVERY=true
"""


def items(given: Variables) -> Iterator[Item]:
    if not given.flag("lab_pc_removable_boot"):
        yield Package("efibootmgr", when=_EFI)
        yield BootOrder(barred=("usb", "optical", "floppy"), when=_EFI)
    if hash_ := _hash(given):
        yield from _debian(hash_)
        yield from _openeuler(hash_)


def notes(given: Variables) -> Iterator[Message]:
    if not _hash(given):
        yield Message(
            "desired",
            "the boot menu is not locked: lab_pc_boot_password_hash is empty; make one with grub-mkpasswd-pbkdf2",
        )


def _hash(given: Variables) -> str:
    how = Message(
        "desired", "the line that grub-mkpasswd-pbkdf2 prints, from grub.pbkdf2 on, kept in a vaulted file"
    )
    return given.secret("lab_pc_boot_password_hash", HASH, how)


def _debian(hash_: str) -> Iterator[Item]:
    users = (
        "# Written by Ansible, role lab_pc: the next run writes it again.\n"
        f'set superusers="root"\nexport superusers\npassword_pbkdf2 root {hash_}\n'
    )
    yield File("/boot/grub/jifang_lab_pc.cfg", users, mode="0600", secret=True, when=_DEBIAN)
    yield File("/etc/grub.d/09_jifang_lab_pc", _SCRIPT, mode="0755", check="/bin/sh -n %s", when=_DEBIAN)
    yield File("/etc/default/grub.d/99_jifang_lab_pc.cfg", _DEFAULTS, check="/bin/sh -n %s", when=_DEBIAN)
    yield Built(
        name="boot_menu",
        command=("update-grub",),
        sources=("/etc/default/grub", "/etc/default/grub.d/*.cfg", "/etc/grub.d/*"),
        artefacts=("/boot/grub/grub.cfg",),
        when=_DEBIAN,
    )


def _openeuler(hash_: str) -> Iterator[Item]:
    # Their grub.cfg reads this file beside it, and their entries start without a question: grub2-setpassword(8).
    line = f"GRUB2_PASSWORD={hash_}\n"
    for folder, mode in (
        ("/boot/grub2", "0600"),
        # FAT keeps no modes; the mount gives every file there this one.
        ("/boot/efi/EFI/openEuler", "0700"),
        ("/boot/efi/EFI/kylin", "0700"),
    ):
        when = ("/etc/grub.d/01_users", f"{folder}/grub.cfg")
        yield File(f"{folder}/user.cfg", line, mode=mode, secret=True, when=when)
