"""How fast 10,000 compute instances are listed, beside raw HTTP that reads the same pages."""

from typing import Any, Final

import pytest

from tests.benchmarks.cloud_apart import CloudApart, running
from tests.benchmarks.measured import measured
from tests.benchmarks.results import Result, Results, Rounds, at_most

INSTANCES: Final = 10_000
PAGE: Final = 500
ZONES: Final = [f"europe-west{number}-{letter}" for number in range(1, 9) for letter in "abc"]
ROUNDS: Final = 5
MOST_MEMORY_MB: Final = 400


@pytest.mark.bench
@pytest.mark.timeout(300)
def test_ten_thousand_instances_take_little_longer_than_their_pages(results: Results) -> None:
    listings: list[dict[str, Any]] = []
    with running("gcp", zones=ZONES, instances=INSTANCES) as cloud:
        rounds = Rounds.of(
            ROUNDS, ours=lambda: _listed(cloud, listings), beside=lambda: _fetched(cloud)
        )
    peak = max(each["peak_mb"] for each in listings)
    cpu = min(each["cpu_seconds"] for each in listings)
    assert peak < MOST_MEMORY_MB
    results.hold(
        Result(
            line=2,
            what="10,000 compute instances, beside raw HTTP and JSON",
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
    figures = measured("one_gcp_listing", cloud.document)
    asked = cloud.asked()
    assert figures["instances"] == INSTANCES
    assert asked == 1 + 1 + INSTANCES // PAGE  # a token, the zones, the pages
    listings.append(figures)
    return float(figures["seconds"])


def _fetched(cloud: CloudApart) -> float:
    figures = measured("bare_gcp_listing", cloud.document)
    assert figures["instances"] == INSTANCES
    return float(figures["seconds"])
