"""A session at a switch: a line is typed, what it says is read until its prompt.

netmiko logs in and makes the terminal ready, as each platform wants it. What follows is read here: bounded in bytes and
in time, with answers to the questions that are known and to no others, and without a log, in which secrets could stand.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from netmiko import ssh_dispatcher
from netmiko.channel import SSHChannel
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException
from paramiko import PKey
from paramiko.ssh_exception import SSHException

from ..facts.shape import clean_text
from .platforms import Answer, Platform

# Without a handler of their own their complaints about a dead connection would stand between an errand's lines.
for _library in ("netmiko", "paramiko"):
    logging.getLogger(_library).addHandler(logging.NullHandler())

MOST_BYTES = 4 * 1024 * 1024  # of one answer; a configuration of 52 ports has some 50 KiB
_LOGIN_SECONDS = 20.0
_ANSWER_SECONDS = 60.0
_SAVE_SECONDS = 240.0  # "It will take several minutes", says VRP
_QUIET_SECONDS = 3.0
_MOST_ANSWERS = 12
_SHOWN = 300
_TAIL = 512
_CUT = "\x00"  # where a page ended; what comes from a switch has none
# What wipes the words of the pager away: backspaces, cursor left, or the line over again with blanks.
_WIPE = re.compile(rf"{_CUT}(?:\x08+ *\x08*|(?:\x1b\[\d+D *)+(?:\x1b\[\d+D)?|\r *\r|\x1b\[2?K\r?)?")
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]{0,16}[A-Za-z]|[=>78c])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# After these the switch may be called otherwise: a session of configuration renames it when it is committed.
_RENAMES = ("hostname", "sysname", "no hostname", "undo sysname", "commit")
_SECTIONS = ("interface ", "vlan ")
_ABBREVIATED = 16  # characters of a long name that IOS still shows in the prompt of its configuration


class SessionError(Exception):
    """The session is of no more use: no connection, cut, silent, or saying more than anyone may."""


class UnknownKey(SessionError):  # noqa: N818 - an answer of the network, not a fault of ours
    """The switch's key is not the one that is known, or none is known."""


class WrongPassword(SessionError):  # noqa: N818 - as above
    pass


class Refused(Exception):  # noqa: N818 - the switch's word
    """What was typed, and what the switch said to it: one line, bounded."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"{command}: {said}")
        self.command, self.said = command, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Whom to ask as whom. Of ``known_hosts`` None, the user's own file counts. Secrets have no repr."""

    address: str
    port: int = 22
    user: str
    password: str | None = field(default=None, repr=False)
    enable: str | None = field(default=None, repr=False)
    key_file: str | None = None
    known_hosts: str | None = None


class _BoundedChannel(SSHChannel):
    """What netmiko reads while it logs in: never more than ``MOST_BYTES``."""

    left = MOST_BYTES

    def read_channel(self) -> str:
        output = self.read_buffer()
        self.left -= len(output)
        if self.left < 0:
            raise SessionError("more text than a login has")
        return output


@cache
def _driver(name: str) -> type[Any]:
    """netmiko's class for a platform, with a channel that is bounded from the first byte on."""
    base: type[Any] = ssh_dispatcher(name)

    class Driver(base):  # type: ignore[misc]  # one of netmiko's, known when it runs
        def special_login_handler(self, delay_factor: float = 1.0) -> None:
            self.channel = _BoundedChannel(conn=self.remote_conn, encoding=self.encoding)
            super().special_login_handler(delay_factor=delay_factor)

    return Driver


class Session:
    """Use as a context, or ``close`` it. Raises ``SessionError`` wherever the switch does not go on."""

    def __init__(self, platform: Platform, login: Login, *, pkey: PKey | None = None) -> None:
        self.platform = platform
        try:
            self._netmiko = _driver(platform.netmiko)(
                **_arguments(login), pkey=pkey, device_type=platform.netmiko
            )
        except NetmikoAuthenticationException as error:
            raise WrongPassword("the user or the password is refused") from error
        except (NetmikoBaseException, SSHException, OSError, ValueError, EOFError) as error:
            said = clean_text(str(error))
            if "known_hosts" in said or "Host key" in said or "host key" in said:
                raise UnknownKey("its host key is not the known one") from None
            raise SessionError(said[:_SHOWN]) from None
        self._channel = self._netmiko.remote_conn
        self._name: str | None = None
        self.in_config = False
        self._type("")
        if self._last.endswith(">") and not self._last.startswith("<"):
            secret = Answer(re.compile(r"[Pp]assword: ?$"), login.enable or "")
            self._checked("enable", self._type("enable", (secret,)))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with suppress(Exception):  # what is closed need not say goodbye, and a dead one cannot
            self._netmiko.paramiko_cleanup()

    # --- what one does here

    def ask(self, command: str, answers: Sequence[Answer] = (), *, seconds: float = _ANSWER_SECONDS) -> str:
        """What the switch says to ``command``, without its echo and prompt. Raises ``Refused``."""
        return self._checked(command, self._type(command, answers, seconds))

    def running(self) -> str:
        return "\n".join(self.ask(command) for command in self.platform.show_running)

    def save(self) -> None:
        for command in self.platform.save:
            self.ask(command, self.platform.save_answers, seconds=_SAVE_SECONDS)

    def configure(self, commands: Iterable[str], *, stay: bool = False) -> None:
        """Types ``commands`` in the configuration, up to the first that is refused: ``Refused``.

        With ``stay`` the configuration is left open, for what must be said at its end.
        """
        self._enter()
        try:
            for command in commands:
                self.ask(command)
        except Refused:
            self.leave()
            raise
        if not stay:
            self.leave()

    def try_to_configure(self, commands: Iterable[str]) -> None:
        """Types ``commands`` as far as the switch takes them; of a section that it does not let in, none."""
        self._enter()
        skipping = False
        for command in commands:
            if skipping:
                skipping = command != self.platform.leave
                continue
            try:
                self.ask(command)
            except Refused:
                skipping = command.startswith(_SECTIONS)
        self.leave()

    def _enter(self) -> None:
        for command in self.platform.enter_config:
            self.ask(command)
        if not self.in_config:
            raise SessionError(f"it does not let itself be configured: {clean_text(self._last)[:_SHOWN]}")

    def leave(self) -> None:
        """Leaves the configuration; a session of configuration that was not committed is given up."""
        for command in self.platform.leave_config or ("abort",):
            self.ask(command)

    # --- how that is typed and read

    def _checked(self, command: str, said: str) -> str:
        for pattern in self.platform.errors:
            if found := pattern.search(said):
                line = said[found.start() :].lstrip("\n").split("\n", 1)[0]
                raise Refused(clean_text(command)[:_SHOWN], clean_text(line)[:_SHOWN])
        return said

    def _type(self, line: str, answers: Sequence[Answer] = (), seconds: float = _ANSWER_SECONDS) -> str:
        self._write(line + "\n")
        text = self._read(answers, time.monotonic() + seconds, line.startswith(_RENAMES))
        # The first line is the echo of what was typed.
        return text.partition("\n")[2]

    def _write(self, text: str) -> None:
        try:
            self._channel.sendall(text.encode())
        except (OSError, SSHException, EOFError) as error:
            raise SessionError("the session was cut") from error

    def _read(self, answers: Sequence[Answer], deadline: float, renamed: bool) -> str:
        """Everything up to the prompt, which becomes ``_last``."""
        raw, given, nudged = "", 0, False
        while True:
            got = self._receive(min(_QUIET_SECONDS, deadline - time.monotonic()))
            if got is None:
                if time.monotonic() >= deadline:
                    raise SessionError(f"it says nothing more after: {clean_text(raw)[-_SHOWN:]}")
                if not nudged and _shown(raw[-_TAIL:]).endswith("\n"):
                    # A message of its own came after the prompt: an empty line brings a new one, and answers nothing.
                    nudged = True
                    self._write("\n")
                continue
            raw += got
            if len(raw) > MOST_BYTES:
                raise SessionError("it says more than a switch has to say")
            tail = _shown(raw[-_TAIL:]).rpartition("\n")[2]
            if "\n" in raw and self._is_prompt(tail, renamed):
                self._last = tail.strip()
                self.in_config = self.platform.in_config.match(tail) is not None
                return _shown(raw).rpartition("\n")[0]
            if self.platform.pager.search(tail):
                raw = raw.rstrip(" ").removesuffix(tail.strip()).rstrip(" ") + _CUT
                self._write(" ")
                continue
            for answer in answers:
                if answer.question.search(tail):
                    given += 1
                    if given > _MOST_ANSWERS:
                        raise SessionError("it goes on asking")
                    raw += "\n"
                    self._write(answer.answer + "\n")
                    break

    def _receive(self, seconds: float) -> str | None:
        """None where nothing came in time."""
        self._channel.settimeout(max(seconds, 0.01))
        try:
            got: bytes = self._channel.recv(65_536)
        except TimeoutError:
            return None
        except (OSError, SSHException) as error:
            raise SessionError("the session was cut") from error
        if not got:
            raise SessionError("the session was cut")
        return got.decode("utf-8", "replace").replace(_CUT, "")

    def _is_prompt(self, tail: str, renamed: bool) -> bool:
        """Whether it is this switch's: a line of its configuration can look like another's."""
        if not self.platform.prompt.match(tail):
            return False
        name = re.sub(r"^[<\[][*~]?|\(config.*|[>\]#]\s*$", "", tail.strip())
        if self._name is None or renamed:
            self._name = name
        return name.startswith(self._name[:_ABBREVIATED])


def _shown(raw: str) -> str:
    """What a person would see of it: pages joined, control sequences and carriage returns gone."""
    text = _ANSI.sub("", _WIPE.sub("", raw))
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\n\r", "\n"))


def _arguments(login: Login) -> dict[str, Any]:
    """How netmiko is to log in. Host keys are checked, always; a key's file or a password, never the agent's."""
    return {
        "host": login.address,
        "port": login.port,
        "username": login.user,
        "password": login.password or "",
        "secret": login.enable or login.password or "",
        "use_keys": login.key_file is not None,
        "key_file": login.key_file,
        "allow_agent": False,
        "ssh_strict": True,
        "system_host_keys": login.known_hosts is None,
        "alt_host_keys": login.known_hosts is not None,
        "alt_key_file": login.known_hosts or "",
        "conn_timeout": _LOGIN_SECONDS,
        "auth_timeout": _LOGIN_SECONDS,
        "banner_timeout": _LOGIN_SECONDS,
        "auto_connect": True,
    }
