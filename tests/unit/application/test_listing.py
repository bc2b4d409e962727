"""Many listings at once, none without end."""

from collections.abc import Generator, Iterator
from datetime import timedelta
from itertools import count
from threading import active_count

import pytest

from adapters.fakes.clouds import FakeCloud
from application import listing
from application.listing import Outcome, list_concurrently
from application.ports.errors import Rejected
from domain.inventory import ObservedResource, Scope
from tests.builders import IRELAND, OHIO, a_resource, a_scope
from tests.waiting import soon


class EndlessCloud(FakeCloud):
    """A cloud whose listings never end, except in Ohio, where there is nothing."""

    def list_resources(self, scope: Scope) -> Iterator[ObservedResource]:
        if scope.location != OHIO:
            yield from (a_resource(f"i-{number}") for number in count())


def endless(at_once: int = 2) -> Generator[tuple[Scope, Outcome], None, None]:
    return list_concurrently(
        EndlessCloud(),
        [a_scope(location=IRELAND), a_scope(location=OHIO)],
        at_once=at_once,
        while_waiting=lambda: None,
        every=timedelta(seconds=1),
        on_start=lambda _: None,
    )


def test_a_listing_that_is_given_up_ends_its_threads_although_the_cloud_goes_on() -> None:
    before = active_count()
    listings = endless()
    scope, _ = next(listings)
    assert scope.location == OHIO
    listings.close()
    soon(lambda: active_count() <= before)


def test_a_listing_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LARGEST_SCOPE", 1000)
    outcomes = {scope.location: outcome for scope, outcome in endless()}
    assert isinstance(outcomes[IRELAND], Rejected)
