"""A person's session at a switch: what is typed, in which mode, and what comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .device import Device, Refused
from .dialects import normal_interface
from .editing import Editor

EXEC, PRIVILEGED, CONFIG = "exec", "privileged", "config"


@dataclass
class Reply:
    """``hidden``: what is typed next is not echoed. ``ended``: the session is over."""

    text: str = ""
    hidden: bool = False
    ended: bool = False


class Shell:
    def __init__(self, device: Device) -> None:
        self.device = device
        self.mode = EXEC if device.dialect.enable and device.enable_password else PRIVILEGED
        self.editor = Editor(device, device.running)
        self.paging = True
        self.candidate: str | None = None  # name of EOS's session of configuration
        self._question: tuple[str, Callable[[str], Reply]] | None = None

    @property
    def prompt(self) -> str:
        if self._question is not None:
            return self._question[0]
        name, dialect = self.device.name, self.device.dialect
        if dialect.brackets:
            place = "".join(f"-{self._view(node.line)}" for _, node in self.editor.path[-1:])
            return f"[{name}{place}]" if self.mode == CONFIG else f"<{name}>"
        if self.mode == CONFIG:
            inside = self._config_word()
            return f"{name}(config{inside})#"
        return f"{name}{'>' if self.mode == EXEC else '#'}"

    def _config_word(self) -> str:
        session = f"-s-{self.candidate[:6]}" if self.candidate else ""
        if not self.editor.path:
            return session
        first = self.editor.path[-1][1].line.split()
        words = {"interface": "if", "line": "line", "vlan": "vlan", "router": "router", "archive": "archive"}
        if self.device.platform == "eos" and first[0] == "interface":
            short = re.sub(r"^([A-Z][a-z]).*?([0-9/]+)$", r"\1\2", first[1])
            return f"{session}-if-{short}"
        if self.device.platform == "eos" and first[0] == "vlan":
            return f"{session}-vlan-{first[1]}"
        if first[0] == "vlan" and self.device.platform == "ios":
            return f"{session}-vlan"
        return f"{session}-{words.get(first[0], 'sub')}"

    @staticmethod
    def _view(line: str) -> str:
        words = line.split()
        if words[0] == "interface":
            return words[1]
        return {"vlan": f"vlan{words[-1]}", "aaa": "aaa"}.get(words[0], "-".join(words[:3]))

    # --- a line

    def enter(self, line: str) -> Reply:
        if self._question is not None:
            _, answered = self._question
            self._question = None
            return answered(line.strip())
        seen = self.device.hook(line)
        if seen is None:
            return Reply(ended=True)
        words = normal_interface(seen.split())
        if not words or seen.strip().startswith(("!", "#")):
            return Reply()
        self.device.log.append(" ".join(words))
        try:
            return self._configured(words) if self.mode == CONFIG else self._commanded(words)
        except Refused as refused:
            return Reply(str(refused))

    def _ask(self, question: str, answered: Callable[[str], Reply], text: str = "") -> Reply:
        self._question = (question, answered)
        return Reply(text, hidden=question.startswith("Password"))

    def _configured(self, words: list[str]) -> Reply:
        dialect = self.device.dialect
        line = " ".join(words)
        if line == dialect.end:
            self._leave_configuration()
            return Reply()
        if line in dialect.leave or line == "quit":
            if not self.editor.leave():
                self._leave_configuration()
            return Reply()
        if self.candidate is not None and (words[0] in ("commit", "abort")):
            return self._candidate(words)
        if words[0] == "do" and not dialect.brackets:
            return self._commanded(words[1:])
        if words[0] in ("display", "show") and (dialect.brackets or self.device.platform == "eos"):
            return self._commanded(words)
        return Reply(self.editor.type(line))

    def _leave_configuration(self) -> None:
        self.mode = PRIVILEGED
        self.editor = Editor(self.device, self.device.running)
        self.candidate = None

    def _commanded(self, words: list[str]) -> Reply:
        line = " ".join(words)
        device = self.device
        if line in ("exit", "quit", "logout"):
            return Reply(ended=True)
        if device.dialect.enable and line == "enable":
            return self._enable()
        if self.mode == EXEC and (
            line.startswith(("configure", "reload", "copy", "write")) or "-config" in line
        ):
            raise Refused(device.dialect.invalid.replace("{blank}", ""))
        name = device.dialect.commands.get(line)
        if name is not None:
            reply: Reply = getattr(self, f"_{name}")()
            return reply
        if line in device.answers:
            return Reply(device.answers[line])
        if found := re.fullmatch(
            r"(?:reload in|scheduler reboot delay|schedule reboot delay) (?:0?0:)?(\d+)", line
        ):
            return self._reload_in(int(found[1]))
        if device.platform == "eos" and words[:2] == ["configure", "session"]:
            return self._configure_session(words[2:])
        raise Refused(device.dialect.invalid.replace("{blank}", " " * len(words[0])))

    # --- what a session does

    def _no_pages(self) -> Reply:
        self.paging = False
        return Reply("Pagination disabled." if self.device.platform == "eos" else "")

    def _wide(self) -> Reply:
        return Reply("Width set to 511 columns." if self.device.platform == "eos" else "")

    def _enable(self) -> Reply:
        if self.mode == PRIVILEGED or not self.device.enable_password:
            self.mode = PRIVILEGED
            return Reply()

        def answered(given: str) -> Reply:
            if given != self.device.enable_password:
                return Reply("% Access denied\n" if self.device.platform != "eos" else "% Bad secret\n")
            self.mode = PRIVILEGED
            return Reply()

        return self._ask("Password: ", answered)

    def _disable(self) -> Reply:
        self.mode = EXEC
        return Reply()

    def _configure(self) -> Reply:
        self.mode = CONFIG
        self.editor = Editor(self.device, self.device.running)
        if self.device.dialect.brackets:
            said = "System View: return to User View with Ctrl+Z."
            return Reply(
                "Enter system view, return user view with Ctrl+Z." if self.device.platform == "vrp" else said
            )
        if self.device.platform == "eos":
            return Reply()
        return Reply("Enter configuration commands, one per line.  End with CNTL/Z.")

    def _running(self) -> Reply:
        text = self.device.text(self.device.running)
        if self.device.platform in ("ios", "ruijie"):
            return Reply(f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}")
        return Reply(text)

    def _startup(self) -> Reply:
        text = self.device.text(self.device.startup)
        return Reply(
            f"Using {len(text)} out of 524288 bytes\n{text}" if self.device.platform == "ios" else text
        )

    def _save(self) -> Reply:
        self.device.startup = self.device.running.copy()
        said = {
            "comware": "Validating file. Please wait...\n"
            "Saved the current configuration to mainboard device successfully.",
            "eos": "Copy completed successfully.",
        }
        return Reply(said.get(self.device.platform, "Building configuration...\n[OK]"))

    def _save_asking(self) -> Reply:
        if self.device.platform == "vrp":
            return self._ask(
                "Are you sure to continue?[Y/N]",
                self._save_confirmed,
                "The current configuration will be written to the device.",
            )
        if self.device.platform == "ios":
            return self._ask("Destination filename [startup-config]? ", lambda _: self._save())
        if self.device.platform == "comware":
            return self._ask(
                "The current configuration will be written to the device. Are you sure? [Y/N]:",
                self._save_confirmed,
            )
        return self._save()

    def _save_confirmed(self, given: str) -> Reply:
        if given.lower() not in ("y", "yes"):
            return Reply()
        self._save()
        return Reply(
            "Now saving the current configuration to the slot 0.\nInfo: Save the configuration successfully."
        )

    # --- finding back by itself

    def _reload_in(self, minutes: int) -> Reply:
        platform = self.device.platform

        def confirmed(given: str) -> Reply:
            wanted = {"ios": ("", "y"), "ruijie": ("y", "yes")}.get(platform, ("y",))
            if given.lower() not in wanted:
                return Reply()
            self.device.after(minutes, self.device.reboot)
            return Reply(
                f"\n\n***\n*** --- SHUTDOWN in {minutes // 60}:{minutes % 60:02d}:00 ---\n***\n"
                if platform == "ios"
                else ""
            )

        def question(given: str = "") -> Reply:
            if given.lower() in ("y", "yes"):
                self._save()
            at = f"Reboot system at 10:20:30 11/25/2026 (in 0 hours and {minutes} minutes)."
            if platform == "ios":
                return self._ask(
                    "Proceed with reload? [confirm]",
                    confirmed,
                    f"Reload scheduled for 10:20:30 UTC Wed Nov 25 2026 (in {minutes} minutes) by admin\n"
                    "Reload reason: Reload Command",
                )
            if platform == "ruijie":
                return self._ask(
                    "Proceed with reload? [no]", confirmed, f"Reload scheduled in {minutes} minutes."
                )
            return self._ask("Confirm? [Y/N]:", confirmed, at)

        if platform == "vrp":
            return (
                self._ask(
                    "Warning: The configuration has been modified, and it will be saved to the next startup "
                    "saved-configuration file flash:/vrpcfg.zip. Continue? [Y/N]:",
                    question,
                    "Info: The system is now comparing the configuration, please wait.",
                )
                if self.device.unsaved
                else question()
            )
        if platform in ("ios", "ruijie") and self.device.unsaved:
            return self._ask("System configuration has been modified. Save? [yes/no]: ", question)
        return question()

    def _reload_cancel(self) -> Reply:
        waiting = self.device.cancel()
        if self.device.platform == "ios":
            return Reply(
                "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n" if waiting else "%No reload is scheduled."
            )
        return Reply("" if waiting else "There is no reload scheduled.")

    # --- EOS: a session of configuration, committed on trial

    def _configure_session(self, words: list[str]) -> Reply:
        name = words[0] if words else "sess-1"
        if len(words) == 2 and words[1] in ("commit", "abort"):
            return self._trial_over(name, words[1])
        self.candidate = name
        self.mode = CONFIG
        # A session that was left without a word is still there, with what was typed in it.
        self.editor = Editor(self.device, self.device.pending.setdefault(name, self.device.running.copy()))
        return Reply()

    def _candidate(self, words: list[str]) -> Reply:
        device, root = self.device, self.editor.root
        found = re.fullmatch(r"commit timer (\d+):(\d+):(\d+)", " ".join(words))
        if words == ["commit"]:
            device.running = root
        elif found:
            device.before_trial = device.running.copy()
            device.running = root
            device.trial = self.candidate
            device.after(int(found[1]) * 60 + int(found[2]) + int(found[3]) / 60, device.trial_failed)
        elif words != ["abort"]:
            raise Refused(device.dialect.invalid)
        device.pending.pop(self.candidate or "", None)
        self._leave_configuration()
        return Reply()

    def _trial_over(self, name: str, word: str) -> Reply:
        device = self.device
        if word == "abort" and device.pending.pop(name, None) is not None:
            return Reply()
        if device.trial != name:
            raise Refused(f"% Cannot {word} session {name}: session does not exist")
        if word == "abort":
            device.trial_failed()
        else:
            device.cancel()
            device.trial = None
        return Reply()
