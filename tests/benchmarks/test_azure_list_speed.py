"""How fast 10,000 Azure machines are listed, beside raw HTTP that reads the same pages."""

from typing import Any, Final

import pytest

from tests.benchmarks.cloud_apart import CloudApart, running
from tests.benchmarks.measured import measured
from tests.benchmarks.results import Result, Results, Rounds, at_most

MACHINES: Final = 10_000
PAGE: Final = 250
LISTS: Final = 4
"""Machines, their power states, network interfaces and public addresses."""
ROUNDS: Final = 5
MOST_MEMORY_MB: Final = 400


@pytest.mark.bench
@pytest.mark.timeout(300)
def test_ten_thousand_machines_take_little_longer_than_their_pages(results: Results) -> None:
    listings: list[dict[str, Any]] = []
    with running("azure", machines=MACHINES, page=PAGE) as cloud:
        rounds = Rounds.of(
            ROUNDS, ours=lambda: _listed(cloud, listings), beside=lambda: _fetched(cloud)
        )
    peak = max(each["peak_mb"] for each in listings)
    cpu = min(each["cpu_seconds"] for each in listings)
    assert peak < MOST_MEMORY_MB
    results.hold(
        Result(
            line=2,
            what="10,000 Azure machines with power state, beside raw HTTP and JSON",
            value=rounds.ratio,
            target=at_most(1.5),
            ours=f"{rounds.ours:.2f} s ({cpu:.2f} s of CPU)",
            beside=f"{rounds.beside:.2f} s",
            peak_mb=peak,
            rounds=rounds.pairs,
        )
    )


def _listed(cloud: CloudApart, listings: list[dict[str, Any]]) -> float:
    cloud.asked()
    figures = measured("one_azure_listing", cloud.document)
    asked = cloud.asked()
    assert figures["machines"] == figures["with_status"] == figures["with_address"] == MACHINES
    assert asked == LISTS * MACHINES // PAGE + 3  # where tokens are, a token, the subscriptions
    listings.append(figures)
    return float(figures["seconds"])


def _fetched(cloud: CloudApart) -> float:
    figures = measured("bare_azure_listing", cloud.document)
    assert figures["records"] == LISTS * MACHINES
    return float(figures["seconds"])
