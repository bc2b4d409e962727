"""What a whole sync costs as what it syncs grows a hundredfold, in a process of its own.

Through the adapters of Google Cloud and of Azure, as a worker syncs; and from a cloud of ours that
costs next to nothing, so that what is seen to grow is the engine. Not through that of AWS: boto3
takes 0.8 ms to read one instance, so 100,000 of them would take longer than all the rest.
"""

import statistics
from collections.abc import Iterator, Mapping
from math import log
from typing import Any, Final

import pytest
from cryptography.fernet import Fernet

from tests.benchmarks.cloud_apart import running
from tests.benchmarks.measured import measured
from tests.benchmarks.results import Result, Results, at_most

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

SIZES: Final = (1_000, 10_000, 100_000)
CLOUDS: Final[Mapping[str, str]] = {"gcp": "instances", "azure": "machines"}
"""What the items of each are called."""
OURS: Final = "no cloud"

Grown = Mapping[int, dict[str, Any]]
"""The figures of a process, by how many items it synced."""


@pytest.fixture
def environment(migrated_database_url: str) -> Mapping[str, str]:
    return {
        "DATABASE_URL": migrated_database_url,
        "MULTICLOUD_SECRET_KEY": Fernet.generate_key().decode(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }


@pytest.mark.parametrize("cloud", [OURS, *CLOUDS])
def test_what_a_sync_takes_grows_in_proportion_to_what_it_syncs(
    cloud: str, environment: Mapping[str, str], results: Results
) -> None:
    grown = {size: synced(cloud, environment, size) for size in SIZES}
    results.hold(*_memory(cloud, grown), *_work(cloud, grown))


def synced(cloud: str, environment: Mapping[str, str], items: int) -> dict[str, Any]:
    """Sync so many items of a new credential, first and again, and return what it took."""
    if cloud == OURS:
        figures = measured("one_large_sync", environment["DATABASE_URL"], str(items))
    else:
        with running(cloud, **{CLOUDS[cloud]: items}) as apart:
            figures = measured("one_cloud_sync", cloud, apart.document, environment=environment)
    first, *others = figures["syncs"]
    assert first["appeared"] == items
    assert [each["unchanged"] for each in others] == [items] * len(others) != []
    return figures


def _memory(cloud: str, grown: Grown) -> Iterator[Result]:
    fewest, most = SIZES[0], SIZES[-1]
    small, large = grown[fewest]["peak_mb"], grown[most]["peak_mb"]
    yield Result(
        line=8,
        what=f"peak memory of a process that syncs {most:,} items of {cloud}, in MB",
        value=large,
        target=at_most(500),
        peak_mb=large,
    )
    yield Result(
        line=8,
        what=f"memory that each item of {cloud} adds to it, from {fewest:,} on, in kB",
        value=(large - small) * 1024 / (most - fewest),
        target=at_most(2),
        ours=f"{large} MB",
        beside=f"{small} MB",
        peak_mb=large,
    )


def _work(cloud: str, grown: Grown) -> Iterator[Result]:
    for what, which in (("first", slice(0, 1)), ("unchanged", slice(1, None))):
        seconds = {
            size: min(sync["cpu_seconds"] for sync in figures["syncs"][which])
            for size, figures in grown.items()
        }
        yield Result(
            line=9,
            what=f"exponent of the processor time of a {what} sync, 1,000 to 100,000 of {cloud}",
            value=max(slope(seconds), slope(dict(list(seconds.items())[-2:]))),
            target=at_most(1.1),
            ours=", ".join(f"{each:.3g}" for each in seconds.values()) + " s",
            peak_mb=max(figures["peak_mb"] for figures in grown.values()),
        )


def slope(seconds: dict[int, float]) -> float:
    """Return the exponent with which *seconds* grow with the size, by least squares of logs."""
    sizes = [log(size) for size in seconds]
    return statistics.linear_regression(sizes, [log(each) for each in seconds.values()]).slope
