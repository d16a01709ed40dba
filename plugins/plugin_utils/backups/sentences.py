"""Each fault in one sentence: what is wrong, where, and what to do next."""

from __future__ import annotations

from ..i18n import Message
from .model import Fault, FaultKind

_SENTENCES = {
    FaultKind.LOST: "{host}: its repository is not on the backup server. See whether the server's disk is"
    " mounted; if it is lost, run configure_backups and back_up, and find out why.",
    FaultKind.DAMAGED: "{host}: the backed-up data is damaged ({said}). Check the backup server's disk, back"
    " up again at once, and do not rely on the older archives until they were restored in a drill.",
    FaultKind.GONE: "{host}: {count} archives were deleted by the client, the newest of them {archive}."
    " Treat {host} as taken over; its data is still there until something is pruned, see"
    " docs/errands/check_backups.md.",
    FaultKind.WRONG_KEY: "{host}: the passphrase does not open its repository. Put back the passphrase that"
    " the repository was made with; the escrowed key alone is not enough.",
    FaultKind.LOCKED: "{host}: its repository has been locked for {hours} hours by {holder}, which is not at"
    " work any more. See that nobody uses it, then run check_backups with backup_unlock={host}.",
    FaultKind.FULL: "{host}: the backup server has {free} MB ({percent} %) left, which is too little."
    " Enlarge the disk or keep fewer archives (backup_server_keep).",
    FaultKind.UNCHECKED: "{host}: its repository could not be checked ({said}). Mend that and run check_backups again.",
    FaultKind.NEVER: "{host}: there is no backup at all. Run back_up.",
    FaultKind.MISSED: "{host}: the newest backup is of {newest}, {days} days ago; at most {allowed} are"
    " allowed. See that the machine is on and run back_up.",
    FaultKind.INTERRUPTED: "{host}: the backup that began at {started} was interrupted before its end. Run"
    " back_up again.",
    FaultKind.FAILED: "{host}: the backup that began at {started} failed ({said}). Mend the cause and run"
    " back_up again.",
    FaultKind.EMPTY: "{host}: the newest backup {archive} is empty. See whether the disk with its data is"
    " mounted, then run back_up again.",
    FaultKind.INCOMPLETE: "{host}: the newest backup {archive} lacks {count} of its database dumps, among"
    " them {part}. See whether the database is running, then run back_up again.",
    FaultKind.SHRUNKEN: "{host}: the newest backup {archive} holds {megabytes} MB where {usual} MB were"
    " usual. Find out what is missing; if it was deleted on purpose, lower backup_client_shrunken_percent"
    " until the next archives count as usual.",
    FaultKind.CLOCK: "{host}: the clock is wrong by {days} days: {whose} says {shown}, and it was {truly}."
    " Set the clock; until then the ages of backups mean nothing and none is pruned.",
    FaultKind.COPY: "{host}: the second copy {copy} was last written at {newest}; at most {allowed} days are"
    " allowed. Plug in the medium, or see to the other place, and run back_up.",
}
_WHOSE = {
    "server": "the backup server",
    "client": "the machine itself",
    "archive": "the newest backup",
}
_TITLES = {
    FaultKind.LOST: "Repository lost",
    FaultKind.DAMAGED: "Data damaged",
    FaultKind.GONE: "Archives deleted",
    FaultKind.WRONG_KEY: "Wrong passphrase",
    FaultKind.LOCKED: "Left locked",
    FaultKind.FULL: "No room left",
    FaultKind.UNCHECKED: "Could not be checked",
    FaultKind.NEVER: "Never backed up",
    FaultKind.MISSED: "Backup missed",
    FaultKind.INTERRUPTED: "Backup interrupted",
    FaultKind.FAILED: "Backup failed",
    FaultKind.EMPTY: "Backup empty",
    FaultKind.INCOMPLETE: "Backup incomplete",
    FaultKind.SHRUNKEN: "Backup shrunken",
    FaultKind.CLOCK: "Clock wrong",
    FaultKind.COPY: "Second copy too old",
}


def sentence(fault: Fault) -> Message:
    fields: dict[str, object] = {"host": fault.host, **fault.fields}
    if whose := fields.get("whose"):
        fields["whose"] = Message("backups", _WHOSE[str(whose)])
    return Message("backups", _SENTENCES[fault.kind], fields)


def title(kind: FaultKind) -> Message:
    return Message("backups", _TITLES[kind])
