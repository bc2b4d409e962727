"""How fast ten thousand machines are listed, beside raw HTTP that reads the same pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.benchmarks.cloud_apart import CloudApart, running
from tests.benchmarks.measured import measured
from tests.benchmarks.results import Result, Results, Rounds, at_most

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

MACHINES: Final = 10_000
ROUNDS: Final = 5
MOST_MEMORY_MB: Final = 400
_A_TOKEN: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Ten thousand machines in one cloud."""

    cloud: str
    what: str
    size: Mapping[str, object]
    """How its server is told to hold them."""
    pages: int
    asked: int
    """How many questions a listing asks, with those that come before the pages."""
    found: Mapping[str, int]
    """What our listing counts."""
    fetched: Mapping[str, int]
    """What the reference counts."""


AZURE: Final = Estate(
    cloud="azure",
    what="10,000 Azure machines with power state, beside raw HTTP and JSON",
    size={"machines": MACHINES, "page": 250},
    pages=4 * MACHINES // 250,  # machines, power states, network interfaces, public addresses
    asked=_A_TOKEN + 2,  # where tokens are, and the subscriptions
    found={"machines": MACHINES, "with_status": MACHINES, "with_address": MACHINES},
    fetched={"records": 4 * MACHINES},
)
GCP: Final = Estate(
    cloud="gcp",
    what="10,000 compute instances, beside raw HTTP and JSON",
    size={
        "instances": MACHINES,
        "zones": [f"europe-west{number}-{letter}" for number in range(1, 9) for letter in "abc"],
    },
    pages=MACHINES // 500,
    asked=_A_TOKEN + 1,  # the zones
    found={"instances": MACHINES},
    fetched={"instances": MACHINES},
)


@pytest.mark.parametrize("estate", [AZURE, GCP], ids=lambda estate: estate.cloud)
def test_ten_thousand_machines_take_little_longer_than_their_pages(
    estate: Estate, results: Results
) -> None:
    listings: list[dict[str, Any]] = []
    with running(estate.cloud, **estate.size) as cloud:
        rounds = Rounds.of(
            ROUNDS,
            ours=lambda: _listed(estate, cloud, listings),
            beside=lambda: _fetched(estate, cloud),
        )
    peak = max(each["peak_mb"] for each in listings)
    cpu = min(each["cpu_seconds"] for each in listings)
    assert peak < MOST_MEMORY_MB
    results.hold(
        Result(
            line=2,
            what=estate.what,
            value=rounds.ratio,
            target=at_most(1.5),
            ours=f"{rounds.ours:.2f} s ({cpu:.2f} s of CPU)",
            beside=f"{rounds.beside:.2f} s",
            peak_mb=peak,
            rounds=rounds.pairs,
        )
    )


def _listed(estate: Estate, cloud: CloudApart, listings: list[dict[str, Any]]) -> float:
    cloud.asked()
    figures = measured(f"one_{estate.cloud}_listing", cloud.document)
    assert estate.found.items() <= figures.items()
    assert cloud.asked() == estate.asked + estate.pages
    listings.append(figures)
    return float(figures["seconds"])


def _fetched(estate: Estate, cloud: CloudApart) -> float:
    figures = measured(f"bare_{estate.cloud}_listing", cloud.document)
    assert estate.fetched.items() <= figures.items()
    return float(figures["seconds"])
