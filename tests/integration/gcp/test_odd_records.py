"""One odd record costs nothing but itself, and no other record of its page."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.gcp.inventory import GcpInventory
from domain.inventory import EVERYWHERE, ObservedResource, ResourceKind, UnreadableRecord
from entrypoints.sandbox.gcp import resources
from tests.integration.gcp.rig import (
    BUCKETS,
    HERE,
    INSTANCES,
    NETWORKS,
    PROJECT,
    Rig,
    records,
    running,
)

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=6), inner, max_size=2)
    ),
    max_leaves=5,
)
SOUND = resources.instance(PROJECT, HERE, "sound", labels={"team": "shop"}, public_ip="1.2.3.4")
FIELDS = sorted(SOUND.keys() - {"id", "kind"})


@pytest.fixture(scope="module")
def line() -> Iterator[Rig]:
    with running() as rig:
        yield rig


@cache
def opened(rig: Rig) -> GcpInventory:
    """Open the project once: a zone that is listed again is asked for anew."""
    return rig.inventory()


def answered(rig: Rig, odd: object) -> list[ObservedResource | UnreadableRecord]:
    """List a zone in which there is an odd record between two sound ones."""
    rig.server.heal()
    part = {"instances": [SOUND, odd, SOUND]}
    rig.fail("aggregated/instances", status=200, document={"items": {f"zones/{HERE}": part}})
    return list(records(opened(rig), INSTANCES, HERE))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(damage=st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1, max_size=4))
def test_a_record_whose_fields_are_anything_is_listed_with_its_neighbours(
    line: Rig, damage: dict[str, Any]
) -> None:
    found = answered(line, {**SOUND, "id": "4711", **damage})
    assert [isinstance(each, ObservedResource) for each in found] == [True] * 3
    odd = found[1]
    assert isinstance(odd, ObservedResource)
    assert odd.external_id == "4711"
    assert found[0] == found[2]
    assert isinstance(found[0], ObservedResource)
    assert found[0].oddities == ()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("creationTimestamp", "about noon", "creationTimestamp is not a time"),
        ("creationTimestamp", "2024-05-06T07:08:09", "creationTimestamp is not a time"),
        ("networkInterfaces", "none", "networkInterfaces is not a list"),
        ("networkInterfaces", [7], None),
        ("scheduling", [], "scheduling.provisioningModel is not where it should be"),
        ("disks", {}, "disks is not a list"),
        ("deletionProtection", "no", "deletionProtection is neither true nor false"),
        ("labels", {"team": 7}, "labels has an entry that is no key and value"),
        ("name", None, "name is missing"),
        ("surprise", {"deep": [1]}, None),
    ],
)
def test_what_is_odd_is_noted_by_its_name(
    line: Rig, field: str, value: object, told: str | None
) -> None:
    odd = answered(line, {**SOUND, field: value})[1]
    assert isinstance(odd, ObservedResource)
    assert told is None or told in odd.oddities


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, {"name": "nameless"}])
def test_a_record_that_names_nothing_is_reported_and_the_others_are_listed(
    line: Rig, odd: object
) -> None:
    before, unreadable, after = answered(line, odd)
    assert isinstance(unreadable, UnreadableRecord)
    assert f"without id in {HERE}" in unreadable.reason
    assert isinstance(before, ObservedResource)
    assert before == after


@pytest.mark.parametrize(
    ("kind", "pattern", "sound"),
    [
        (NETWORKS, "/networks", resources.network(PROJECT, "core")),
        (BUCKETS, "/storage/", resources.bucket("media")),
    ],
)
def test_networks_and_buckets_are_read_as_leniently(
    line: Rig,
    kind: ResourceKind,
    pattern: str,
    sound: dict[str, Any],
) -> None:
    line.server.heal()
    odd = {key: value if key in {"id", "name"} else [value] for key, value in sound.items()}
    line.fail(pattern, status=200, document={"items": [sound, odd, None]})
    first, second, third = records(line.inventory(), kind, EVERYWHERE)
    assert isinstance(first, ObservedResource)
    assert isinstance(second, ObservedResource)
    assert first.external_id == second.external_id
    assert second.oddities
    assert isinstance(third, UnreadableRecord)
