"""What a PC's shell runs to tell whether something was built from the present files, and to build it.

The fingerprint is the SHA-256 of these lines: for each source ``<sha256>  <path>``, for each artefact
``<path> <bytes> <seconds of its time with nine decimals>``. The probe computes the same (``probe/state_payload.py``).
"""

from __future__ import annotations

from shlex import quote

from .state import Built


def _fingerprint(item: Built) -> str:
    # Patterns are left open for the shell; asking.py has seen to it that nothing else in them means anything to it.
    sources, artefacts = " ".join(item.sources), " ".join(item.artefacts)
    lines = f'for f in {sources}; do if [ -f "$f" ]; then sha256sum "$f"; fi; done'
    if artefacts:
        lines += f'; for f in {artefacts}; do if [ -f "$f" ]; then stat -L -c \'%n %s %.9Y\' "$f"; fi; done'
    return f"{{ {lines}; }} | sha256sum | cut -c 1-64"


def fresh_command(item: Built) -> list[str]:
    """Ends with 0 where the stamp is there and tells the present fingerprint, else with 1."""
    stamp = quote(item.stamp)
    return [
        "/bin/sh",
        "-c",
        f'export LC_ALL=C; [ -f {stamp} ] && [ "$(cat {stamp})" = "$({_fingerprint(item)})" ]',
    ]


def build_command(item: Built) -> list[str]:
    """Builds, then keeps the fingerprint. What is cut off in between is built again by the next run."""
    stamp, folder = quote(item.stamp), quote(item.stamp.rpartition("/")[0])
    steps = (
        "export LC_ALL=C",
        f"rm -f {stamp}",
        " ".join(map(quote, item.command)),
        f"mkdir -p {folder}",
        f"{_fingerprint(item)} > {stamp}.new",
        f"mv {stamp}.new {stamp}",
    )
    return ["/bin/sh", "-ec", "\n".join(steps)]
