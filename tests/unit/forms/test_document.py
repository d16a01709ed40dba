"""What a form takes, and the sentence where it takes no more."""

from __future__ import annotations

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.forms.document import (
    Column,
    Field,
    Fields,
    Opinion,
    Signatures,
    Table,
    Text,
)
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import UserError

from tests.unit.forms.samples import form


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Fields(((Field("备注", "长" * 2_001),),)), "备注：文字有 2001 个字符"),
        (lambda: Text("说明", ("长" * 2_001,)), "说明：文字有 2001 个字符"),
        (lambda: Table((Column("配置"),), [("长" * 2_001,)]), "配置：文字有 2001 个字符"),
        (lambda: Table((Column("配置"),), [("",)] * 100_001), "给出 100001 项"),
        (lambda: Table((), []), "给出 0 项"),
        (lambda: Fields(()), "给出 0 项"),
        (lambda: Signatures(("校长",) * 13), "给出 13 项"),
        (lambda: form(title="长" * 101), "Form.title：文字有 101 个字符"),
        (lambda: form(code="长" * 71), "二维码内容超过 210 字节"),
    ],
)
def test_too_much_is_refused_with_the_place(make, says: str) -> None:
    with pytest.raises(UserError) as error:
        make()
    assert says in error.value.message.render("zh_CN")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Table((Column("甲"), Column("乙")), [("1",)]),
        lambda: Table((Column("甲"),), [("1",)], ("1", "2")),
        lambda: Table((Column("甲", 0),), []),
        lambda: Opinion("意见", 9),
        lambda: form(language="fr"),
    ],
)
def test_a_makers_mistake_is_no_users_error(make) -> None:
    with pytest.raises(ValueError):
        make()


def test_the_widest_row_sets_the_pairs() -> None:
    assert Fields(((Field("a"),), (Field("b", span=2), Field("c")))).pairs == 3
