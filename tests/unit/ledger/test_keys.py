import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.keys import (
    Keys,
    machine_features,
    machine_keys,
)


def values(inventory):
    return {kind: sorted(held) for kind, held in machine_keys(inventory).values.items()}


def test_every_kind_is_found_and_made_comparable():
    assert values(
        {
            "system": {"serial": " pf1 abc9 ", "uuid": "4c4c4544-0042-3510-8052-b4c04f4d4a32"},
            "board": {"serial": "l1hf9ab00cd"},
            "nics": [{"permanent_mac": "98:FA:9B:00:00:01", "bus": "pci"}],
            "disks": [
                {"serial": "s1234567", "bus": "sata", "removable": False},
                {"serial": None, "wwn": "5002538e40a0b1c2", "bus": "nvme"},
            ],
        }
    ) == {
        "system_serial": ["PF1ABC9"],
        "board_serial": ["L1HF9AB00CD"],
        "uuid": ["4C4C4544-0042-3510-8052-B4C04F4D4A32"],
        "mac": ["98:fa:9b:00:00:01"],
        "disk": ["5002538E40A0B1C2", "S1234567"],
    }


@pytest.mark.parametrize(
    "inventory",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"system": None, "board": [], "nics": {}, "disks": [None, 7]}, id="wrong shapes"),
        pytest.param({"system": {"serial": None, "uuid": None}}, id="null"),
        pytest.param({"system": {"serial": "00000000"}, "board": {"serial": "abc"}}, id="no serials"),
        pytest.param({"system": {"uuid": "00000000-0000-0000-0000-000000000000"}}, id="zero UUID"),
        pytest.param({"system": {"uuid": "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"}}, id="unset UUID"),
        pytest.param({"system": {"uuid": "not a uuid"}}, id="no UUID"),
        pytest.param({"nics": [{"permanent_mac": "52:54:00:12:34:56", "bus": "pci"}]}, id="local MAC"),
        pytest.param({"nics": [{"permanent_mac": "01:00:5e:00:00:01", "bus": "pci"}]}, id="multicast MAC"),
        pytest.param({"nics": [{"permanent_mac": "00:00:00:00:00:00", "bus": "pci"}]}, id="zero MAC"),
        pytest.param({"nics": [{"permanent_mac": "98:fa:9b:00:00:01", "bus": "usb"}]}, id="USB adapter"),
        pytest.param({"nics": [{"permanent_mac": "98-fa-9b-00-00-01", "bus": "pci"}]}, id="no MAC"),
        pytest.param({"disks": [{"serial": "S1234567", "bus": "usb"}]}, id="USB disk"),
        pytest.param({"disks": [{"serial": "S1234567", "bus": "mmc", "removable": True}]}, id="memory card"),
    ],
)
def test_what_identifies_nothing_is_left_out(inventory):
    assert not machine_keys(inventory)


def test_pairs_have_one_order_and_build_the_same_keys():
    keys = Keys({"disk": frozenset("ba"), "system_serial": frozenset("x")})
    assert list(keys.pairs()) == [("system_serial", "x"), ("disk", "a"), ("disk", "b")]
    assert Keys.of(keys.pairs()) == keys


def test_a_kind_that_cannot_be_read_keeps_its_values():
    before = Keys({"system_serial": frozenset("x"), "disk": frozenset("ab")})
    assert before.newer(Keys({"disk": frozenset("c")})) == Keys(
        {"system_serial": frozenset("x"), "disk": frozenset("c")}
    )


def test_features_are_what_is_known():
    inventory = {
        "system": {"manufacturer": "LENOVO", "product": None},
        "board": {"product": "3136"},
        "cpus": [{"model": None}, {"model": "i5-9400T"}],
    }
    assert machine_features(inventory) == {"manufacturer": "LENOVO", "board": "3136", "cpu": "i5-9400T"}
    assert machine_features({}) == {}
