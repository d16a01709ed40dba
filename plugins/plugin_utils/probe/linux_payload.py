"""The probe that runs on a Linux PC: reads what its plan names, writes one framed line, changes nothing.

It is sent as source text to ``python3 -B -I -S`` (3.6 upward), so it uses the standard library only and, because
start-up is most of its cost, C modules where the public wrapper would import ``re`` or ``enum``. It knows
nothing of hardware: ``plan.py`` says what to read, the parsers on the control node say what it means.
Formats: "Evidence" in ``docs/architecture.md``.
"""

import binascii
import errno
import os
import select
import sys
import time
import zlib

try:
    import _signal as signal
    import _socket as socket
    from _json import encode_basestring_ascii as quote
except ImportError:  # not CPython
    import signal
    import socket
    from json.encoder import encode_basestring_ascii as quote

SEARCH = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO)
DENIED = (errno.EACCES, errno.EPERM)
SIOCGIFADDR, SIOCETHTOOL, ETHTOOL_GPERMADDR = 0x8915, 0x8946, 0x20  # linux/sockios.h, linux/ethtool.h


class OutOfTimeError(Exception):
    pass


def ring(*_):
    raise OutOfTimeError


def trouble(error):
    """An OSError as an evidence value."""
    if error.errno in ABSENT:
        return {"error": "absent"}
    if error.errno in DENIED:
        return {"error": "denied"}
    return {"error": "unreadable", "detail": errno.errorcode.get(error.errno, str(error.errno))}


def spawn(tool, argv, environment, out, err):
    """Starts a tool as leader of a process group of its own, without input."""
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if hasattr(os, "posix_spawn"):  # 3.8 upward; a fork would copy this process for each tool
            moves = [(os.POSIX_SPAWN_DUP2, source, to) for source, to in ((null, 0), (out, 1), (err, 2))]
            return os.posix_spawn(tool, argv, environment, file_actions=moves, setpgroup=0)
        pid = os.fork()
        if pid == 0:
            try:
                os.setpgid(0, 0)
                for source, target in ((null, 0), (out, 1), (err, 2)):
                    os.dup2(source, target)
                os.execve(tool, argv, environment)
            finally:
                os._exit(126)
        try:
            os.setpgid(pid, pid)
        except OSError:
            pass  # the child was quicker
        return pid
    finally:
        os.close(null)


class Probe:
    def __init__(self, plan, root):
        self.plan = plan
        self.root = root.rstrip("/")
        self.caps = plan["caps"]
        self.left = self.caps["total_bytes"]
        self.listed = {}
        self.began = time.time()
        self.evidence = {
            "v": 1,
            "probe": "linux",
            "root": self.root or "/",
            "uid": os.getuid(),
            "files": {},
            "globs": {},
            "links": {},
            "commands": {},
            "native": {},
        }

    def read(self, path, cap):
        """A file's bytes as latin-1 text, or what kept it from being read. Never blocks on a FIFO."""
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            return trouble(error)
        cap = min(cap, self.left)
        parts, size = [], 0
        try:
            while size <= cap:
                part = os.read(fd, cap + 1 - size)
                if not part:
                    break
                parts.append(part)
                size += len(part)
        except OSError as error:
            return trouble(error)
        finally:
            os.close(fd)
        return self.keep(b"".join(parts), cap)

    def keep(self, data, cap):
        text = data[:cap].decode("latin-1")
        self.left -= len(text)
        return {"error": "too_large", "out": text} if len(data) > cap else text

    def tail(self, path, cap):
        """A log's last ``cap`` bytes from the start of a line on; what was left out before them is noted."""
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            return trouble(error)
        try:
            cap = min(cap, self.left)
            begin = max(0, os.lseek(fd, 0, os.SEEK_END) - cap)
            os.lseek(fd, begin, os.SEEK_SET)
            text = os.read(fd, cap).decode("latin-1")
        except OSError as error:
            return trouble(error)
        finally:
            os.close(fd)
        self.left -= len(text)
        return {"error": "too_large", "out": text.partition("\n")[2]} if begin else text

    def kernel_log(self, path, word, cap):
        """Records of the kernel's log that hold ``word``; each read of ``/dev/kmsg`` gives one, without waiting."""
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            return trouble(error)
        kept, size, cap = [], 0, min(cap, self.left)
        try:
            for _ in range(50000):
                try:
                    record = os.read(fd, 8192)
                except BlockingIOError:
                    break
                except BrokenPipeError:
                    continue  # overwritten while it was being read; the next read goes on behind it
                if not record:
                    break
                if word in record:
                    kept.append(record)
                    size += len(record)
        except OSError as error:
            return trouble(error)
        finally:
            os.close(fd)
        drop = 0
        while size > cap:
            size -= len(kept[drop])
            drop += 1
        text = b"".join(kept[drop:]).decode("latin-1")
        self.left -= len(text)
        return {"error": "too_large", "out": text} if drop else text

    def logs(self):
        """What happened: logs of files, and the kernel's own where none of them is there to tell."""
        files, told = self.evidence["files"], False
        for path in self.plan["logs"]:
            files[path] = self.tail(self.root + path, self.caps["file_bytes"])
            told = told or files[path] != {"error": "absent"}
        for path, word in self.plan["kernel_logs"].items():
            if not told:
                files[path] = self.kernel_log(self.root + path, word.encode(), self.caps["file_bytes"])

    def names(self, folder):
        """Sorted entry names; many patterns share a folder, so each is listed once."""
        if folder not in self.listed:
            try:
                self.listed[folder] = sorted(os.listdir(self.root + folder))
            except OSError as error:
                self.listed[folder] = error
        if isinstance(self.listed[folder], OSError):
            raise self.listed[folder]
        return self.listed[folder]

    def matches(self, pattern):
        """Paths that match ``pattern``; ``*`` stands for any run of characters within one path segment.
        Raises OSError where a folder that the pattern names outright cannot be listed."""
        found = [""]
        for place, segment in enumerate(pattern.split("/")[1:]):
            if "*" not in segment:
                found = [base + "/" + segment for base in found]
                continue
            head, *middle, tail = segment.split("*")
            step = []
            for base in found:
                try:
                    names = self.names(base or "/")
                except OSError:
                    if "*" in "/".join(pattern.split("/")[1 : place + 1]):
                        continue
                    raise
                for name in names:
                    if name.startswith(head) and name.endswith(tail) and len(name) >= len(head) + len(tail):
                        at, end = len(head), len(name) - len(tail)
                        for piece in middle:
                            at = name.find(piece, at, end)
                            if at < 0:
                                break
                            at += len(piece)
                        else:
                            step.append(base + "/" + name)
            found = step[:1024]
        return found

    def files(self):
        for pattern in self.plan["files"]:
            if "*" not in pattern:
                self.evidence["files"][pattern] = self.read(self.root + pattern, self.caps["file_bytes"])
                continue
            try:
                paths = self.matches(pattern)
            except OSError:
                continue  # the folder's own trouble is told under "globs"
            for path in paths:
                value = self.read(self.root + path, self.caps["file_bytes"])
                if value != {"error": "absent"}:
                    self.evidence["files"][path] = value

    def globs(self):
        for pattern in self.plan["globs"]:
            try:
                found = [path.rsplit("/", 1)[1] for path in self.matches(pattern)]
            except OSError as error:
                found = trouble(error)
            self.evidence["globs"][pattern] = found

    def links(self):
        for pattern in self.plan["links"]:
            try:
                paths = self.matches(pattern)
            except OSError:
                continue
            for path in paths:
                try:
                    self.evidence["links"][path] = os.readlink(self.root + path)
                except OSError as error:
                    if error.errno not in ABSENT and error.errno != errno.EINVAL:
                        self.evidence["links"][path] = trouble(error)

    def wanted(self):
        """Each command by the name that the evidence gives it."""
        for name in self.plan["commands"]:
            yield name, self.plan["commands"][name]
        for name, many in self.plan["each"].items():
            try:
                paths = self.matches(many["glob"])
            except OSError:
                continue
            for path in paths[:64]:
                item = path.rsplit("/", 1)[1]
                if item.startswith(tuple(many["only"])):
                    argv = [word.replace("{name}", item) for word in many["argv"]]
                    yield name + " " + argv[-1], argv

    def commands(self):
        """Runs them all at once; each has its own clock, and what outlives it is ended with its children."""
        if self.root:
            for name, _ in self.wanted():
                path = self.root + "/commands/" + name.replace("/", "_").replace(" ", "_")
                text = self.read(path, self.caps["command_bytes"])
                self.evidence["commands"][name] = text if isinstance(text, dict) else {"rc": 0, "out": text}
            return
        running = {}
        try:
            for name, argv in self.wanted():
                tool = next(
                    (d + "/" + argv[0] for d in SEARCH if os.access(d + "/" + argv[0], os.X_OK)), None
                )
                if tool is None:
                    self.evidence["commands"][name] = {"error": "absent"}
                else:
                    running[name] = self.start(tool, argv)
            self.collect(running)
        finally:
            for name, job in running.items():
                if job["pid"]:
                    os.killpg(job["pid"], 9)
                    os.waitpid(job["pid"], 0)
                    self.evidence["commands"][name] = {"error": "timeout", "out": self.output(job)}

    def start(self, tool, argv):
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": ":".join(SEARCH)}
        pid = spawn(tool, argv, environment, out_write, err_write)
        os.close(out_write)
        os.close(err_write)
        return {
            "pid": pid,
            "out": out_read,
            "err": err_read,
            "parts": {out_read: [], err_read: []},
            "size": 0,
            "until": time.time() + self.caps["command_seconds"],
        }

    def output(self, job):
        return b"".join(job["parts"][job["out"]])[: self.caps["command_bytes"]].decode("latin-1")

    def collect(self, running):
        jobs = {fd: (name, job) for name, job in running.items() for fd in (job["out"], job["err"])}
        while jobs:
            pause = min(job["until"] for _, job in jobs.values()) - time.time()
            if pause <= 0:
                for fd in [fd for fd, (_, job) in jobs.items() if job["until"] <= time.time()]:
                    del jobs[fd]
                continue
            for fd in select.select(list(jobs), [], [], pause)[0]:
                name, job = jobs[fd]
                part = os.read(fd, 65536)
                job["size"] += len(part)
                if part and job["size"] <= self.caps["command_bytes"]:
                    job["parts"][fd].append(part)
                    continue
                del jobs[fd]
                os.close(fd)
                if part:
                    self.end(name, job, {"error": "too_large"})
                    jobs.pop(job["out"], None)
                    jobs.pop(job["err"], None)
                elif job["out"] not in jobs and job["err"] not in jobs and job["pid"]:
                    self.end(name, job, {})

    def end(self, name, job, value):
        if value:
            os.killpg(job["pid"], 9)
        status = os.waitpid(job["pid"], 0)[1]
        job["pid"] = 0
        text = self.output(job)
        self.left -= len(text)
        value.update(rc=status >> 8 if status & 127 == 0 else -(status & 127), out=text)
        err = b"".join(job["parts"][job["err"]])[:2048].decode("latin-1")
        if err:
            value["err"] = err
        self.evidence["commands"][name] = value

    def native(self):
        """What only a system call tells: permanent MACs, first IPv4 address of each interface, host name."""
        if self.root:
            text = self.read(self.root + "/native.json", self.caps["file_bytes"])
            if isinstance(text, str):
                import json  # only a simulated machine pays for this import

                try:
                    self.evidence["native"] = json.loads(text)
                except (ValueError, RecursionError):
                    pass  # a damaged recording: what it would have told stays unknown
            return
        import array
        import fcntl
        import struct

        permanent, addresses = {}, {}
        try:
            names = self.names("/sys/class/net")
        except OSError:
            names = []
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for name in names[:64]:
            label = name.encode()[:15]
            answer = array.array("B", struct.pack("II", ETHTOOL_GPERMADDR, 32) + bytes(32))
            try:
                fcntl.ioctl(wire.fileno(), SIOCETHTOOL, struct.pack("16sP8x", label, answer.buffer_info()[0]))
                length = struct.unpack_from("I", answer, 4)[0]
                mac = bytes(answer[8 : 8 + length])
                if length == 6 and any(mac):
                    permanent[name] = ":".join("%02x" % octet for octet in mac)
            except OSError:
                pass  # a virtual interface has none
            try:
                packed = fcntl.ioctl(wire.fileno(), SIOCGIFADDR, struct.pack("16s24x", label))
                addresses[name] = [".".join(str(octet) for octet in packed[20:24])]
            except OSError:
                pass  # no IPv4 address
        wire.close()
        self.evidence["native"] = {
            "permaddr": permanent,
            "addresses": addresses,
            "hostname": os.uname()[1],
            "machine": os.uname()[4],
        }

    def run(self):
        return self.parts((self.native, self.globs, self.links, self.files, self.logs, self.commands))

    def parts(self, parts):
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, self.caps["total_seconds"])
        for part in parts:
            try:
                part()
            except OutOfTimeError:
                self.evidence["cut"] = part.__name__
                break
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.evidence["elapsed_ms"] = int((time.time() - self.began) * 1000)
        return self.evidence


def dump(value):
    """JSON of what the probe builds: str, int, list and dict only."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, dict):
        return "{" + ",".join(quote(key) + ":" + dump(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join([dump(item) for item in value]) + "]"
    return str(value)


def send(evidence):
    packed = zlib.compress(dump(evidence).encode("ascii"), 6)
    sys.stdout.write("JIFANG<" + binascii.b2a_base64(packed, newline=False).decode() + ">GNAFIJ\n")


def main(plan, root):
    send(Probe(plan, root).run())
