from __future__ import annotations

from datetime import date

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.book.numbering import Numbers, parse_rule
from hypothesis import given
from hypothesis import strategies as st

ASSET = {"booked_on": date(2023, 9, 1), "purchased_on": date(2022, 1, 1), "class_code": "A02010105"}


def numbers(rule: str, taken: list[str], values: dict[str, str] | None = None) -> Numbers:
    return Numbers(parse_rule(rule, values), taken, values)


@pytest.mark.parametrize(
    ("rule", "taken", "expected"),
    [
        ("{year}{class}{sequence:04}", [], ["2023A020101050001", "2023A020101050002"]),
        ("{year}-{sequence:04}", ["2023-0007", "2023-0003", "2022-0099"], ["2023-0008", "2023-0009"]),
        ("{year}{month}{sequence:3}", ["202309001"], ["202309002", "202309003"]),
        ("{sequence}", ["7", "x"], ["8", "9"]),
        (
            "YC-{sequence:03}/{year}",
            ["YC-004/2023", "YC-009/2022", "yc-005/2023"],
            ["YC-006/2023", "YC-007/2023"],
        ),
        ("{year}{sequence:04}", ["20230001", "202300017", "2023ABCD"], ["20230002", "20230003"]),
        ("资产{sequence:02}", ["资产98"], ["资产99", "资产100"]),
        ("{sequence:02}", ["99", "100"], ["101", "102"]),
    ],
)
def test_next_numbers(rule: str, taken: list[str], expected: list[str]) -> None:
    given_out = numbers(rule, taken)
    assert [given_out.next(ASSET), given_out.next(ASSET)] == expected


def test_own_names_and_purchase_date() -> None:
    rule = numbers("{school}{year}{sequence:03}", [], {"school": "YC{0.__class__}"})
    assert rule.next({"purchased_on": date(2021, 5, 1)}) == "YC{0.__class__}2021001"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "{year}",
        "{sequence}{sequence}",
        "{sequence:013}",
        "{year:04}{sequence}",
        "{school}{sequence}",
        "{sequence.__class__}",
        "{sequence!r}",
        "{0}{sequence}",
        "{sequence",
        "a b{sequence}",
        "{{sequence}}",
        "x" * 80 + "{sequence}",
    ],
)
def test_rules_refused(rule: str) -> None:
    with pytest.raises(UserError) as error:
        parse_rule(rule)
    assert "编号规则" in error.value.message.render()


def test_a_row_that_lacks_what_the_rule_needs() -> None:
    for rule, field in (("{year}{sequence}", "入账日期"), ("{class}{sequence}", "分类代码")):
        with pytest.raises(UserError) as error:
            numbers(rule, []).next({"booked_on": None, "class_code": None})
        assert error.value.message.render() == f"编号规则需要“{field}”，而该行没有，请补填。"


@given(st.lists(st.from_regex(r"2023-[0-9]{1,6}", fullmatch=True), max_size=30))
def test_never_a_number_that_is_taken(taken: list[str]) -> None:
    given_out = numbers("{year}-{sequence:04}", taken)
    fresh = [given_out.next(ASSET) for _ in range(5)]
    assert len(set(fresh)) == 5
    assert not set(fresh) & set(taken)
