"""How a virtual machine starts: by its firmware and GRUB as a PC does, or straight into the kernel."""

from __future__ import annotations

import shutil
from enum import Enum
from pathlib import Path

from ...speech import trouble
from .disk import ROOT_UUID
from .hardware import escape
from .image import VmImage

# Debian's package "ovmf": code that keeps its variables from the system (SMM), and Microsoft's keys enrolled.
_OVMF = Path("/usr/share/OVMF")
_CODE = {"uefi": "OVMF_CODE_4M.fd", "secure": "OVMF_CODE_4M.secboot.fd"}
_VARIABLES = {"uefi": "OVMF_VARS_4M.fd", "secure": "OVMF_VARS_4M.ms.fd"}
KERNEL_WORDS = (
    f"root=UUID={ROOT_UUID} ro console=tty0 console=ttyS0,115200 mitigations=off quiet"
    # Drivers of parts that QEMU has and nobody asks for: seconds at every start of an emulated processor.
    " modprobe.blacklist=cfg80211,iTCO_wdt,lpc_ich,i2c_i801,psmouse,pcspkr,joydev,parport_pc"
)


class Firmware(Enum):
    """``KERNEL`` is quickest: QEMU loads the image's own kernel, whatever the disk's menu or boot folder says."""

    KERNEL = "kernel"
    BIOS = "bios"
    UEFI = "uefi"
    SECURE_BOOT = "secure"


def firmware_options(firmware: Firmware, image: VmImage, folder: Path, kernel_words: str = "") -> list[str]:
    """QEMU's words, the kind of machine included. UEFI's variables are kept in ``folder`` from start to start."""
    if firmware is Firmware.BIOS:
        return ["-machine", "q35"]
    if firmware is Firmware.KERNEL:
        words = f"{KERNEL_WORDS} {kernel_words}".strip()
        return [
            *("-machine", "q35"),
            *("-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", words),
        ]
    variables = folder / "uefi-variables.fd"
    code = _OVMF / _CODE[firmware.value]
    try:
        if not variables.exists():
            shutil.copyfile(_OVMF / _VARIABLES[firmware.value], variables)
    except FileNotFoundError as error:
        raise trouble(
            "The UEFI firmware {path} is missing. Install the Debian package ovmf and start again.",
            path=error.filename,
        ) from None
    secure = firmware is Firmware.SECURE_BOOT
    return [
        *("-machine", "q35,smm=on" if secure else "q35"),
        *(("-global", "driver=cfi.pflash01,property=secure,value=on") if secure else ()),
        *("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={escape(code)}"),
        *("-drive", f"if=pflash,format=raw,unit=1,file={escape(variables)}"),
    ]
