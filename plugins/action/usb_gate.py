# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Opens a room's USB storage for a time; refuses to lock a PC that starts from a USB disk, or whose USBGuard has rules
of somebody else's that it cannot read; refuses sticks that are allowed in a room that the inventory does not know."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from ansible_collections.jifang.lab.plugins.plugin_utils.control_action import ControlAction
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_files import FLAG, GATE, RECORD
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_policy import check_rooms, usb_policy
from ansible_collections.jifang.lab.plugins.plugin_utils.desired.usb_window import Window, usb_window
from ansible_collections.jifang.lab.plugins.plugin_utils.facts.shape import clean_text
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message, UserError

# Every device that the root file system lies on, down to the disk. An overlay has none, and a container's neither.
_ROOT_DISKS = (
    'lsblk --noheadings --inverse --list --output TRAN "$(findmnt --noheadings --output SOURCE /)" 2>&1; :'
)
# With one such file USBGuard does not start. Those of the role are written by it.
_RULES = "/etc/usbguard/rules.d/"
_BROKEN_RULES = f"""\
command -v usbguard-rule-parser >/dev/null || exit 0
for rules in {_RULES}*.conf; do
    case $rules in */[123]0-jifang-*) continue ;; esac
    [ ! -e "$rules" ] || usbguard-rule-parser -f "$rules" >/dev/null 2>&1 || echo "$rules"
done"""
_NO_GATE, _CLOCK = 127, 3
_SHOWN = 300
_MOST_FILES = 5


class ActionModule(ControlAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "act": {"type": "str", "required": True, "choices": ["check", "check_rooms", "unlock"]},
        "room": {"type": "str"},
        "until": {"type": "str"},
        "minutes": {"type": "str"},
    }

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        if arguments["act"] == "check":
            return self._check()
        if arguments["act"] == "check_rooms":
            return _check_rooms(task_vars)
        return self._unlock(arguments, task_vars)

    def _check(self) -> dict[str, Any]:
        told: str = self._low_level_execute_command(_ROOT_DISKS)["stdout"]
        if "usb" in told.split():
            raise UserError(
                "usb",
                "This PC starts from a USB disk; locked, it would not start again. Move it to an internal disk, "
                "or leave it out of the lock by usb_lockdown_state: absent.",
            )
        said: str = self._low_level_execute_command(_BROKEN_RULES)["stdout"]
        # A terminal mixes what the shell complains of into it.
        broken = [line for line in said.splitlines() if line.startswith(_RULES)]
        if broken:
            raise UserError(
                "usb",
                "USBGuard cannot read {files} on this PC and would not start. Nothing was changed. Mend the files, or "
                "remove them and write their rules into usb_rules.",
                files=tuple(clean_text(path)[:_SHOWN] for path in broken[:_MOST_FILES]),
            )
        return {"changed": False}

    def _unlock(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        language = arguments["language"]
        if not arguments["room"]:
            raise UserError("usb", "Say which room: usb_room, as lab_room has it.")
        rooms = _rooms(task_vars)
        if arguments["room"] not in rooms:
            raise UserError(
                "usb",
                "No host of the inventory is in room {room}. Known are {rooms}.",
                room=clean_text(arguments["room"])[:60],
                rooms=tuple(rooms),
            )
        window = usb_window(datetime.now(UTC), arguments["until"], arguments["minutes"])
        if self.variable("lab_room", task_vars) != arguments["room"]:
            reason = Message("usb", "the host stands in another room").render(language)
            return {"changed": False, "skipped": True, "skip_reason": reason}
        before = self._present()
        after = {"until": window.end, "open": True}
        changed = before != after
        if changed and not self._task.check_mode:
            self._open(window)
        message = Message(
            "usb", "USB storage and discs are open in {room} until {end}.", _fields(arguments["room"], window)
        )
        result: dict[str, Any] = {
            "changed": changed,
            "until": window.end,
            "msg": message.render(language),
            "_ansible_verbose_always": True,
        }
        result["diff"] = {"before": before, "after": after}
        return result

    def _present(self) -> dict[str, Any]:
        """The end of the window that the PC has on record, 0 where there is none, and whether it is open now."""
        asked = self._low_level_execute_command(
            f"[ -x {GATE} ] || exit {_NO_GATE}; cat {RECORD} 2>/dev/null; [ -e {FLAG} ] && echo open; :"
        )
        if asked["rc"] == _NO_GATE:
            raise UserError(
                "usb",
                "USB storage is not locked on this PC: there is nothing to open. Lock it by lock_usb first.",
            )
        words = asked["stdout"].split()
        end = int(words[1]) if len(words) >= 3 and words[1].isdigit() else 0
        return {"until": end, "open": words[-1:] == ["open"]}

    def _open(self, window: Window) -> None:
        done = self._low_level_execute_command(f"{GATE} unlock {window.start} {window.end}")
        if done["rc"] == _CLOCK:
            raise UserError(
                "usb",
                "The PC's clock and this one differ by more than ten minutes, so the window would end at a wrong time. "
                "Set the PC's clock, then try again.",
            )
        if done["rc"] != 0:
            raise UserError(
                "usb",
                "USB storage could not be opened (exit code {code}): {reason}",
                code=done["rc"],
                reason=clean_text((done["stderr"] or done["stdout"])[:2000])[:_SHOWN],
            )


def _check_rooms(task_vars: dict[str, Any]) -> dict[str, Any]:
    """Every list of allowed sticks of the inventory, which a room may have for itself, once."""
    rooms = _rooms(task_vars)
    checked: list[Any] = []
    for host in task_vars["hostvars"].values():
        allowed = host.get("usb_allow")
        if allowed not in checked:
            checked.append(allowed)
            check_rooms(usb_policy({"usb_allow": allowed}), rooms)
    return {"changed": False}


def _rooms(task_vars: dict[str, Any]) -> list[str]:
    return sorted({str(host["lab_room"]) for host in task_vars["hostvars"].values() if host.get("lab_room")})


def _fields(room: str, window: Window) -> dict[str, object]:
    return {"room": room, "end": window.shown_end}
