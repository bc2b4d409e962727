"""One list of everything serves many zones, and nobody is served an old one twice."""

import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from adapters.gcp.sweep import Sweeps
from application.ports.errors import AccessDenied, PortError, Unavailable


class Parts:
    """What one sweep brought: a number for each place, the same for all."""

    def __init__(self, number: int, broken: Mapping[str, PortError] = {}) -> None:
        self.number = number
        self._broken = broken

    def places(self) -> frozenset[str]:
        return frozenset({f"zone-{self.number}"})

    def take(self, place: str) -> int:
        if place in self._broken:
            raise self._broken[place]
        return self.number


class Sweeper:
    """Counts sweeps; the list is *broken* for some places, or fails as a whole."""

    def __init__(self, *failures: PortError | None, broken: Mapping[str, PortError] = {}) -> None:
        self.count = 0
        self._failures = dict(enumerate(failures, start=1))
        self._broken = broken

    def __call__(self) -> Parts:
        self.count += 1
        failure = self._failures.get(self.count)
        if failure is not None:
            raise failure
        return Parts(self.count, self._broken)


ZONES = [f"zone-{number}" for number in range(40)]


def test_all_places_share_one_sweep() -> None:
    sweeper = Sweeper()
    sweeps = Sweeps(sweeper)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(sweeps.take, ZONES)) == {1}
    assert sweeper.count == 1


def test_a_place_that_comes_again_gets_what_is_there_now() -> None:
    sweeper = Sweeper()
    sweeps = Sweeps(sweeper)
    assert [sweeps.take(zone) for zone in ("a", "b", "a", "b", "b")] == [1, 1, 2, 2, 3]


def test_whoever_looks_around_shares_the_sweep_with_those_who_take() -> None:
    sweeper = Sweeper()
    sweeps = Sweeps(sweeper)
    assert sweeps.places() == sweeps.places() == {"zone-1"}
    assert [sweeps.take("a"), sweeps.take("b")] == [1, 1]
    assert sweeper.count == 1


def test_a_failed_sweep_fails_for_every_place_and_is_made_again_for_those_that_come_again() -> None:
    denied = AccessDenied("It is refused.", remedy="Grant it.", permission="x.y")
    sweeper = Sweeper(denied)
    sweeps = Sweeps(sweeper)
    caught: list[PortError] = []
    for zone in ("a", "b"):
        with pytest.raises(AccessDenied) as raised:
            sweeps.take(zone)
        caught.append(raised.value)
    assert sweeper.count == 1
    assert [(each.summary, each.permission) for each in caught] == [("It is refused.", "x.y")] * 2
    assert sweeps.take("a") == 2


def test_the_trouble_of_one_place_is_no_other_ones() -> None:
    sweeps = Sweeps(Sweeper(broken={"a": Unavailable("a is silent")}))
    with pytest.raises(Unavailable, match="a is silent"):
        sweeps.take("a")
    assert sweeps.take("b") == 1
    with pytest.raises(Unavailable, match="a is silent"):
        sweeps.take("a")


def test_places_that_share_a_trouble_do_not_share_its_traceback() -> None:
    silent = Unavailable("the region is silent")
    sweeps = Sweeps(Sweeper(broken={"a": silent, "b": silent}))
    caught: list[PortError] = []
    for zone in ("a", "b"):
        with pytest.raises(Unavailable, match="the region is silent") as raised:
            sweeps.take(zone)
        caught.append(raised.value)
    assert caught[0] is not caught[1]


def test_those_who_wait_while_the_list_is_read_take_from_it() -> None:
    begun, go_on = Event(), Event()

    def slow() -> Parts:
        begun.set()
        assert go_on.wait(10)
        return Parts(1)

    sweeps = Sweeps(slow)
    together = Barrier(3)

    def taken(zone: str) -> int:
        together.wait(10)
        return sweeps.take(zone)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(sweeps.take, "a")
        assert begun.wait(10)
        others = [pool.submit(taken, zone) for zone in ("b", "c")]
        together.wait(10)
        go_on.set()
        assert [each.result(10) for each in (first, *others)] == [1, 1, 1]


def test_an_old_sweep_is_let_go() -> None:
    made: list[weakref.ref[Parts]] = []

    def sweep() -> Parts:
        parts = Parts(len(made))
        made.append(weakref.ref(parts))
        return parts

    sweeps = Sweeps(sweep)
    for zone in ("a", "a", "a"):
        sweeps.take(zone)
    assert [each() is None for each in made] == [True, True, False]
