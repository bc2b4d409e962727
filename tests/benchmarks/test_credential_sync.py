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

    def ours(self) -> float:
        figures = synced(self.cloud, self.environment, times=2)
        self.syncs.append(figures)
        assert figures["syncs"][1]["unchanged"] == RESOURCES
        return float(figures["syncs"][0]["seconds"])

    def beside(self) -> float:
        figures = measured("bare_aws_listing", self.cloud.document)
        assert figures["resources"] == RESOURCES
        return float(figures["seconds"])

    @property
    def peak_mb(self) -> int:
        return max(int(each["peak_mb"]) for each in self.syncs)


def synced(cloud: CloudApart, environment: Mapping[str, str], *, times: int) -> dict[str, Any]:
    """Sync a new credential so many *times* in a process of its own, and return its figures."""
    figures = measured("one_sync", cloud.document, str(times), environment=environment)
    assert figures["syncs"][0]["appeared"] == RESOURCES
    return figures


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
        ),
        Result(
            line=1,
            what=f"MB held at most by such a sync (places of buckets {where})",
            value=race.peak_mb,
            target=at_most(MOST_MEMORY_MB),
            peak_mb=race.peak_mb,
        ),
    )


def test_a_sync_asks_at_most_230_questions(
    environment: Mapping[str, str], results: Results
) -> None:
    with running("aws", delay=DELAY, **ACCOUNT) as cloud:
        cloud.asked()
        figures = synced(cloud, environment, times=1)
        requests = cloud.asked()
    results.hold(
        Result(
            line=1,
            what="requests of the first sync of 2,252 resources",
            value=requests,
            target=at_most(230),
            peak_mb=figures["peak_mb"],
        )
    )
