"""What a property book's free text says of a computer: ``i5-10400/16G/512G SSD``, ``内存8GB 硬盘1T``.

Conservative: what could be meant in two ways is None, because a wrong reading would accuse someone.
Memory counts in binary (16G is 16 GiB, as DIMMs are made), disks in decimal (512G is 512·10⁹ bytes, as
makers label them). Text is hostile: at most 400 characters are read, and no pattern can backtrack
further than one token.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TEXT_LIMIT = 400
_MEMORY_UNIT = {"t": 2**40, "g": 2**30, "m": 2**20}
_DISK_UNIT = {"t": 10**12, "g": 10**9, "m": 10**6}

# Without a word beside it, a size is memory or a disk only where it cannot be the other: no PC in a school has
# more than 64 GB of memory unsaid, and no disk for sale since about 2005 holds less than 80 GB.
_UNSAID_MEMORY = (2**29, 64 * 2**30)
_UNSAID_DISK = 80 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What the text says; None where it does not say or is ambiguous.

    ``memory_bytes``: all modules together. ``disk_bytes``: all disks together. ``cpu``: the processor's
    designation in upper case without blanks (``I5-10400``, ``E5-2620V4``, ``N5105``).
    """

    memory_bytes: int | None = None
    disk_bytes: int | None = None
    cpu: str | None = None


_SEPARATOR = re.compile(r"[/\\,;、。|\n\t]+")
_SIZE = re.compile(
    r"(?<![0-9a-z.])(?<![0-9a-z]-)(?:(?P<before>[1-9]\d?)\s?[*x×]\s?)?"
    r"(?P<number>\d{1,5}(?:\.\d{1,2})?)\s?(?P<unit>[tgm])b?"
    r"(?:\s?[*x×]\s?(?P<after>[1-9]\d?)(?![0-9.]))?"
    r"(?=(?:ssd|hdd|ddr|sata|nvme|emmc)|[^a-z0-9*×]|$)"
)
# Words that say what a size is. Beside one of ``other`` it is neither: graphics memory, caches, network speeds.
_WORD = re.compile(
    r"(?P<other>显存|显卡|独显|集显|核显|gddr\d?|(?<![a-z])(?:vram|[gr]tx\s?\d{3,4}|gpu|cache|wifi|lan|usb)|缓存|网卡|网口|"
    r"网络|千兆|带宽|光驱|u盘|移动|主频|频率|[gm]?bps|[gm]hz)"
    r"|(?P<memory>内存|ddr\d?|(?<![a-z])d?ram(?![a-z])|(?<![a-z])mem(?:ory)?(?![a-z])|dimm)"
    r"|(?P<disk>硬盘|固态|机械|磁盘|(?<![a-z])(?:ssd|hdd|sata|sas|nvme|m\.2|emmc)(?![a-z]))"
)
_UPPER_LIMIT = re.compile(r"最大|最高|支持|可扩|扩展")
_TIMES_BEHIND = re.compile(r"[^0-9+()]{0,8}[*x×]\s?([1-9])(?![0-9.])")
_STICKS = re.compile(r"[2-9两二三四双]\s?[根条]")
_CPU = re.compile(
    r"(?<![a-z0-9])(?:"
    r"(?P<core>i[3579])(?:[\s-]{0,2}(?P<core_number>\d{3,5}[a-z]{0,3}\d?))?"
    r"|(?P<ultra>ultra\s?[579][\s-]{0,2}\d{3}[a-z]{0,2})"
    r"|(?P<xeon>e[357][\s-]{1,2}\d{4}[a-z]?(?:\s?v\d)?)"
    r"|(?P<ryzen>(?:r|ryzen\s?|锐龙\s?)[3579][\s-]{1,2}(?:pro\s)?(?P<ryzen_number>\d{4}[a-z]{0,2}))"
    r"|(?P<plain>[gnj]\d{4}[a-z]?|d2000(?:/8)?|ft-2000(?:/4)?|kx-[u6]?\d{4}[a-z]?|3[ac][56]000)"
    r")(?![a-z0-9])"
)


@lru_cache(maxsize=4096)
def parse_specification(text: str | None) -> Specification:
    """Read a book's specification. Never raises; what it does not understand it leaves out."""
    plain = unicodedata.normalize("NFKC", (text or "")[:_TEXT_LIMIT])[:_TEXT_LIMIT].casefold()
    # A designation such as 5600G must not be read as a size.
    memory, disk = _sizes(_CPU.sub(" ", plain))
    return Specification(memory_bytes=memory, disk_bytes=disk, cpu=_cpu(plain))


def _cpu(text: str) -> str | None:
    named: set[str] = set()
    for found in _CPU.finditer(text):
        if found["core"]:
            named.add("-".join(part for part in (found["core"], found["core_number"]) if part))
        elif found["ryzen"]:
            named.add(found["ryzen_number"])
        else:
            named.add(re.sub(r"\s", "", found["ultra"] or found["xeon"] or found["plain"]))
    return named.pop().upper() if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class _Size:
    number: float
    unit: str
    times: int
    joined: bool  # stands behind a + in the same segment
    bracketed: bool  # explains the size before it: 16G(8G*2)

    def bytes(self, units: dict[str, int]) -> int:
        return round(self.number * units[self.unit]) * self.times


def _sizes(text: str) -> tuple[int | None, int | None]:
    sorted_out: dict[str, list[_Size]] = {"memory": [], "disk": [], "other": [], "unsaid": []}
    for segment in _SEPARATOR.split(text):
        for kind, size in _segment(segment):
            sorted_out[kind].append(size)
    memory, disk = _settle(sorted_out["memory"], sorted_out["disk"], sorted_out["unsaid"])
    return (None if _STICKS.search(text) else memory), disk


def _segment(segment: str) -> list[tuple[str, _Size]]:
    """The sizes of a segment with what they are. A clerk writes either 内存8G or 8G内存: if a word comes before
    the first size, each size takes the last word in front of it, else the first word behind it."""
    found = list(_SIZE.finditer(segment))
    if not found:
        return []
    edges = [0, *(match.end() for match in found)], [*(match.start() for match in found), len(segment)]
    gaps = [segment[start:end] for start, end in zip(*edges, strict=True)]
    in_front = _WORD.search(gaps[0]) is not None
    result: list[tuple[str, _Size]] = []
    for position, match in enumerate(found):
        front, behind = gaps[position], gaps[position + 1]
        last = position + 1 == len(found)
        size = _size(match, front, behind)
        kind = _last_word(front) if in_front else _first_word(behind)
        if kind is None and in_front and last:
            kind = _first_word(behind)
        if (
            kind is None
            and result
            and (size.bracketed or (size.joined and size.bytes(_DISK_UNIT) < _UNSAID_DISK))
        ):
            kind = result[-1][0]
        if kind is None and size.joined and result and result[-1][0] == "disk":
            kind = "disk"
        if _UPPER_LIMIT.search(front):
            kind = "other"
        result.append((kind or "unsaid", size))
    return result


def _first_word(text: str) -> str | None:
    found = _WORD.search(text)
    return found.lastgroup if found else None


def _last_word(text: str) -> str | None:
    kind = None
    for found in _WORD.finditer(text):
        kind = found.lastgroup
    return kind


def _size(match: re.Match[str], front: str, behind: str) -> _Size:
    times = int(match["before"] or 1) * int(match["after"] or 1)
    further = _TIMES_BEHIND.match(behind)
    return _Size(
        number=float(match["number"]),
        unit=match["unit"],
        times=times * int(further[1]) if further else times,
        joined=front.rstrip().endswith("+"),
        bracketed="(" in front and ")" not in front[front.rindex("(") :],
    )


def _settle(memory: list[_Size], disks: list[_Size], unsaid: list[_Size]) -> tuple[int | None, int | None]:
    """Give the sizes without a word to what is still open, if only one reading is possible."""
    if unsaid and not memory:
        small = [size for size in unsaid if _could_be_memory(size)]
        explained = all(size.joined or size.bracketed for size in small[1:])
        # A lone size says nothing, unless it is counted: nobody counts small disks.
        known = len(unsaid) > len(small) or disks or (small and small[0].times > 1)
        if small and small[0] is unsaid[0] and explained and known:
            memory = small
            unsaid = [size for size in unsaid if size not in small]
    if unsaid and memory and not disks and all(size.bytes(_DISK_UNIT) >= _UNSAID_DISK for size in unsaid):
        disks, unsaid = unsaid, []
    memory_bytes, disk_bytes = _total(memory, _MEMORY_UNIT), _total(disks, _DISK_UNIT)
    # A size that is left over could be one more of either.
    if any(_could_be_memory(size) and size.bytes(_MEMORY_UNIT) != memory_bytes for size in unsaid):
        memory_bytes = None
    if any(size.bytes(_DISK_UNIT) >= _UNSAID_DISK for size in unsaid):
        disk_bytes = None
    return memory_bytes, disk_bytes


def _could_be_memory(size: _Size) -> bool:
    # 2.8G without a word is a clock rate.
    low, high = _UNSAID_MEMORY
    return size.number.is_integer() and low <= size.bytes(_MEMORY_UNIT) <= high


def _total(sizes: list[_Size], units: dict[str, int]) -> int | None:
    """The sum of what is joined by +; a bracket must repeat what it explains; else several are ambiguous."""
    if not sizes:
        return None
    total = sizes[0].bytes(units)
    for size in sizes[1:]:
        if size.bracketed:
            if size.bytes(units) != total:
                return None
        elif size.joined or units is _DISK_UNIT:
            total += size.bytes(units)
        else:
            return None
    return total or None
