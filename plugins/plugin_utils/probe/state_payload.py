"""The probe that looks whether a Linux PC is as it was wanted: it answers questions about paths, packages and units.

Sent behind ``linux_payload.py``, whose ``Probe`` it extends, under the same rules: standard library, Python 3.6
upward, reads only, under caps. It knows nothing of what is wanted: ``desired/asking.py`` asks, ``desired/comparing.py``
judges. No content leaves the PC, only its digest; of a password only whether it is locked.
"""

import os
import stat

from .linux_payload import Probe, send, trouble

try:
    from _sha256 import sha256
except ImportError:
    try:
        from _sha2 import sha256  # 3.12 upward
    except ImportError:
        from hashlib import sha256

TYPES = {stat.S_IFREG: "file", stat.S_IFLNK: "link", stat.S_IFDIR: "folder"}
EFI = "/sys/firmware/efi/efivars"
GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c"


class Look(Probe):
    def __init__(self, plan):
        Probe.__init__(self, plan, "/")
        through = "sudo" if "SUDO_UID" in os.environ else ""
        self.evidence = {"v": 1, "probe": "state", "uid": os.getuid(), "through": through}

    def exists(self):
        answer = self.evidence["exists"] = {}
        for path in self.plan["exists"]:
            try:
                os.stat(path)
                answer[path] = 1
            except OSError as error:
                value = trouble(error)
                answer[path] = 0 if value == {"error": "absent"} else value

    def digest(self, path):
        """SHA-256 in hexadecimal. Raises OSError; ValueError for more than the cap."""
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            total, size = sha256(), 0
            while True:
                part = os.read(fd, 262144)
                if not part:
                    return total.hexdigest()
                size += len(part)
                if size > self.caps["file_bytes"]:
                    raise ValueError(path)
                total.update(part)
        finally:
            os.close(fd)

    def file(self, path):
        try:
            state = os.lstat(path)
            kind = TYPES.get(stat.S_IFMT(state.st_mode), "other")
            value = {"type": kind, "mode": stat.S_IMODE(state.st_mode)}
            value["owner"], value["group"] = self.names_of(state.st_uid, state.st_gid)
            if kind == "file":
                value["sha256"] = self.digest(path)
            elif kind == "link":
                value["target"] = os.readlink(path)
            return value
        except OSError as error:
            return trouble(error)
        except ValueError:
            return {"error": "too_large"}

    def files(self):
        self.evidence["files"] = {path: self.file(path) for path in self.plan["files"]}

    @staticmethod
    def names_of(uid, gid):
        owner, group = "root", "root"
        if uid:
            import pwd

            try:
                owner = pwd.getpwuid(uid).pw_name
            except KeyError:
                owner = str(uid)
        if gid:
            import grp

            try:
                group = grp.getgrgid(gid).gr_name
            except KeyError:
                group = str(gid)
        return owner, group

    def packages(self):
        wanted = self.plan["packages"]
        if not wanted:
            return
        try:
            fd = os.open("/var/lib/dpkg/status", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            value = trouble(error)
            self.evidence["packages"] = self.rpm(wanted) if value == {"error": "absent"} else value
            return
        with os.fdopen(fd, "rb") as status:
            text = b"\n" + status.read(self.caps["database_bytes"] + 1)
        if len(text) > self.caps["database_bytes"]:
            self.evidence["packages"] = {"error": "too_large"}
        elif [name for name in os.listdir("/var/lib/dpkg/updates") if name.isdigit()]:
            # dpkg was broken off; what it did since is not in the file yet.
            self.evidence["packages"] = {"error": "unreadable", "detail": "dpkg was interrupted"}
        else:
            self.evidence["packages"] = {name: self.dpkg(text, name) for name in wanted}

    @staticmethod
    def dpkg(text, name):
        """1 where a stanza of the package, of whatever architecture, says that it is installed."""
        head, place = b"\nPackage: " + name.encode() + b"\n", 0
        while True:
            place = text.find(head, place)
            if place < 0:
                return 0
            end = text.find(b"\n\n", place)
            stanza = text[place : end if end >= 0 else len(text)]
            for line in stanza.split(b"\n"):
                if line.startswith(b"Status: ") and line.endswith(b" installed"):
                    return 1
            place += len(head)

    def rpm(self, names):
        value = self.ask(["rpm", "-q", "--qf", "%{NAME}\n"] + names)
        if value.get("rc", 99) > len(names) or "out" not in value:
            return value if "error" in value else {"error": "unreadable"}
        lines = value["out"].split("\n")
        return {name: int(name in lines) for name in names}

    def ask(self, argv):
        """One command's answer, as ``Probe.commands`` gives it."""
        self.plan["commands"], self.plan["each"] = {"it": argv}, {}
        self.evidence["commands"] = {}
        self.commands()
        return self.evidence.pop("commands")["it"]

    def units(self):
        if self.plan["units"]:
            show = ["systemctl", "show", "--property=Id,Names,LoadState,ActiveState,UnitFileState"]
            self.evidence["units"] = self.ask(show + ["--"] + self.plan["units"])

    def modules(self):
        if self.plan["modules"]:
            text = self.read("/proc/modules", 1048576)
            if isinstance(text, str):
                loaded = {line.split(" ", 1)[0] for line in text.split("\n")}
                text = {name: int(name in loaded) for name in self.plan["modules"]}
            self.evidence["modules"] = text

    def accounts(self):
        if not self.plan["accounts"]:
            return
        answer = self.evidence["accounts"] = {name: {} for name in self.plan["accounts"]}
        homes = {}
        for path, place, key in (("/etc/passwd", 6, "shell"), ("/etc/shadow", 1, "locked")):
            text = self.read(path, 4194304)
            if not isinstance(text, str):
                for account in answer.values():
                    account[key] = text
                continue
            for line in text.split("\n"):
                fields = line.split(":")
                if fields[0] in answer and len(fields) > place:
                    value = fields[place]
                    if key == "locked":
                        # 2: locked, and no password behind the lock that one could give back.
                        value = 2 if value in ("!", "!!", "!*") else int(value[:1] == "!")
                    answer[fields[0]][key] = value
                    homes.setdefault(fields[0], fields[5:6])
        for name, account in answer.items():
            if account.get("locked") == 0:
                account["key"] = int(self.has_key(name, "".join(homes[name])))

    def has_key(self, name, home):
        """Whether the SSH server would take a key for this account, also once its password is locked."""
        told = self.ask(["sshd", "-T", "-C", "user=" + name + ",host=localhost,addr=127.0.0.1"])
        settings = dict(line.partition(" ")[::2] for line in told.get("out", "").split("\n"))
        root = settings.get("permitrootlogin") not in ("no", "forced-commands-only")
        if settings.get("pubkeyauthentication") != "yes" or settings.get("usepam") != "yes" or not root:
            return False
        for pattern in settings.get("authorizedkeysfile", "").split():
            path = pattern.replace("%h", home).replace("%u", name)
            text = self.read(path if path[:1] == "/" else home + "/" + path, 1048576)
            lines = text.split("\n") if isinstance(text, str) else []
            if [line for line in lines if line.strip() and not line.startswith("#")]:
                return True
        return False

    def built(self):
        """Each stamp as it is, and the fingerprint as ``desired/built.py`` has the PC's shell write it."""
        answer = self.evidence["built"] = {}
        for name in self.plan["built"]:
            stamp, sources, artefacts = self.plan["built"][name]
            try:
                lines = [self.digest(path) + "  " + path for path in self.regular(sources)]
                for path in self.regular(artefacts):
                    state = os.stat(path)
                    whole, part = divmod(state.st_mtime_ns, 1000000000)
                    lines.append("%s %d %d.%09d" % (path, state.st_size, whole, part))
            except OSError as error:
                answer[name] = trouble(error)
                continue
            except ValueError:
                answer[name] = {"error": "too_large"}
                continue
            now = sha256(("".join(line + "\n" for line in lines)).encode("utf-8", "surrogateescape"))
            text = self.read(stamp, 128)
            absent = {"error": "absent"}
            answer[name] = {"now": now.hexdigest(), "stamp": "" if text == absent else text}

    def regular(self, patterns):
        found = []
        for pattern in patterns:
            try:
                # As in a shell, ``*`` stands for no hidden file.
                hidden = "/." in pattern
                paths = self.matches(pattern) if "*" in pattern else [pattern]
                found += [p for p in paths if (hidden or "/." not in p) and os.path.isfile(p)]
            except OSError as error:
                if trouble(error) != {"error": "absent"}:
                    raise
        return found

    def boot(self):
        """The firmware's boot variables as hexadecimal: ``BootOrder`` and every ``Boot####``."""
        if not self.plan["boot"]:
            return
        answer = {}
        try:
            for name in self.names(EFI):
                if name.startswith("Boot") and name.endswith(GLOBAL) and len(answer) < 128:
                    text = self.read(EFI + "/" + name, 4096)
                    answer[name[: -len(GLOBAL)]] = (
                        text.encode("latin-1").hex() if isinstance(text, str) else text
                    )
            self.evidence["boot"] = answer
        except OSError as error:
            self.evidence["boot"] = trouble(error)

    def run(self):
        return self.parts(
            (self.exists, self.files, self.packages, self.units)
            + (self.modules, self.accounts, self.built, self.boot)
        )


def look(plan):
    send(Look(plan).run())
