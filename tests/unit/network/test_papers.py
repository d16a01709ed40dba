"""The table and the drawing: everything is in them, and nothing of what a person wrote is markup."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.xlsx import write_xlsx
from ansible_collections.jifang.lab.plugins.plugin_utils.network.drawing import topology_svg
from ansible_collections.jifang.lab.plugins.plugin_utils.network.pages import ROWS_PER_PAGE, network_pages
from ansible_collections.jifang.lab.plugins.plugin_utils.network.reading import read_network
from ansible_collections.jifang.lab.plugins.plugin_utils.network.table import table_form, tables
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.site import render_site
from python_calamine import CalamineWorkbook

from tests.samples import sample_snapshot
from tests.samples.network import demo_network, large_network, small_network

_SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{_SVG}text")]  # noqa: S314


def test_the_tables_have_every_seat_subnet_and_port() -> None:
    seats, subnets, ports = tables(read_network(small_network()), "zh_CN")
    assert seats.columns[:5] == ("房间", "座位", "计算机", "信息点", "交换机/端口")
    assert (
        "机房一",
        "01",
        "pc01",
        "A-01",
        "sw1/1",
        "11",
        "02:00:00:00:00:01",
        "10.0.11.1",
        "fd20:11::1",
    ) in seats.rows
    assert len(subnets.rows) == 3
    assert ("sw1", "8", "→ sw2/8", "", "", "") in ports.rows


def test_the_workbook_opens(tmp_path: Path) -> None:
    form = table_form(
        read_network(demo_network()), school="育才实验学校", made_on=date(2026, 11, 25), language="zh_CN"
    )
    write_xlsx(form, tmp_path / "network.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "network.xlsx")
    cells = [
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert {"地址与端口表", "pc01", "10.20.11.11", "fd20:0:0:11::11"} <= set(cells)


def test_the_drawing_shows_every_switch_and_vlan() -> None:
    network = read_network(demo_network())
    shown = texts(topology_svg(network, school="育才实验学校", language="zh_CN"))
    assert {"互联网", "防火墙", "core", "sw1", "sw2", "育才实验学校 网络拓扑图"} <= set(shown)
    assert "VLAN 11 机房一 · 7 台" in shown
    assert "26 个端口已用 8 个" in shown
    for vlan in network.vlans:
        assert f"VLAN {vlan.id} {vlan.name} ({vlan.zone})" in shown


def test_what_a_person_wrote_is_no_markup() -> None:
    data = small_network()
    hostile = "</text><script>x</script>&"
    data["rooms"].append(hostile)
    data["switches"].append({"name": "sw3", "room": hostile, "address": "10.0.20.3", "ports": 4})
    svg = topology_svg(read_network(data), school="<b>&", language="en")
    assert "<script" not in svg
    assert {one.tag.removeprefix(_SVG) for one in ElementTree.fromstring(svg).iter()} == {  # noqa: S314
        *("svg", "title", "style", "rect", "path", "text"),
    }


def test_rings_and_islands_of_switches_are_drawn() -> None:
    data = small_network()
    data["switches"] += [
        {"name": name, "room": "机房一", "address": f"10.0.20.{number}", "ports": 8}
        for number, name in ((3, "sw3"), (4, "alone"))
    ]
    data["uplinks"] += [{"from": "sw3/8", "to": "sw2/7"}, {"from": "sw3/7", "to": "sw1/7"}]
    svg = topology_svg(read_network(data), school="", language="en")
    assert 'class="r"' in svg
    assert "alone" in texts(svg)


def test_pages_hold_no_more_rows_than_a_browser_shows() -> None:
    network = read_network(large_network(1000))
    pages = network_pages(network, "zh_CN")
    assert [name for name, _ in pages[:2]] == ["network.html", "network-2.html"]
    assert max(sum(len(table.rows) for table in found) for _, found in pages) == ROWS_PER_PAGE
    assert sum(len(table.rows) for _, found in pages for table in found) == 1000 + 1000 + 41


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_site_has_the_network(language: str, tmp_path: Path) -> None:
    render_site(sample_snapshot(), tmp_path / "site", language=language, network=read_network(demo_network()))
    page = (tmp_path / "site/network.html").read_text(encoding="utf-8")
    assert "10.20.11.11" in page
    assert 'href="network.html" aria-current="page"' in page
    assert ElementTree.fromstring((tmp_path / "site/network.svg").read_text(encoding="utf-8")) is not None  # noqa: S314
    assert 'href="../network.html"' in next((tmp_path / "site/rooms").glob("*.html")).read_text("utf-8")


def test_a_site_without_a_network_has_no_page_of_it(tmp_path: Path) -> None:
    render_site(sample_snapshot(), tmp_path / "site")
    assert not list((tmp_path / "site").glob("network*"))
    assert "network.html" not in (tmp_path / "site/index.html").read_text(encoding="utf-8")
