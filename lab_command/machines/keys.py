"""SSH keys of machines and of those who enter them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..speech import trouble


def make_key(path: Path, comment: str) -> None:
    """An Ed25519 key pair without a passphrase, unless it is there."""
    public = path.with_suffix(".pub")
    if path.is_file() and public.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    try:
        subprocess.run(  # noqa: S603
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)],  # noqa: S607
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=True,
        )
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        raise trouble("The SSH key {path} could not be made: {detail}", path=path, detail=error) from None
