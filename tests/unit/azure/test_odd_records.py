"""No record is lost for what is odd about it."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.azure.shapes import (
    interfaces_of,
    power_of,
    read_resource_group,
    read_storage_account,
)
from domain.inventory import UnreadableRecord
from tests.unit.azure.payloads import ACCOUNT, ACCOUNT_ID, GROUP, MACHINE, MACHINE_ID, PLACE, STATUS
from tests.unit.azure.reading import kept, read

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.lists(st.one_of(st.none(), st.text(), st.integers()), max_size=3),
    st.dictionaries(st.text(), st.text(), max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["id", "code", "properties"]), st.text()), max_size=3),
)


@st.composite
def damaged(draw: st.DrawFn, sound: dict[str, Any]) -> dict[str, Any]:
    """Draw a record in which any field but the id is missing, or is anything else."""
    record = deepcopy(sound)
    places = [record]
    if draw(st.booleans()):
        places.append(record["properties"])
    for place in places:
        for field in draw(st.sets(st.sampled_from(sorted(place.keys() - {"id"})))):
            if draw(st.booleans()):
                del place[field]
            else:
                place[field] = draw(JUNK)
        place.update(draw(st.dictionaries(st.text(min_size=30), JUNK, max_size=2)))
    return record


@given(damaged(MACHINE), st.text() | st.none())
def test_no_damage_loses_a_machine(payload: dict[str, Any], power: str | None) -> None:
    machine = kept(read(payload, power=power))
    assert machine.external_id == MACHINE_ID.lower()
    assert machine.uri == MACHINE_ID
    interfaces_of(payload)


@given(damaged(ACCOUNT))
def test_no_damage_loses_a_storage_account(payload: dict[str, Any]) -> None:
    account = kept(read_storage_account(payload, subscription=PLACE))
    assert account.external_id == ACCOUNT_ID.lower()


@given(damaged(GROUP))
def test_no_damage_loses_a_resource_group(payload: dict[str, Any]) -> None:
    group = kept(read_resource_group(payload, subscription=PLACE))
    assert group.external_id == GROUP["id"].lower()


@given(damaged(STATUS))
def test_no_damage_to_a_power_state_does_harm(payload: dict[str, Any]) -> None:
    state = power_of(payload)
    assert state is None or state[0] == MACHINE_ID.lower()


@given(JUNK)
def test_what_is_no_record_is_reported_in_its_place(payload: object) -> None:
    for found in (
        read(payload),
        read_storage_account(payload, subscription=PLACE),
        read_resource_group(payload, subscription=PLACE),
    ):
        assert isinstance(found, UnreadableRecord)
        assert PLACE in found.reason
    assert power_of(payload) is None
    assert interfaces_of(payload) == ()


@given(st.text(min_size=1))
def test_a_tag_in_any_script_survives_unless_it_cannot_be_kept(text: str) -> None:
    group = kept(read_resource_group({**GROUP, "tags": {"note": text}}, subscription=PLACE))
    odd = "\x00" in text
    assert (group.tags == {"note": text}) is not odd
    assert bool(group.oddities) is odd


@pytest.mark.parametrize("identity", ["", None, 7, "/a/\x00", "/a/\ud800", "/" + "x" * 2000])
def test_an_identity_that_cannot_be_kept_is_reported_and_not_mended(identity: object) -> None:
    assert isinstance(read({**MACHINE, "id": identity}), UnreadableRecord)
