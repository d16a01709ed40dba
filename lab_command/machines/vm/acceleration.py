"""Whether a guest truly runs by KVM on this host; where it does not, QEMU emulates the processor (TCG)."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import time
from pathlib import Path

from .image import VmImage, home
from .qemu import version

KVM = Path("/dev/kvm")
# By KVM the kernel needs two seconds up to its panic for want of a disk.
_PROBE_SECONDS = 25
_PROOF = b"Unable to mount root fs"
# Without the features for which Linux would load drivers that only cost time when they are emulated.
EMULATED = (
    *("-accel", "tcg,thread=multi,tb-size=512"),
    *("-cpu", "max,-svm,-la57,-aes,-pclmulqdq,-sha-ni"),
)
ACCELERATED = ("-accel", "kvm", "-cpu", "host")


def acceleration(image: VmImage) -> tuple[str, ...]:
    """QEMU's words for the processor. The answer of the trial is kept for this host, kernel and QEMU.

    A ``/dev/kvm`` proves nothing: on some virtual hosts it opens and every guest hangs, so the image's own kernel
    is started once.
    """
    if not os.access(KVM, os.R_OK | os.W_OK):
        return EMULATED
    kept = home() / f"kvm-{_host()}"
    if not kept.is_file():
        answer = "works" if _boots(image) else "hangs"
        kept.write_text(answer, encoding="ascii")
    return ACCELERATED if kept.read_text(encoding="ascii") == "works" else EMULATED


def _host() -> str:
    words = [platform.release(), platform.node(), version()]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _boots(image: VmImage) -> bool:
    """Starts the kernel without any disk; True where it comes to the point of missing one."""
    command = [
        *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-nodefaults", "-no-user-config"),
        *("-display", "none", "-machine", "q35", *ACCELERATED, "-m", "256", "-no-reboot", "-serial", "stdio"),
        *("-kernel", str(image.kernel), "-append", "console=ttyS0 panic=-1"),
    ]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as qemu:
        assert qemu.stdout is not None  # noqa: S101
        os.set_blocking(qemu.stdout.fileno(), False)
        said, deadline = b"", time.monotonic() + _PROBE_SECONDS
        try:
            while time.monotonic() < deadline and _PROOF not in said:
                said += qemu.stdout.read() or b""
                if qemu.poll() is not None:
                    break
                time.sleep(0.1)
        finally:
            qemu.kill()
    return _PROOF in said
