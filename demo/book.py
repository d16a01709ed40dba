"""The demo school's property book as XLSX, with what real ones have: a merged title, dates and money written in
several ways, a subtotal row, and full-width digits. What it says of the PCs departs from ``hardware.py``
exactly where ``school.yml`` lists a disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from .school import School

HEADERS = (
    "序号", "资产编号", "资产名称", "分类标准", "分类代码", "品牌", "型号", "规格", "序列号", "数量", "计量单位",
    "原值(元)", "入账日期", "保修期至", "供应商", "存放地点", "使用部门", "管理人", "经费来源", "使用状况", "备注",
)  # fmt: skip
_STANDARD = "GB/T 14885-2022"
_DEPARTMENT, _CUSTODIAN, _FUNDING = "信息中心", "周敏", "公用经费"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One asset as the finance office entered it; money in CNY."""

    asset: str
    name: str
    class_code: str
    brand: str
    model: str
    specification: str
    serial: str
    price: int
    booked: date
    supplier: str
    room: str
    seat: str


def rows(school: School) -> list[Row]:
    """The book's assets in its order: computers, their monitors, then the rest."""
    return [*_computers(school.data), *_monitors(school.data), *_others(school.data)]


def _computers(data: Mapping[str, Any]) -> Iterator[Row]:
    disagreements = data["disagreements"]
    for host, entry in data["pcs"].items():
        if host in disagreements["not_booked"]:
            continue
        model, disk = data["models"][entry["model"]]["book"], data["disks"][entry["disk"]]
        memory = disagreements["booked_memory_gib"].get(host, sum(entry["memory"]))
        yield Row(
            asset=entry["asset"],
            name=model["name"],
            class_code=model["class_code"],
            brand=model["brand"],
            model=model["model"],
            specification=f"{model['cpu']}/{memory}G/{disk['book']}",
            serial=entry["serial"],
            price=model["price"],
            booked=entry["booked"],
            supplier=model["supplier"],
            room=entry["room"],
            seat=entry["seat"],
        )


def _monitors(data: Mapping[str, Any]) -> Iterator[Row]:
    for entry in data["pcs"].values():
        if monitor := entry.get("monitor"):
            kind = data["monitors"][monitor["model"]]["book"]
            yield Row(
                asset=monitor["asset"],
                name=kind["name"],
                class_code="",
                brand=kind["brand"],
                model=kind["model"],
                specification="21.5英寸",
                serial=monitor["serial"],
                price=kind["price"],
                booked=entry["booked"],
                supplier=data["models"][entry["model"]]["book"]["supplier"],
                room=entry["room"],
                seat=entry["seat"],
            )


def _others(data: Mapping[str, Any]) -> Iterator[Row]:
    for entry in data["others"]:
        yield Row(
            asset=entry["asset"],
            name=entry["name"],
            class_code=entry.get("class_code", ""),
            brand=entry["brand"],
            model=entry["model"],
            specification="",
            serial="",
            price=entry["price"],
            booked=entry["booked"],
            supplier="启明教育装备有限公司",
            room=entry["room"],
            seat="",
        )


def _written_date(day: date, number: int) -> str | date:
    """As one of the hands that kept the book wrote it: a real date, or text in one of three styles."""
    styles = (
        day,
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    )
    return styles[number % len(styles)]


def _written_money(price: int, number: int) -> str | int:
    return (price, f"{price:,}.00", f"¥{price}")[number % 3]


def write_book(school: School, path: Path) -> None:
    """Writes the workbook. The same school gives the same cells."""
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet("固定资产明细")
    title = workbook.add_format({"bold": True, "align": "center", "font_size": 16})
    head = workbook.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF4"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    last = len(HEADERS) - 1
    sheet.merge_range(0, 0, 0, last, f"{school.name}固定资产明细账", title)
    sheet.merge_range(1, 0, 1, last, "编制部门:总务处    单位:元")
    sheet.write_row(2, 0, HEADERS, head)
    entries = rows(school)
    for number, row in enumerate(entries):
        warranty = row.booked.replace(year=row.booked.year + 3)
        cells = (
            number + 1, row.asset, row.name, _STANDARD if row.class_code else "", row.class_code, row.brand, row.model,
            row.specification, row.serial, 1, "台", _written_money(row.price, number),
            _written_date(row.booked, number), warranty.isoformat(), row.supplier,
            f"{row.room}-{row.seat}" if row.seat else row.room, _DEPARTMENT, _CUSTODIAN, _FUNDING, "在用", "",
        )  # fmt: skip
        for column, value in enumerate(cells):
            if isinstance(value, date):
                sheet.write_datetime(number + 3, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(number + 3, column, value)
            else:
                sheet.write_string(number + 3, column, value)
    end = len(entries) + 3
    sheet.write_string(end, 2, "合计")
    sheet.write_number(end, 9, len(entries))
    sheet.write_number(end, 11, sum(row.price for row in entries))
    sheet.set_column(1, last, 16)
    workbook.close()
