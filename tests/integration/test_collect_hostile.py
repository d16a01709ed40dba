"""PCs and a property book that attack: the whole way from the probe to the workbook, and nothing of theirs runs."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import shutil
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook

from demo.hardware import Tree
from demo.school import Monitor, Pc
from tests.integration.support import PCS, UNREACHABLE, School, leave_behind

TERMINAL = "\x1b]0;owned\x07"
# 13 characters: as much as a monitor's descriptor holds.
SHORT = ("{{ 911*997 }}", "=1+1", "<script>a(1)", "+cmd|'/C'!A0", "../../x", "\x1b[31mred")
HOSTS = ("=HYPERLINK('x')", "<script>alert(1)</script>", "../../x", "-2+3")


def attacks(canary: Path) -> tuple[str, ...]:
    """Texts that run, or touch ``canary``, where somebody templates, evaluates or believes them."""
    touch = f"touch {canary}"
    return (
        f"{{{{ lookup('pipe','{touch}') }}}}",
        f"{{% set x = lookup('pipe','{touch}') %}}{{{{ x }}}}",
        f"!unsafe {{{{ lookup('pipe','{touch}') }}}}",
        f"$({touch})`{touch}`",
        f"ansible_ssh_common_args: -o ProxyCommand='{touch}'",
        '=HYPERLINK("http://example.invalid","click")',
        "+cmd|'/C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(2)>",
        "javascript:alert(3)",
        "../../../../x",
        f"PC\x00{TERMINAL}\x1b[2J",
        "\u202egnp.exe",
        "\u2028line",
        "长" * 3000,
    )


def hostile_pc(pc: Pc, words: Iterator[str], short: Iterator[str]) -> Pc:
    """The same machine, and every text that its firmware, disk and monitor give is an attack."""
    model: dict[str, Any] = {
        **pc.model,
        **{name: next(words) for name in ("manufacturer", "product", "version", "sku", "family")},
        "bios": {**pc.model["bios"], "vendor": next(words), "version": next(words)},
        "board": {name: next(words) for name in ("manufacturer", "product", "version")},
        "cpus": [{**cpu, "model": next(words)} for cpu in pc.model["cpus"]],
        "memory": {**pc.model["memory"], "slots": [next(words) for _slot in pc.model["memory"]["slots"]]},
    }
    modules = {
        size: {"manufacturer": next(words), "part_number": next(words)} for size in {*pc.modules, *pc.memory}
    }
    monitor = pc.monitor and Monitor(kind={**pc.monitor.kind, "name": next(short)}, serial=next(short))
    disk = {**pc.disk, "model": next(words), "firmware": next(words), "prefix": next(words)[:20]}
    changed: dict[str, Any] = {"model": model, "modules": modules, "monitor": monitor, "disk": disk}
    return dataclasses.replace(pc, serial=next(words), **changed)


def hostile_files(words: Iterator[str], canary: Path) -> Tree:
    """What else a PC says: names that people give, and a flood."""
    native = {
        "hostname": next(words),
        "permaddr": {next(words): next(words)},
        "addresses": {next(words): [next(words)]},
        "ansible_ssh_common_args": f"-o ProxyCommand='touch {canary}'",
        "ansible_facts": {"ansible_connection": "local", "discovered_interpreter_python": f"touch {canary}"},
        "nested": json.loads("[" * 200 + "]" * 200),
    }
    release = "".join(f'{name}="{next(words)}"\n' for name in ("ID", "NAME", "VERSION_ID", "PRETTY_NAME"))
    return {
        "native.json": json.dumps(native).encode(),
        "etc/os-release": release.encode(),
        "commands/who": f"{next(words)[:30]} tty1 2026-09-01 00:05 . 1203 ({next(words)})\n".encode(),
        "sys/class/dmi/id/chassis_asset_tag": b"A" * 50_000_000,
        "sys/bus/usb/devices/1-3/product": next(words).encode(),
        "sys/bus/usb/devices/1-3/serial": next(words).encode(),
    }


def write_book(path: Path, words: Iterator[str], short: Iterator[str]) -> None:
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    texts = (
        "资产名称",
        "品牌",
        "型号",
        "规格",
        "序列号",
        "供应商",
        "机房",
        "座位号",
        "管理人",
        "使用部门",
        "备注",
    )
    for column, header in enumerate(("资产编号", *texts, "数量", "原值", "入账日期")):
        sheet.write_string(0, column, header)
    for row in range(1, 25):
        given = [next(short) if header == "座位号" else next(words)[:100] for header in texts]
        cells = (f"2026-{row:04}", *given, "1", "100", "2026-09-01")
        for column, value in enumerate(cells):
            sheet.write_string(row, column, re.sub("[\x00-\x1f]", "", value))
    workbook.close()


@dataclass(frozen=True, slots=True)
class Day:
    """A day's work with hostile PCs and book: everything that was said, and where everything is."""

    school: School
    canary: Path
    attacks: tuple[str, ...]
    said: str
    spool_lines: tuple[str, ...]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    folder = tmp_path_factory.mktemp("hostile")
    canary = folder / "canary"
    texts = attacks(canary)
    words, short = cycle(texts), cycle(SHORT)
    school = School(folder)
    for host, pc in zip((*HOSTS, "pc05"), list(PCS.values())[:5], strict=True):
        school.add(host, hostile_pc(pc, words, short), hostile_files(words, canary), lab_room="机房一")
    book = folder / "book.xlsx"
    write_book(book, words, short)
    errands = [school.lab_run("import_book", "-e", f"ledger_book={book}", "--diff")]
    left = leave_behind(school)
    lines = tuple(left.read_text("utf-8").splitlines())
    for errand in ("update_ledger", "verify_ledger", "reparse_ledger"):
        errands.append(school.lab_run(errand, "--diff"))
    for errand in ("collect_facts", "reconcile_ledger", "render_reports"):
        errands.append(school.run(errand, "-v", "--diff"))
    errands.append(school.collect("-vvv", "--check"))
    for done in errands:
        assert done.code == 0, done.said[-3000:]
    return Day(school, canary, texts, "\n".join(done.said for done in errands), lines)


def test_nothing_ran(day: Day) -> None:
    assert not day.canary.exists()
    assert "908267" not in day.said


def test_the_attacks_arrived_as_text(day: Day) -> None:
    """Without this the other tests would prove nothing."""
    snapshot = day.school.snapshot()
    everything = json.dumps([machine.inventory for machine in snapshot.machines], ensure_ascii=False)
    everything += json.dumps([dataclasses.asdict(asset) for asset in snapshot.assets], default=str)
    assert {machine.host for machine in snapshot.machines} == {*HOSTS, "pc05"}
    for start in (
        "{{ lookup",
        "{% set x",
        "=HYPERLINK(",
        "+cmd|",
        "<script>alert",
        "</script><img",
        "../../../",
    ):
        assert start in everything, start
    assert "{{ 911*997 }}" in everything
    assert len(snapshot.findings) > 0


def test_the_spool_has_a_line_of_json_for_each_record(day: Day) -> None:
    records = [json.loads(line) for line in day.spool_lines]
    assert [record["kind"] for record in records] == ["run", *["observed"] * 5]
    assert {record["host"] for record in records[1:]} == {*HOSTS, "pc05"}
    assert all(len(line) < 300_000 for line in day.spool_lines), "a flood is cut at the PC"


def test_nothing_reaches_the_terminal_as_a_command(day: Day) -> None:
    assert TERMINAL not in day.said
    assert "\x1b[2J" not in day.said
    assert "\x1b[31mred" not in day.said
    assert "\x00" not in day.said


def test_the_runs_artifacts_are_text(day: Day) -> None:
    files = [path for path in (day.school.folder / "runs").rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        text = path.read_text("utf-8")
        assert TERMINAL not in text, path
        assert "\x00" not in text, path
        if path.suffix == ".json":
            json.loads(text)


def test_the_ledger_is_whole_and_its_texts_are_clean(day: Day) -> None:
    connection = sqlite3.connect(f"file:{day.school.ledger}?mode=ro", uri=True)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - names from the schema
                for value in row:
                    assert not (isinstance(value, str) and re.search("[\x00-\x08\x0b-\x1f\x7f]", value)), (
                        table
                    )
    finally:
        connection.close()


def test_files_are_only_where_they_belong(day: Day) -> None:
    names = {str(path.relative_to(day.school.reports)) for path in day.school.reports.rglob("*")}
    assert {name for name in names if not re.fullmatch(r"[a-z0-9./-]+", name)} == set()
    assert {path.name for path in day.school.folder.iterdir()} == {
        *("ansible", "book.xlsx", "hosts.json", "ledger", "reports", "runs", "trees")
    }
    assert not (day.school.folder.parent / "x").exists()


class _Page(HTMLParser):
    """Collects what a browser would run or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.targets: list[str] = []
        self.inline: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_script = tag == "script"
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            if name in ("href", "src", "action", "srcset"):
                self.targets.append(value or "")

    def handle_endtag(self, _tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.inline.append(data)


def test_no_page_has_an_element_of_theirs(day: Day) -> None:
    pages = sorted((day.school.reports / "site").rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        page = _Page()
        page.feed(path.read_text("utf-8"))
        assert page.tags.isdisjoint({"img", "iframe", "object", "embed", "base"}), path
        assert page.handlers == [], path
        assert "".join(page.inline).strip() == "", path
        for target in page.targets:
            assert re.fullmatch(r"[\w./?=&%#-]*", target), (path, target)
            assert (
                (path.parent / target.partition("?")[0].partition("#")[0])
                .resolve()
                .is_relative_to(day.school.reports.resolve())
            )


def test_the_devices_script_is_data(day: Day) -> None:
    script = (day.school.reports / "site" / "devices-data.js").read_text("utf-8")
    assert "<" not in script, "neither a comment nor the end of a script element"
    assert "\u2028" not in script
    prefix, _sign, data = script.partition("=")
    assert re.fullmatch(r"[\w.\s]+", prefix)
    json.loads(data.strip().removesuffix(";"))


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(day: Day) -> None:
    path = day.school.reports / "ledger.xlsx"
    with zipfile.ZipFile(path) as archive:
        assert [name for name in archive.namelist() if "external" in name.lower()] == []
        rels = [name for name in archive.namelist() if name.endswith(".rels")]
        assert all(b'TargetMode="External"' not in archive.read(name) for name in rels)
    cells = 0
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert cell.hyperlink is None or cell.hyperlink.target is None, cell.coordinate
                cells += isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@"))
    assert cells > 10, "the attacks are there, as text"


def test_the_export_is_json(day: Day) -> None:
    text = (day.school.reports / "ledger.json").read_text("utf-8")
    assert TERMINAL not in text
    json.loads(text)


def test_facts_that_a_playbook_prints_are_not_templates(day: Day, tmp_path: Path) -> None:
    """``publish: true``, the default: other people's tasks get the document, and Ansible must not trust it."""
    playbook = tmp_path / "show.yml"
    playbook.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        "    - jifang.lab.hardware_facts:\n"
        "    - ansible.builtin.debug: {msg: '{{ ansible_facts.hardware.inventory }}'}\n"
        "    - ansible.builtin.debug: {var: ansible_facts.hardware.state}\n"
        "    - ansible.builtin.copy:\n"
        "        content: '{{ ansible_facts.hardware | to_json }}'\n"
        f"        dest: '{tmp_path}/copied'\n"
        "      when: inventory_hostname == 'pc05'\n"
    )
    done = day.school.run(str(playbook.with_suffix("")))
    assert done.code == 0, done.said
    assert "{{ lookup(" in done.said
    assert "908267" not in done.said
    assert TERMINAL not in done.said
    assert not day.canary.exists()
    assert "{{ lookup(" in (tmp_path / "copied").read_text("utf-8")


def framed(evidence: bytes) -> bytes:
    return b"JIFANG<" + base64.b64encode(zlib.compress(evidence, 1)) + b">GNAFIJ\n"


LIARS = {
    "flood": (lambda: b"{{ 911*997 }}\x1b]0;owned\x07" * 2_500_000, "the probe did not run"),
    "flood_in_a_frame": (lambda: b"JIFANG<" + b"A" * 50_000_000 + b">GNAFIJ", "is larger than 12 MB"),
    "no_end": (lambda: b"JIFANG<AAAA", "did not send a whole answer"),
    "bomb": (lambda: framed(bytes(300_000_000)), "is larger than 4 MB when unpacked"),
    "nested": (lambda: framed(b"[" * 1_000_000), "is not in the format"),
    "nested_deep_inside": (
        lambda: framed(b'{"v":1,"probe":"linux","native":' + b'{"a":' * 500_000 + b"1" + b"}" * 500_001),
        "is not in the format",
    ),
    "other_types": (lambda: framed(b'{"v":1,"probe":"linux","files":[1],"uid":"0"}'), "is not in the format"),
    "no_json": (lambda: framed(b"{{ lookup('pipe','id') }}"), "is not in the format"),
    "number": (
        lambda: framed(b'{"v":1,"probe":"linux","uid":' + b"9" * 100_000 + b"}"),
        "is not in the format",
    ),
}


def test_a_pc_that_lies_fails_alone_and_in_bounded_time(tmp_path: Path) -> None:
    """Something else than the probe answers: it may say anything, at any length."""
    school = School(tmp_path)
    school.add("pc01")
    for name, (answer, _sentence) in LIARS.items():
        (tmp_path / f"{name}.answer").write_bytes(answer())
        liar = tmp_path / f"{name}.sh"
        liar.write_text(f"#!/bin/sh\ncat {tmp_path}/{name}.answer\n")
        liar.chmod(0o755)
        school.add(name, PCS["pc02"], ansible_python_interpreter=str(liar))
    began = time.monotonic()
    done = school.collect("--forks", "2")
    assert time.monotonic() - began < 90
    assert done.code != 0
    assert "Traceback" not in done.said
    assert TERMINAL not in done.said
    assert "908267" not in done.said
    assert len(done.said) < 100_000
    assert school.statuses() == {**dict.fromkeys(LIARS, "failed"), "pc01": "observed"}
    told = {sighting.host: sighting.message for sighting in school.snapshot().sightings}
    for name, (_answer, sentence) in LIARS.items():
        assert sentence in told[name], (name, told[name])
        assert len(told[name]) < 1000
        assert told[name].isprintable()


def test_a_recorded_machine_with_endless_nesting_is_read_without_it(tmp_path: Path) -> None:
    school = School(tmp_path)
    school.add("pc01")
    school.add("pc02", files={"native.json": b"[" * 60_000})
    assert school.collect().code == 0
    assert school.statuses() == {"pc01": "observed", "pc02": "observed"}


def test_what_a_pc_says_on_its_way_out_is_clean(tmp_path: Path) -> None:
    """A message of sudo or of a login script goes to the terminal, to the ledger and into the artifacts."""
    school = School(tmp_path)
    school.add("pc01")
    noisy = tmp_path / "sudo"
    noisy.write_text("#!/bin/sh\nprintf '%b' '\\033]0;owned\\007{{ 911*997 }}<script>' >&2\nexit 1\n")
    noisy.chmod(0o755)
    school.hosts["pc01"].update(ansible_become=True, ansible_become_exe=str(noisy))
    school.add("pc02", ansible_python_interpreter=str(noisy))
    for run in (school.collect, lambda **more: school.lab_run("collect_facts", **more)):
        done = run(ANSIBLE_BECOME_ALLOW_SAME_USER="true")
        assert done.code != 0, done.said
        assert "{{ 911*997 }}<script>" in done.said
        assert TERMINAL not in done.said
    for path in (tmp_path / "runs").rglob("*"):
        assert path.is_dir() or TERMINAL not in path.read_text("utf-8")
    assert school.statuses() == {"pc01": "observed", "pc02": "failed"}


SECRETS = {"url": "url-hunter2", "ssh": "ssh-hunter2", "become": "become-hunter2", "extra": "extra-hunter2"}


@pytest.fixture
def guarded(tmp_path: Path) -> School:
    """A school whose inventory holds passwords; sudo asks for one and refuses it."""
    school = School(tmp_path)
    school.add("pc01")
    sudo = tmp_path / "sudo"
    sudo.write_text(
        '#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -p ] && printf %s "$2" >&2; shift; done\n'
        "read -r password\necho 'Sorry, try again.' >&2\nexit 1\n"
    )
    sudo.chmod(0o755)
    school.hosts["pc01"].update(
        ansible_become=True, ansible_become_exe=str(sudo), ansible_become_password=SECRETS["become"]
    )
    school.hosts["pc02"] = {**UNREACHABLE, "ansible_password": SECRETS["ssh"]}
    return school


def leaks(school: School, *said: str) -> list[str]:
    """Where a secret is, other than in the inventory that holds it."""
    found = [f"output: {text[:2000]}" for text in said if "hunter2" in text]
    for path in school.folder.rglob("*"):
        if path.is_file() and path != school.inventory and b"hunter2" in path.read_bytes():
            found.append(str(path))
    return found


@pytest.mark.parametrize("words", [(), ("-vvv", "--diff")], ids=["quiet", "chatty"])
def test_passwords_of_the_inventory_are_nowhere(guarded: School, words: tuple[str, ...]) -> None:
    plain = guarded.collect(*words, ANSIBLE_BECOME_ALLOW_SAME_USER="true")
    shutil.copytree(guarded.ledger.parent, guarded.folder / "before")
    lab = guarded.lab_run("update_ledger", *words, ANSIBLE_BECOME_ALLOW_SAME_USER="true")
    assert (plain.code, lab.code) == (0, 0), plain.said + lab.said
    assert guarded.statuses() == {"pc01": "observed", "pc02": "unreachable"}
    assert "refused to give root" in " ".join(plain.said.split())
    assert leaks(guarded, plain.said, lab.said) == []


@pytest.mark.parametrize("words", [(), ("-vvv", "--diff")], ids=["quiet", "chatty"])
def test_the_password_in_the_ledgers_url_is_nowhere(guarded: School, words: tuple[str, ...]) -> None:
    url = "postgresql+psycopg://ledger:{}@127.0.0.1:1/ledger?connect_timeout=2"
    by_environment = {"LEDGER_URL": url.format(SECRETS["url"])}
    by_argument = ("-e", f"ledger_url={url.format(SECRETS['extra'])}")
    runs = [
        guarded.collect(*words, **by_environment),
        guarded.lab_run("collect_facts", *words, **by_environment),
        guarded.lab_run("collect_facts", *words, *by_argument),
        guarded.run("verify_ledger", *words, **by_environment),
    ]
    for done in runs:
        assert done.code != 0
        assert "The ledger postgresql://127.0.0.1:1/ledger does not answer" in done.said, done.said
    assert leaks(guarded, *(done.said for done in runs)) == []
