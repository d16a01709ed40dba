"""What a property book's free text says of memory, disks and processor."""

import time

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.specification import (
    Specification,
    parse_specification,
)
from hypothesis import given
from hypothesis import strategies as st

GIB = 2**30
GB = 10**9

# text · memory in GiB · disks in GB · processor
TEXTS = [
    ("i5-10400/16G/512G SSD", 16, 512, "I5-10400"),
    ("内存8GB 硬盘1T", 8, 1000, None),
    ("8G*2", 16, None, None),
    ("DDR4 16GB", 16, None, None),
    ("赛扬/4G/500G/19.5寸", 4, 500, None),
    ("I5-10400/16G/512G", 16, 512, "I5-10400"),
    ("8G*2/1T", 16, 1000, None),
    ("2×8G/1T", 16, 1000, None),
    ("内存:8G*2", 16, None, None),
    ("16G(8G*2)/512G", 16, 512, None),
    ("16G(8G*4)/512G", None, 512, None),
    ("i7-9700/8G+8G/256G SSD+1T HDD", 16, 1256, "I7-9700"),
    ("i5 8G 1T", 8, 1000, "I5"),
    ("16GB DDR4 2666", 16, None, None),
    ("i5/8G/GTX1650 4G/512G", 8, 512, "I5"),
    ("8G内存 256G固态硬盘 1T机械硬盘", 8, 1256, None),
    ("内存8G(最大支持64G)", 8, None, None),
    ("8G内存(最大支持128G)", 8, None, None),
    ("内存16G,固态512G", 16, 512, None),
    ("8GB内存+256GB固态", 8, 256, None),
    ("固态256G+机械1T", None, 1256, None),
    ("内存16G+512G", 16, 512, None),
    ("内存 8G+8G", 16, None, None),
    ("硬盘256G+1T", None, 1256, None),
    ("16G DDR4+512G", 16, 512, None),
    ("内存8GB DDR4 硬盘1T", 8, 1000, None),
    ("4G内存条*2", 8, None, None),
    ("4G DDR3 1600 500G SATA 7200转", 4, 500, None),
    ("8G DDR4 256G SSD", 8, 256, None),
    ("i5-10400 16G 512GSSD", 16, 512, "I5-10400"),
    ("10G网口 8G内存", 8, None, None),
    ("8G独显/16G/1T", 16, 1000, None),
    ("CPU:i5-8500 内存:8GB 硬盘:1TB+128GB SSD", 8, 1128, "I5-8500"),
    ("Intel Core i5-10500 3.1GHz 6核/8GB/1TB 7200转/DVDRW", 8, 1000, "I5-10500"),
    ("内存容量:16GB;硬盘容量:512GB", 16, 512, None),
    ("R5-5600G/16G/512G", 16, 512, "5600G"),
    ("飞腾D2000/8/8G/256G", 8, 256, "D2000/8"),
    ("E5-2620 V4", None, None, "E5-2620V4"),
    ("G5905/4G/128G", 4, 128, "G5905"),
    # Two readings are none.
    ("8G/1T/2G", None, None, None),
    ("内存2条8G", None, None, None),
    ("内存8G/4G/1T", None, None, None),
    ("128G/256G", None, None, None),
    ("双核2.8G 2G 320G", None, None, None),
    ("i5/2.8G/500G", None, None, "I5"),
    ("i5-8500或i5-9500/8G/1T", 8, 1000, None),
    ("256G SSD/1T", None, None, None),
    ("8 GB", None, None, None),
    ("512G", None, None, None),
    ("千兆网卡 8G", None, None, None),
    ("4核8线程 2.9GHz", None, None, None),
    ("黑色 含鼠标键盘", None, None, None),
    ("", None, None, None),
    (None, None, None, None),
]


@pytest.mark.parametrize(("text", "memory", "disk", "cpu"), TEXTS)
def test_text(text, memory, disk, cpu):
    parsed = parse_specification(text)
    assert (parsed.memory_bytes, parsed.disk_bytes, parsed.cpu) == (
        memory and memory * GIB,
        disk and disk * GB,
        cpu,
    )


@pytest.mark.parametrize("text", ["DDR4 512MB", "内存512M", "0.5G内存"])
def test_memory_below_a_gigabyte(text):
    assert parse_specification(text) == Specification(memory_bytes=512 * 2**20)


@given(st.text(alphabet="0123456789.GTMgtmB*x×+/ ()内存硬盘SDHiIEeRrVv-", max_size=2000))
def test_any_text_gives_a_bounded_answer(text):
    parsed = parse_specification(text)
    for value in (parsed.memory_bytes, parsed.disk_bytes):
        assert value is None or 0 < value < 2**63 * 100


@pytest.mark.parametrize(
    "unit", ["8G*", "1.", "i5 ", "内存", "9" * 50 + "G", "((((", "E5-26 ", " x2", "ryzen 5 pro "]
)
def test_no_pattern_backtracks(unit):
    """400 characters are read whatever is given: a megabyte must cost no more than they do."""
    text = unit * (2**20 // len(unit))
    started = time.process_time()
    parse_specification(text)
    assert time.process_time() - started < 1
