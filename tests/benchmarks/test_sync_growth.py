"""What a whole sync costs as what it syncs grows a hundredfold, in a process of its own."""

import json
import statistics
import subprocess
import sys
from math import log
from typing import Any, Final

import pytest

from tests.architecture.source import ROOT
from tests.benchmarks.one_large_sync import SYNCS
from tests.benchmarks.results import Result, Results, at_most

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

SIZES: Final = (1_000, 10_000, 100_000)
ROUNDS: Final = 2


def synced(database_url: str, items: int) -> dict[str, Any]:
    """Sync so many items of a new credential, first and again, and return what it took."""
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.one_large_sync", database_url, str(items)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(outcome.stdout.splitlines()[-1])
    first, *others = figures["syncs"]
    assert first["appeared"] == items
    assert [each["unchanged"] for each in others] == [items] * (SYNCS - 1)
    return figures


def test_the_memory_of_a_sync_grows_little_with_what_it_syncs(
    migrated_database_url: str, results: Results
) -> None:
    fewest, most = SIZES[0], SIZES[-1]
    small = synced(migrated_database_url, fewest)["peak_mb"]
    large = synced(migrated_database_url, most)["peak_mb"]
    results.hold(
        Result(
            line=8,
            what=f"peak memory of a process that syncs {most:,} items, in MB",
            value=large,
            target=at_most(500),
            peak_mb=large,
        )
    )
    results.hold(
        Result(
            line=8,
            what=f"memory that each item adds to it, from {fewest:,} on, in kB",
            value=(large - small) * 1024 / (most - fewest),
            target=at_most(2),
            ours=f"{large} MB",
            beside=f"{small} MB",
            peak_mb=large,
        )
    )


def test_the_work_of_a_sync_grows_in_proportion_to_what_it_syncs(
    migrated_database_url: str, results: Results
) -> None:
    rounds = [{size: synced(migrated_database_url, size) for size in SIZES} for _ in range(ROUNDS)]
    first = _best(rounds, slice(0, 1))
    again = _best(rounds, slice(1, None))
    for what, seconds in (("first", first), ("unchanged", again)):
        results.hold(
            Result(
                line=9,
                what=f"exponent of the processor time of a {what} sync, 1,000 to 100,000 items",
                value=max(slope(seconds), slope(dict(list(seconds.items())[-2:]))),
                target=at_most(1.1),
                ours=", ".join(f"{each:.3g}" for each in seconds.values()) + " s",
                peak_mb=max(figures["peak_mb"] for each in rounds for figures in each.values()),
            )
        )


def _best(rounds: list[dict[int, dict[str, Any]]], which: slice) -> dict[int, float]:
    """Return the least processor time of such syncs, in seconds, by size."""
    return {
        size: min(sync["cpu_seconds"] for each in rounds for sync in each[size]["syncs"][which])
        for size in SIZES
    }


def slope(seconds: dict[int, float]) -> float:
    """Return the exponent with which *seconds* grow with the size, by least squares of logs."""
    sizes = [log(size) for size in seconds]
    return statistics.linear_regression(sizes, [log(each) for each in seconds.values()]).slope
