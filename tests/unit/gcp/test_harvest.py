"""What a list by zones tells, and of which zones it tells nothing."""

import tracemalloc
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from google.cloud.compute_v1.types import AggregatedListInstancesRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.gcp.harvest import Harvest
from adapters.gcp.instances import partial_success
from application.ports.errors import PortError, Unavailable
from domain.inventory import ObservedResource, UnreadableRecord

SILENT = {"warning": {"code": "UNREACHABLE"}}
NOTHING = {"warning": {"code": "NO_RESULTS_ON_PAGE"}}


def instances(*names: str) -> dict[str, Any]:
    return {"instances": [{"id": str(abs(hash(name))), "name": name} for name in names]}


def harvest(*pages: dict[str, Any]) -> Harvest:
    made = Harvest("shop-1")
    for page in pages:
        made.add(page)
    return made


def names(made: Harvest, zone: str) -> list[str | None] | None:
    found = made.take(zone)
    if found is None:
        return None
    return [each.name if isinstance(each, ObservedResource) else each.reason for each in found]


def test_a_zone_may_come_on_several_pages() -> None:
    made = harvest(
        {"items": {"zones/a-1-a": instances("x", "y"), "zones/a-1-b": NOTHING}},
        {"items": {"zones/a-1-a": instances("z"), "zones/a-1-b": instances("w")}},
    )
    assert names(made, "a-1-a") == ["x", "y", "z"]
    assert names(made, "a-1-b") == ["w"]


def test_a_zone_without_instances_is_empty_and_one_that_no_page_names_is_unknown() -> None:
    made = harvest({"items": {"zones/a-1-a": NOTHING}})
    assert names(made, "a-1-a") == []
    assert names(made, "a-1-b") is None


def test_zones_with_instances_are_named_whoever_asks() -> None:
    made = harvest({"items": {"zones/a-1-a": NOTHING, "zones/b-1-a": instances("x")}})
    assert made.places() == {"b-1-a"}


def test_what_was_taken_is_forgotten() -> None:
    made = harvest({"items": {"zones/a-1-a": instances("x")}})
    assert names(made, "a-1-a") == ["x"]
    assert made.take("a-1-a") is None


@pytest.mark.parametrize(
    "page",
    [
        {"unreachables": ["projects/shop-1/zones/a-1-a"]},
        {"unreachables": ["zones/a-1-a"], "warning": {"code": "PARTIAL_SUCCESS"}},
        {"unreachables": ["projects/shop-1/regions/a-1"]},
        {"items": {"zones/a-1-a": {"warning": {"code": "UNREACHABLE"}}}},
        {"items": {"zones/a-1-a": {"warning": {"code": "NEWLY_INVENTED"}}}},
        {"items": {"zones/a-1-a": {"warning": {}}}},
        {"items": {"zones/a-1-a": {"warning": "odd"}}},
        {"items": {"zones/a-1-a": {**instances("x"), "warning": {"code": "UNREACHABLE"}}}},
    ],
)
def test_a_zone_that_was_not_reached_is_unavailable_and_the_others_are_told(
    page: dict[str, Any],
) -> None:
    made = harvest({"items": {"zones/b-1-a": instances("y")}}, page)
    with pytest.raises(Unavailable) as caught:
        made.take("a-1-a")
    assert "a-1-a" in caught.value.summary or "a-1 of" in caught.value.summary
    assert "stay as last seen" in caught.value.remedy
    assert names(made, "b-1-a") == ["y"]


@pytest.mark.parametrize("part", [None, 7, "text", [], {"instances": {}}, {"instances": None}])
def test_a_part_that_is_none_is_that_zones_trouble_alone(part: object) -> None:
    made = harvest({"items": {"zones/a-1-a": part, "zones/b-1-a": instances("y")}})
    with pytest.raises(Unavailable):
        made.take("a-1-a")
    assert names(made, "b-1-a") == ["y"]


@pytest.mark.parametrize(
    "page",
    [
        {"warning": {"code": "PARTIAL_SUCCESS"}},
        {"warning": {"code": "UNREACHABLE"}},
        {"unreachables": [None]},
        {"unreachables": "zones/a-1-a"},
    ],
)
def test_where_the_list_only_says_that_something_lacks_no_zone_is_believed(
    page: dict[str, Any],
) -> None:
    named = {"items": {"zones/b-1-a": instances("y"), "zones/a-1-a": SILENT}}
    made = harvest(named, page)
    assert made.take("b-1-a") is None
    with pytest.raises(Unavailable):
        made.take("a-1-a")


@pytest.mark.parametrize("items", [[], "text", 7, None])
def test_what_is_no_list_by_zones_is_not_taken_for_an_empty_one(items: object) -> None:
    with pytest.raises(Unavailable):
        harvest({"items": items})


@pytest.mark.parametrize("scope", ["", "zones/", "zones/a\x00b", "zones/" + "a" * 64])
def test_instances_that_are_nowhere_are_not_passed_over(scope: str) -> None:
    with pytest.raises(Unavailable):
        harvest({"items": {scope: instances("x")}})
    assert harvest({"items": {scope: NOTHING}}).places() == set()


def test_an_odd_record_costs_nothing_but_itself() -> None:
    odd = {"instances": [None, {"id": "7", "name": "x"}, {"name": "nameless"}]}
    made = harvest({"items": {"zones/a-1-a": odd}})
    assert made.places() == {"a-1-a"}
    found = list(made.take("a-1-a") or ())
    assert [isinstance(each, UnreadableRecord) for each in found] == [True, False, True]


def test_a_zone_of_which_no_record_is_legible_has_something_in_it() -> None:
    made = harvest({"items": {"zones/a-1-a": {"instances": [None]}}})
    assert made.places() == {"a-1-a"}
    assert [isinstance(each, UnreadableRecord) for each in made.take("a-1-a") or ()] == [True]


def test_what_waits_for_its_zone_is_small_and_goes_as_it_is_handed_over() -> None:
    tracemalloc.start()
    try:
        made = harvest(*(a_large_page(number) for number in range(20)))
        waiting, _ = tracemalloc.get_traced_memory()
        rest = made.take("a-1-a") or iter(())
        assert len(list(islice(rest, 1_500))) == 1_500
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert waiting / 2_000 < 800  # bytes; as objects they would take 1,300
    assert left < waiting / 2


def a_large_page(number: int) -> dict[str, Any]:
    """Return a page of 100 instances with texts of their own, as those that come as JSON have."""
    machines = [
        {
            "id": str(each),
            "name": f"web-{each}",
            "selfLink": f"https://example.org/projects/shop-1/zones/a-1-a/instances/web-{each}",
            "machineType": f"zones/a-1-a/machineTypes/e2-{each}",
            "labels": {"team": f"team-{each}", "environment": f"production-{each}"},
            "networkInterfaces": [{"networkIP": f"10.0.0.{each}", "network": f"net-{each}"}],
        }
        for each in range(number * 100, number * 100 + 100)
    ]
    return {"items": {"zones/a-1-a": {"instances": machines}}}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["zones/a-1-a", "instances", "warning", "code", "id"]), inner
        ),
    ),
    max_leaves=8,
)


@settings(deadline=None)  # a busy machine is no defect
@given(st.fixed_dictionaries({}, optional={"items": JSON, "unreachables": JSON, "warning": JSON}))
def test_whatever_a_page_is_only_errors_of_ours_come_of_it(page: dict[str, Any]) -> None:
    with suppress(PortError):
        harvest(page).take("a-1-a")


def test_partial_success_is_asked_for_where_the_interface_has_it() -> None:
    assert partial_success({"project", "return_partial_success"}) == {
        "returnPartialSuccess": "true"
    }
    assert partial_success({"project"}) == {}


def test_the_installed_sdk_tells_whether_the_interface_has_it() -> None:
    fields = AggregatedListInstancesRequest.meta.fields
    assert {"project", "max_results"} <= set(fields)
    assert bool(partial_success(fields)) is ("return_partial_success" in fields)
