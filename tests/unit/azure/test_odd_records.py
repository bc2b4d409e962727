"""No record is lost for what is odd about it."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.azure.power_states import power_of
from adapters.azure.shapes import (
    Reading,
    interfaces_of,
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

NO_IDENTITY = st.one_of(
    JUNK.filter(lambda each: not isinstance(each, str)),
    st.just(""),
    st.text().map(lambda text: f"/a/\x00{text}"),
    st.text().map(lambda text: f"/a/{text}\ud800"),
    st.integers(min_value=1024, max_value=5000).map(lambda length: "/" + "x" * length),
)
"""What stands in place of an id and names nothing that can be kept."""


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


@st.composite
def nameless(draw: st.DrawFn, sound: dict[str, Any]) -> dict[str, Any]:
    """Draw a damaged record whose id is missing too, or names nothing that can be kept."""
    record = draw(damaged(sound))
    del record["id"]
    return record | draw(st.fixed_dictionaries({}, optional={"id": NO_IDENTITY}))


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


@given(st.lists(nameless(MACHINE), min_size=1, max_size=3), st.integers(min_value=0, max_value=3))
def test_records_without_an_identity_are_reported_and_their_neighbour_is_kept(
    lost: list[dict[str, Any]], place: int
) -> None:
    page = [*lost[:place], MACHINE, *lost[place:]]
    found = [read(payload) for payload in page]
    assert [isinstance(each, UnreadableRecord) for each in found] == [
        payload is not MACHINE for payload in page
    ]
    assert kept(found[page.index(MACHINE)]).uri == MACHINE_ID


@given(nameless(ACCOUNT), nameless(GROUP))
def test_no_kind_is_kept_without_an_identity(account: object, group: object) -> None:
    found: list[Reading] = [
        read_storage_account(account, subscription=PLACE),
        read_resource_group(group, subscription=PLACE),
    ]
    for each in found:
        assert isinstance(each, UnreadableRecord)
        assert each.reason


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
