"""What is in a zone that Google no longer names is listed all the same."""

from adapters.gcp.inventory import GcpInventory
from domain.inventory import Location
from tests.integration.gcp.rig import HERE, INSTANCES, THERE, ZONES, Rig, launch, names

ZONE_LIST = r"/zones[?]"
SWEEP = "aggregated/instances"


def opened(rig: Rig) -> GcpInventory:
    """Open a project whose list of zones lacks one in which there is an instance."""
    launch(rig, HERE, "web-1")
    launch(rig, THERE, "left-behind")
    named = [{"name": zone} for zone in ZONES if zone != THERE]
    rig.fail(ZONE_LIST, status=200, document={"items": named})
    return rig.inventory()


def everywhere(inventory: GcpInventory) -> dict[Location, set[str | None]]:
    return {place: names(inventory, INSTANCES, place) for place in inventory.locations(INSTANCES)}


def test_a_zone_that_is_not_named_but_has_instances_is_one_of_the_locations(rig: Rig) -> None:
    inventory = opened(rig)
    found = everywhere(inventory)
    assert list(found) == sorted(ZONES)
    assert (found[HERE], found[THERE]) == ({"web-1"}, {"left-behind"})
    assert rig.asked(SWEEP) == 1
    assert rig.asked() == 3  # a token and the zones go before


def test_it_is_none_when_nothing_is_in_it(rig: Rig) -> None:
    inventory = opened(rig)
    rig.project.empty()
    assert THERE not in inventory.locations(INSTANCES)


def test_the_zones_that_are_named_are_known_even_if_no_list_tells_of_others(rig: Rig) -> None:
    inventory = opened(rig)
    rig.project.deny("compute.instances.list")
    assert list(inventory.locations(INSTANCES)) == sorted(set(ZONES) - {THERE})
    assert rig.asked(SWEEP) == 1
