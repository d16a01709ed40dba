"""What a computer runs to try which doors open for it: sends, waits a moment, says yes or no. Python 3.6 upward."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence

from .matrix import Target

#: A school's network answers within milliseconds; what the firewall drops never answers.
SECONDS = 3
#: More doors are not asked in one go: a computer has that many sockets at once.
DOORS = 400
# A refusal by the target itself (RST) came through the firewall as well as a connection does: RFC 9293, 3.10.7.
_PROGRAM = (
    "import concurrent.futures as f,errno,json,socket,sys\n"
    "def ask(d):\n"
    "    s=socket.socket(socket.AF_INET6 if ':' in d[0] else socket.AF_INET,socket.SOCK_STREAM)\n"
    f"    s.settimeout({SECONDS})\n"
    "    c=s.connect_ex((d[0],d[1]))\n"
    "    s.close()\n"
    "    return c in (0,errno.ECONNREFUSED)\n"
    "print(json.dumps(list(f.ThreadPoolExecutor(100).map(ask,json.loads(sys.argv[1])))))\n"
)


def command(python: str, wanted: Sequence[Target]) -> str:
    """One line for a POSIX shell that asks the TCP doors of ``wanted``."""
    doors = json.dumps([(str(target.address), target.port) for target in wanted])
    return " ".join(shlex.quote(word) for word in (python, "-c", _PROGRAM, doors))


def answers(said: str, wanted: Sequence[Target]) -> dict[Target, bool] | None:
    """What was seen of each; None where the computer said something else."""
    try:
        found = json.loads(said)
    except ValueError:
        return None
    if (
        not isinstance(found, list)
        or len(found) != len(wanted)
        or not all(isinstance(one, bool) for one in found)
    ):
        return None
    return dict(zip(wanted, found, strict=True))
