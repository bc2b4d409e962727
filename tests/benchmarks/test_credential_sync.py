"""How long the whole sync of one credential takes, beside bare boto3 that only lists.

From the first request to the last commit, in a process of its own, against an account in another
one that takes 80 ms for each answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from cryptography.fernet import Fernet

from tests.benchmarks.cloud_apart import CloudApart, running
from tests.benchmarks.measured import measured
from tests.benchmarks.results import Result, Results, Rounds, at_most

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

ACCOUNT: Final[Mapping[str, object]] = {"instances": 2000, "vpcs": 52, "buckets": 200}
RESOURCES: Final = 2252
DELAY: Final = 0.080
ROUNDS: Final = 4
MOST_MEMORY_MB: Final = 300


@dataclass(kw_only=True)
class _Race:
    """A sync and a bare listing of the same account, in turns."""

    cloud: CloudApart
    environment: Mapping[str, str]
    syncs: list[dict[str, Any]] = field(default_factory=list)
    """The figures of each of our processes."""
    bare: list[dict[str, Any]] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    """How many each of our processes sent."""

    def ours(self) -> float:
        self.cloud.asked()
        figures = measured("one_sync", self.cloud.document, environment=self.environment)
        self.requests.append(self.cloud.asked())
        self.syncs.append(figures)
        first, second = figures["syncs"]
        assert (first["appeared"], second["unchanged"]) == (RESOURCES, RESOURCES)
        return float(first["seconds"])

    def beside(self) -> float:
        figures = measured("bare_aws_listing", self.cloud.document)
        self.bare.append(figures)
        assert figures["resources"] == RESOURCES
        return float(figures["seconds"])

    @property
    def peak_mb(self) -> int:
        return max(int(each["peak_mb"]) for each in self.syncs)


@pytest.fixture
def environment(migrated_database_url: str) -> Mapping[str, str]:
    return {
        "DATABASE_URL": migrated_database_url,
        "MULTICLOUD_SECRET_KEY": Fernet.generate_key().decode(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }


@pytest.mark.parametrize("tells", [False, True], ids=["asked one by one", "told"])
def test_a_sync_takes_little_longer_than_boto3_alone(
    environment: Mapping[str, str], results: Results, tells: bool
) -> None:
    with running("aws", delay=DELAY, tells_bucket_regions=tells, **ACCOUNT) as cloud:
        race = _Race(cloud=cloud, environment=environment)
        rounds = Rounds.of(ROUNDS, ours=race.ours, beside=race.beside)
    again = min(figures["syncs"][1]["seconds"] for figures in race.syncs)
    where = "told in their list" if tells else "asked one by one"
    results.hold(
        Result(
            line=1,
            what=f"sync of 2,252 resources (places of buckets {where}), beside bare boto3",
            value=rounds.ratio,
            target=at_most(1.25),
            ours=f"{rounds.ours:.2f} s, unchanged {again:.2f} s",
            beside=f"{rounds.beside:.2f} s",
            peak_mb=race.peak_mb,
            rounds=rounds.pairs,
        )
    )


def test_a_sync_asks_at_most_230_questions(
    environment: Mapping[str, str], results: Results
) -> None:
    with running("aws", delay=DELAY, **ACCOUNT) as cloud:
        race = _Race(cloud=cloud, environment=environment)
        race.ours()
    assert race.peak_mb < MOST_MEMORY_MB
    results.hold(
        Result(
            line=1,
            what="requests of a sync of 2,252 resources",
            value=race.requests[0] / 2,  # there are two syncs
            target=at_most(230),
            peak_mb=race.peak_mb,
        )
    )
