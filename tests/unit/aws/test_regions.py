"""Which regions an answer names, whatever else is in it."""

import pytest

from adapters.aws.regions import region_names


def test_each_region_is_named_once_in_alphabetical_order() -> None:
    answer = {"Regions": [{"RegionName": name} for name in ("us-east-1", "eu-west-1", "us-east-1")]}
    assert region_names(answer) == ("eu-west-1", "us-east-1")


@pytest.mark.parametrize(
    "odd", [None, 7, "eu-west-1", [], {}, {"RegionName": None}, {"RegionName": ["eu-west-1"]}]
)
def test_an_entry_that_names_no_region_spares_the_others(odd: object) -> None:
    assert region_names({"Regions": [odd, {"RegionName": "us-east-1"}]}) == ("us-east-1",)


@pytest.mark.parametrize("regions", [None, {}, "eu-west-1", [], [None]])
def test_an_answer_that_lists_no_region_names_none(regions: object) -> None:
    assert region_names({"Regions": regions}) == ()
