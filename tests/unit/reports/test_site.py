"""The pages as files: what they hold, that hostile text is inert in them, and how they replace the old ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.records import DecisionCategory, FindingStatus
from ansible_collections.jifang.lab.plugins.plugin_utils.reports import site
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.scripts import script_json
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site

from tests.samples import HOSTILE, hostile_snapshot, large_snapshot, sample_snapshot

ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "script",
        "noscript",
        "body",
        "header",
        "nav",
        "main",
        "footer",
    ),
    *(
        "section",
        "article",
        "div",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "a",
        "span",
        "b",
        "i",
    ),
    *("s", "bdi", "small", "br", "time", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("form", "label", "input", "select", "option", "button", "svg", "rect"),
}
FILE_NAMES = re.compile(
    r"(?:(?:assets|machines|rooms)/\d+\.html|(?:index|devices|findings(?:-\d+)?|runs|help|find|registers)\.html"
    r"|(?:loans|repairs|stock|stocktakes|keys|requests|licences|usb|warnings|baseline|entries)(?:-\d+)?\.html|(?:devices|find)(?:-data)?\.js|style\.css|icon\.svg|\.jifang-site)"
)


class Page(HTMLParser):
    """Elements, attributes and text of a page as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in {"meta", "link", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    @property
    def words(self) -> str:
        return " ".join(self.pieces)

    def handle_data(self, data: str) -> None:
        self.text += data
        self.pieces += data.split()


def _pages(folder: Path) -> dict[str, Page]:
    return {
        str(path.relative_to(folder)): Page(path.read_text(encoding="utf-8"))
        for path in folder.rglob("*.html")
    }


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "site"
    render_site(sample_snapshot(), folder)
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "site"
    render_site(hostile_snapshot(), folder)
    return folder


def test_summary_counts_what_was_written(tmp_path: Path) -> None:
    summary = render_site(sample_snapshot(), tmp_path / "site")
    assert summary.index == tmp_path / "site" / "index.html"
    assert (summary.assets, summary.machines, summary.rooms, summary.open_findings) == (14, 7, 2, 13)
    assert summary.pages == len(list((tmp_path / "site").rglob("*.html"))) == 35


@pytest.mark.parametrize("which", ["sample", "hostile"])
def test_pages_are_well_formed_and_named_by_numbers(which: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(which)
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert [name for name in files if not FILE_NAMES.fullmatch(name)] == []
    for name, page in _pages(folder).items():
        assert page.open == [], name
        assert set(page.elements) <= ELEMENTS, name
        assert page.elements["h1"] == page.elements["main"] == 1, name


@pytest.mark.parametrize("which", ["sample", "hostile"])
def test_links_lead_to_files_of_the_site(which: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(which)
    for name, page in _pages(folder).items():
        for tag, attribute, value in page.attributes:
            if attribute in {"href", "src"}:
                target = (folder / name).parent / value.partition("#")[0]
                assert value.startswith("#") or target.resolve().is_relative_to(folder.resolve()), (
                    name,
                    value,
                )
                assert value.startswith("#") or target.is_file(), (name, tag, value)


def test_ids_are_unique_and_labels_point_at_them(sample: Path) -> None:
    for name, page in _pages(sample).items():
        ids = [value for _, attribute, value in page.attributes if attribute == "id"]
        assert len(ids) == len(set(ids)), name
        for _, attribute, value in page.attributes:
            if attribute in {"for", "aria-labelledby"}:
                assert value in ids, (name, value)


def test_hostile_text_makes_no_element_and_no_attribute(hostile: Path, sample: Path) -> None:
    expected = {name: page.elements["script"] for name, page in _pages(sample).items()}
    for name, page in _pages(hostile).items():
        assert page.elements["script"] == expected.get(name, 1), name
        assert page.elements["img"] == page.elements["iframe"] == 0
        for _, attribute, _ in page.attributes:
            assert not attribute.startswith("on") and attribute != "style", (name, attribute)


def test_hostile_text_is_shown_as_it_is_or_made_visible(hostile: Path) -> None:
    page = _pages(hostile)["assets/1.html"]
    assert HOSTILE[0] in page.text and HOSTILE[1] in page.text and HOSTILE[3] in page.text
    everything = "".join(path.read_text(encoding="utf-8") for path in hostile.rglob("*.*"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", everything)
    assert "长" * 301 not in everything


def test_every_page_carries_the_policy_first(sample: Path) -> None:
    for page in _pages(sample).values():
        metas = [
            value for tag, name, value in page.attributes if tag == "meta" and name in {"charset", "content"}
        ]
        assert metas[:2] == ["utf-8", site.POLICY]
    assert site.POLICY.startswith("default-src 'none'") and "unsafe" not in site.POLICY


def test_nothing_points_outside(sample: Path) -> None:
    for path in sample.rglob("*.*"):
        urls = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", path.read_text(encoding="utf-8")))
        assert urls <= {"//www.w3.org/2000/svg", "http://www.w3.org/2000/svg"}, path


def _device_data(folder: Path) -> dict[str, object]:
    text = (folder / "devices-data.js").read_text(encoding="utf-8")
    prefix = "window.jifangDevices="
    assert text.startswith(prefix) and text.endswith(";\n")
    return json.loads(text[len(prefix) : -2])


def test_device_data(sample: Path) -> None:
    data = _device_data(sample)
    rows = [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]
    assert len(rows) == 15
    third = next(row for row in rows if row["page"] == "assets/3.html")
    assert third == {
        "page": "assets/3.html",
        "number": "2023-0003",
        "name": "台式计算机",
        "model": "联想 启天M435-A193",
        "serial": "PF2K0003",
        "room": 1,
        "seat": "03",
        "host": "pc03",
        "status": "in_use",
        "state": "finding",
        "kinds": ["mismatch", "component_changed", "usb_attempt"],
        "seen": 1,
        "simulated": 1,
    }
    unbooked = next(row for row in rows if row["page"] == "machines/5.html")
    assert (unbooked["number"], unbooked["name"], unbooked["status"]) == ("", "pc05", "")


def test_device_data_has_nothing_that_ends_a_script(hostile: Path) -> None:
    text = (hostile / "devices-data.js").read_text(encoding="utf-8")
    assert not re.search("[<>&\u2028\u2029]", text)
    assert "</script>" in json.dumps(_device_data(hostile))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("</script>", '"\\u003c/script\\u003e"'),
        ("a\u2028b\u2029", '"a\\u2028b\\u2029"'),
        (["<!--", 1, None], '["\\u003c!--",1,null]'),
        ("机房", '"机房"'),
    ],
)
def test_script_json(value: object, text: str) -> None:
    assert script_json(value) == text
    assert json.loads(text) == value


def test_both_sides_and_the_next_step_are_on_the_page(sample: Path) -> None:
    assert "内存 16 GB 8 GB 下一步 内存少于账面。" in _pages(sample)["findings.html"].words
    assert "显示器 未知 无法读取" in _pages(sample)["assets/4.html"].words
    assert "内存 DIMM3 空插槽" in _pages(sample)["assets/3.html"].words


def test_a_change_says_when_it_was_last_whole_and_who_was_there(sample: Path) -> None:
    for page in ("findings.html", "assets/3.html"):
        words = _pages(sample)[page].words
        assert "编号 6 · 2026-11-23" in words
        assert "项目 变更前 变更后 内存 DIMM2 Samsung 8 GB 38A100032 —" in words
        assert (
            "最后一次完好 2026-11-16 16:15 此后登录过的用户 pupil07（pc03，2026-11-23 16:15 在线）" in words
        )


def test_a_decision_says_who_and_why(tmp_path: Path) -> None:
    snapshot = sample_snapshot()
    confirmed = [
        replace(
            finding,
            status=FindingStatus.CONFIRMED,
            closed_at=finding.opened_at,
            closed_by="<b>王老师",
            closed_reason="已更换",
            category=DecisionCategory.REPAIR_ORDER,
            repair_number="BX-2026-0031",
        )
        if finding.id == 6
        else finding
        for finding in snapshot.findings
    ]
    render_site(replace(snapshot, findings=tuple(confirmed)), tmp_path / "site")
    words = _pages(tmp_path / "site")["findings.html"].words
    assert "报修更换 BX-2026-0031 · 已更换" in words
    assert "<b>王老师" in words


def test_history_shows_before_and_after(sample: Path) -> None:
    words = _pages(sample)["assets/3.html"].words
    assert "账面信息变更 王老师 · 岗位调整 管理人 李老师 王老师 座位 13 03" in words
    assert "部件减少 root 类别 内存 插槽 DIMM2 序列号 38A100032" in words


def test_simulated_rows_are_marked(sample: Path) -> None:
    pages = _pages(sample)
    assert "7 台为模拟硬件" in pages["index.html"].text
    assert "模拟" in pages["assets/1.html"].text
    assert "模拟" not in pages["assets/40.html"].text


def test_english(tmp_path: Path) -> None:
    render_site(replace(sample_snapshot(), school="School"), tmp_path / "site", language="en")
    text = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text and "Newest findings" in text and "Check the computer itself" in text


def test_findings_are_paged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "FINDINGS_PER_PAGE", 3)
    render_site(sample_snapshot(), tmp_path / "site")
    pages = _pages(tmp_path / "site")
    names = ("findings.html", *(f"findings-{number}.html" for number in range(2, 6)))
    # The last page has the settled one.
    assert [pages[name].elements["article"] for name in names] == [3, 3, 3, 3, 2]
    links = {value for tag, name, value in pages["index.html"].attributes if tag == "a" and name == "href"}
    assert {"findings.html#surplus", "findings-2.html#component_changed", "findings-3.html#unknown"} <= links


def test_a_second_render_replaces_the_first_whole(tmp_path: Path) -> None:
    target = tmp_path / "site"
    render_site(large_snapshot(30), target)
    assert (target / "assets" / "30.html").exists()
    render_site(sample_snapshot(), target)
    assert not (target / "assets" / "30.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_the_same_snapshot_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        render_site(hostile_snapshot(), tmp_path / name)
    files = [
        {str(p.relative_to(tmp_path / name)): p.read_bytes() for p in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("seats", [0, 1, 13, -6])
def test_a_row_of_seats_has_bounds(tmp_path: Path, seats: int) -> None:
    with pytest.raises(ValueError, match="seats_per_row"):
        render_site(sample_snapshot(), tmp_path / "site", seats_per_row=seats)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_keeps_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "site"
    render_site(sample_snapshot(), target)
    before = (target / "index.html").read_bytes()

    def full(self: object, path: str, html: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site._Site, "_write", full)
    with pytest.raises(UserError, match="No space left on device"):
        render_site(large_snapshot(10), target)
    assert (target / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_machine_of_doubtful_identity_says_so(tmp_path: Path) -> None:
    base = sample_snapshot()
    doubtful = replace(base.machines[4], weak_identity=True, ambiguous_with=(1, 999))
    machines = (*base.machines[:4], doubtful, *base.machines[5:])
    render_site(replace(base, machines=machines), tmp_path / "site")
    words = _pages(tmp_path / "site")["machines/5.html"].words
    assert "仅凭主机名和型号识别" in words
    assert "可能与以下机器是同一台： pc01 厂商" in words


def test_an_empty_ledger_has_a_site(tmp_path: Path) -> None:
    empty = replace(
        sample_snapshot(),
        assets=(),
        machines=(),
        findings=(),
        sightings=(),
        events=(),
        runs=(),
        school="",
        registers={},
    )
    summary = render_site(empty, tmp_path / "site")
    assert (summary.pages, summary.rooms) == (18, 0)
    pages = _pages(tmp_path / "site")
    assert "没有待处理事项" in pages["index.html"].text and "尚未运行过" in pages["runs.html"].text
    assert "计算机设备台帐 数据截至" in pages["index.html"].words
    assert _device_data(tmp_path / "site")["rows"] == []
