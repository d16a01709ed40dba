"""USB devices with any vendor, product and serial number, also of several functions at once.

QEMU's own devices carry fixed numbers and one function each. The machine's own kernel can be a device as well: its
configfs describes one (Linux, Documentation/usb/gadget_configfs.rst), and ``dummy_hcd`` plugs it into a host
controller of the same machine, where it is enumerated like any other.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

# The report descriptor of a keyboard as firmware understands it (HID 1.11, appendix B.1).
_KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e715002501750195088102950175088103950575010508190129059102"
    "95017503910395067508150025650507190029658100c0"
)
_CONTROLLERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Gadget:
    """``vendor`` and ``product`` are four hex digits each; ``functions`` are ``storage`` and ``keyboard``."""

    vendor: str
    product: str
    serial: str
    functions: Sequence[str] = ("storage",)
    title: str = "Stick"
    size: str = "8M"


def plug(name: str, gadget: Gadget) -> str:
    """A shell script that describes the device ``name`` and plugs it into the first free controller."""
    folder = f"/sys/kernel/config/usb_gadget/{name}"
    lines = [
        "set -eu",
        f"modprobe -a libcomposite dummy_hcd; [ -e /sys/class/udc/dummy_udc.{_CONTROLLERS - 1} ] ||"
        f" {{ modprobe -r dummy_hcd; modprobe dummy_hcd num={_CONTROLLERS}; }}",
        "mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config",
        f"mkdir {folder} {folder}/strings/0x409 {folder}/configs/c.1",
        *(
            f"echo {shlex.quote(value)} > {folder}/{file}"
            for file, value in (
                ("idVendor", f"0x{gadget.vendor}"),
                ("idProduct", f"0x{gadget.product}"),
                ("strings/0x409/serialnumber", gadget.serial),
                ("strings/0x409/product", gadget.title),
                ("strings/0x409/manufacturer", "Jifang"),
            )
        ),
    ]
    for function in gadget.functions:
        lines += _FUNCTIONS[function](folder, name, gadget)
    lines += [
        "for controller in /sys/class/udc/dummy_udc.*; do",
        f'    [ -n "$(cat $controller/function)" ] || {{ echo ${{controller##*/}} > {folder}/UDC; exit 0; }}',
        "done",
        "echo 'no free controller' >&2; exit 1",
    ]
    return "\n".join(lines)


def unplug(name: str) -> str:
    """The shell script that pulls the device out and forgets it."""
    folder = f"/sys/kernel/config/usb_gadget/{name}"
    return (
        f"set -eu\ncd {folder}\necho > UDC\nrm -f configs/c.1/*.0\nrmdir configs/c.1 functions/* strings/0x409\n"
        f"cd /\nrmdir {folder}\nrm -f /var/tmp/{name}.img"
    )


def _storage(folder: str, name: str, gadget: Gadget) -> list[str]:
    function = f"{folder}/functions/mass_storage.0"
    return [
        f"truncate --size {shlex.quote(gadget.size)} /var/tmp/{name}.img",
        f"mkdir {function}",
        f"echo 1 > {function}/lun.0/removable",
        f"echo /var/tmp/{name}.img > {function}/lun.0/file",
        f"ln -s {function} {folder}/configs/c.1/",
    ]


def _keyboard(folder: str, name: str, gadget: Gadget) -> list[str]:  # noqa: ARG001  # one shape for all functions
    function = f"{folder}/functions/hid.0"
    # The shell's printf knows octal numbers everywhere.
    octal = "".join(f"\\{number:03o}" for number in _KEYBOARD)
    return [
        f"mkdir {function}",
        f"echo 1 > {function}/protocol; echo 1 > {function}/subclass; echo 8 > {function}/report_length",
        f"printf '{octal}' > {function}/report_desc",
        f"ln -s {function} {folder}/configs/c.1/",
    ]


_FUNCTIONS = {"storage": _storage, "keyboard": _keyboard}
