"""What a plan says before the cloud is asked."""

import pytest

from entrypoints.sandbox.terraform.planning import (
    completed,
    replaced,
    settled,
    with_write_only,
)
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, NestedBlock, Values

DISK = Block(
    attributes={
        "size": Attribute(type="number", optional=True, computed=True),
        "kind": Attribute(type="string", required=True, forces_replacement=True),
    }
)
MACHINE = Block(
    attributes={
        "id": Attribute(type="string", computed=True),
        "name": Attribute(type="string", required=True, forces_replacement=True),
        "zones": Attribute(type=["set", "string"], optional=True, forces_replacement=True),
        "tier": Attribute(type="string", optional=True, default="small"),
        "address": Attribute(type="string", optional=True, computed=True),
        "password": Attribute(type="string", optional=True, sensitive=True, write_only=True),
    },
    blocks={
        "disk": NestedBlock(nesting="list", block=DISK, max_items=1, computed=True),
        "volume": NestedBlock(nesting="set", block=DISK),
        "timeouts": NestedBlock(
            nesting="single",
            block=Block(attributes={"create": Attribute(type="string", optional=True)}),
        ),
    },
)


def a_machine(**values: object) -> Values:
    return {**MACHINE.empty(), "name": "web", **values}


def planned(*, prior: Values | None = None, **values: object) -> Values:
    return completed(MACHINE, prior=prior, proposed=a_machine(**values))


def changed(prior: Values, **values: object) -> list[tuple[str | int, ...]]:
    return list(replaced(MACHINE, prior=prior, planned={**prior, **values}))


def test_what_the_cloud_decides_is_unknown_until_it_is_made() -> None:
    new = planned()
    assert (new["id"], new["address"], new["disk"]) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert (new["tier"], new["zones"], new["volume"], new["timeouts"]) == ("small", None, [], None)


def test_what_the_user_says_stands() -> None:
    disk = {"size": None, "kind": "ssd"}
    new = planned(address="10.0.0.4", tier="large", disk=[disk], volume=[{**disk, "size": 5}])
    assert (new["address"], new["tier"]) == ("10.0.0.4", "large")
    assert new["disk"] == [{"size": UNKNOWN, "kind": "ssd"}]
    assert new["volume"] == [{"size": 5, "kind": "ssd"}]


def test_what_is_left_out_stays_as_it_was() -> None:
    was = a_machine(id="vm-1", address=None, disk=[{"size": 8, "kind": "ssd"}], tier="small")
    still = planned(prior=was, id="vm-1", address=None)
    assert still == was


def test_a_new_volume_beside_an_old_one_is_the_only_one_unknown() -> None:
    old = {"size": None, "kind": "ssd"}  # the cloud left its size open
    was = a_machine(id="vm-1", volume=[old], disk=[])
    new = planned(prior=was, id="vm-1", volume=[old, {"size": None, "kind": "tape"}])
    assert new["volume"] == [old, {"size": UNKNOWN, "kind": "tape"}]


def test_a_secret_for_the_cloud_alone_is_in_no_plan_and_no_state() -> None:
    new = planned(password="hunter2")
    assert new["password"] is None
    told = with_write_only(MACHINE, new, a_machine(password="hunter2"))
    assert told["password"] == "hunter2"
    assert settled(MACHINE, told)["password"] is None


def test_what_nobody_filled_in_is_null_afterwards() -> None:
    state = settled(MACHINE, {**planned(), "id": "vm-1"})
    assert state == a_machine(id="vm-1", tier="small")


@pytest.mark.parametrize(
    ("values", "ways"),
    [
        ({"tier": "large"}, []),
        ({"name": "shop"}, [("name",)]),
        ({"name": UNKNOWN}, [("name",)]),
        ({"zones": ["b", "a"]}, []),
        ({"zones": ["a", "c"]}, [("zones",)]),
        ({"disk": [{"size": 9, "kind": "ssd"}]}, []),
        ({"disk": [{"size": 8, "kind": "tape"}]}, [("disk", 0, "kind")]),
        ({"disk": []}, [("disk",)]),
        ({"volume": [{"size": 1, "kind": "tape"}]}, [("volume",)]),
        ({"timeouts": {"create": "5m"}}, []),
    ],
)
def test_only_what_cannot_be_changed_in_place_makes_a_new_one(
    values: Values, ways: list[tuple[str | int, ...]]
) -> None:
    was = a_machine(zones=["a", "b"], tier="small", disk=[{"size": 8, "kind": "ssd"}])
    assert changed(was, **values) == ways
