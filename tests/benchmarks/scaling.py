"""What so many credentials need, computed from what one of them was measured to need.

docs/scaling.md shows these figures; `tests/docs/test_scaling_page.py` compares the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from statistics import mean
from types import MappingProxyType
from typing import Final

from domain.accounts import Provider
from tests.benchmarks.schedule_model import ROUND

SIZES: Final = (1_000, 100_000, 10_000_000)
BUSY: Final = 0.6
"""The share of its time that a worker process, or a core, is to be at work on average."""
SIMULATED: Final = 100_000
"""Of how many credentials `test_schedule.py` has the largest service."""
_MONTH: Final = 730
"""Hours."""
_GB: Final = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """What a sync takes in which nothing has changed."""

    seconds: float
    cpu_seconds: float
    database_cpu_seconds: float
    resources: int
    scopes: int
    requests: int
    commits: int
    rows: int
    """How many rows are inserted, updated or deleted."""
    peak_mb: int
    """The most that its process holds, with what it may share with others after a fork."""


MEASURED: Final = Sync(
    seconds=1.55,
    cpu_seconds=0.65,
    database_cpu_seconds=0.035,
    resources=237,
    scopes=35,
    requests=54,
    commits=39,
    rows=79,
    peak_mb=176,
)
"""An AWS account with all 17 regions that come enabled, 200 instances, 17 VPCs and 20 buckets."""

SCOPES: Final[Mapping[Provider, int]] = MappingProxyType(
    {Provider.AWS: MEASURED.scopes, Provider.AZURE: 3, Provider.GCP: 132}
)
"""One Azure subscription; a Google Cloud project with each of 130 zones."""
REQUESTS: Final[Mapping[Provider, int]] = MappingProxyType(
    {Provider.AWS: MEASURED.requests, Provider.AZURE: 9, Provider.GCP: 5}
)
"""Azure: two for tokens, subscriptions, four for machines, accounts, groups. Google Cloud: a token,
zones, instances, buckets, networks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table that grows with the credentials."""

    table: str
    rows: float
    """For each credential."""
    bytes_each: int
    """With its indexes."""


_SYNCS_A_DAY: Final = 86_400 / ROUND.period.total_seconds()
_CHANGED_A_DAY: Final = 0.01
KEPT: Final = (
    Kept(table="resource_inventory", rows=MEASURED.resources, bytes_each=960),
    Kept(
        table="inventory_changes",
        rows=MEASURED.resources * _CHANGED_A_DAY * 180,
        bytes_each=1280,
    ),
    Kept(table="sync_runs", rows=_SYNCS_A_DAY * 30, bytes_each=200),
    Kept(table="sync_scopes", rows=mean(SCOPES.values()), bytes_each=220),
    Kept(table="cost_data", rows=10 * 400, bytes_each=410),
    Kept(table="cost_coverage", rows=400, bytes_each=180),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """List prices in us-east-1, in US dollars."""

    core_hour: float = 0.04048
    """A vCPU of AWS Fargate, Linux on x86."""
    memory_hour: float = 0.004445
    """A GB of it."""
    storage_month: float = 0.115
    """A GB of gp3 storage of Amazon RDS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What *credentials* need that are synced in every round."""

    credentials: int

    @property
    def syncs(self) -> float:
        """How many begin in a second, on average."""
        return self.credentials / ROUND.period.total_seconds()

    @property
    def processes(self) -> int:
        """How many worker processes it takes."""
        return max(1, ceil(self.syncs * MEASURED.seconds / BUSY))

    @property
    def worker_cores(self) -> float:
        """How many cores the processes use."""
        return self.syncs * MEASURED.cpu_seconds / BUSY

    @property
    def worker_gb(self) -> float:
        """How much memory they take, if none of them is shared."""
        return self.processes * MEASURED.peak_mb / 1000

    @property
    def commits(self) -> float:
        """Transactions a second: one for each scope, and those that a sync has anyway."""
        fixed = MEASURED.commits - MEASURED.scopes
        return self.syncs * (mean(SCOPES.values()) + fixed)

    @property
    def rows_written(self) -> float:
        """Rows a second, with the job that is asked for and sent."""
        per_scope = 2  # the lease, and the state of the scope
        fixed = MEASURED.rows - per_scope * MEASURED.scopes + 2
        return self.syncs * (per_scope * mean(SCOPES.values()) + fixed)

    @property
    def database_cores(self) -> float:
        """How many cores the database uses."""
        return self.commits * MEASURED.database_cpu_seconds / MEASURED.commits / BUSY

    @property
    def rows(self) -> float:
        """How many rows are kept."""
        return self.credentials * sum(each.rows for each in KEPT)

    @property
    def gigabytes(self) -> float:
        """How much room they take."""
        return self.credentials * sum(each.rows * each.bytes_each for each in KEPT) / _GB

    def requests(self, provider: Provider) -> float:
        """Return how often a second a cloud is asked, if a third of the credentials are for it."""
        return self.syncs / len(Provider) * REQUESTS[provider]

    @property
    def services(self) -> int:
        """How many of the largest service that was simulated it takes."""
        return ceil(self.credentials / SIMULATED)

    def dollars(self, prices: Prices) -> float:
        """Return what a month costs, workers, database and its storage."""
        cores = self.worker_cores + self.database_cores
        memory = self.worker_gb + 4 * self.database_cores
        hourly = cores * prices.core_hour + memory * prices.memory_hour
        return hourly * _MONTH + self.gigabytes * prices.storage_month


PRICES: Final = Prices()


def table() -> list[dict[str, str]]:
    """Return what the page shows: a line for each thing that is needed, a column for each size."""
    needs = {f"{size:,}": Need(credentials=size) for size in SIZES}
    lines: dict[str, Callable[[Need], float]] = {
        "syncs begun in a second": lambda need: need.syncs,
        "worker processes": lambda need: need.processes,
        "cores for them": lambda need: need.worker_cores,
        "GB of memory for them": lambda need: need.worker_gb,
        "transactions in a second": lambda need: need.commits,
        "rows written in a second": lambda need: need.rows_written,
        "cores for the database": lambda need: need.database_cores,
        "million rows kept": lambda need: need.rows / 1e6,
        "GB of tables and indexes": lambda need: need.gigabytes,
        "messages in a second": lambda need: need.syncs,
        "calls of AWS in a second": lambda need: need.requests(Provider.AWS),
        "calls of Azure in a second": lambda need: need.requests(Provider.AZURE),
        "calls of Google Cloud in a second": lambda need: need.requests(Provider.GCP),
        "services side by side": lambda need: need.services,
        "US dollars in a month": lambda need: need.dollars(PRICES),
        "of which for the tables": lambda need: need.gigabytes * PRICES.storage_month,
    }
    return [
        {"for so many credentials": name} | {size: figure(of(need)) for size, need in needs.items()}
        for name, of in lines.items()
    ]


def figure(number: float) -> str:
    """Return *number* as the page writes it."""
    return f"{number:,.0f}" if number >= 10 or number == round(number) else f"{number:.2g}"


def inputs() -> dict[str, str]:
    """Return what the page says that one sync takes, by what it calls it."""
    requests = {f"requests, {cloud}": REQUESTS[cloud] for cloud in Provider}
    scopes = {f"scopes, {cloud}": SCOPES[cloud] for cloud in Provider}
    measured = {
        "seconds": MEASURED.seconds,
        "seconds of a processor": MEASURED.cpu_seconds,
        "seconds of the database's processor": MEASURED.database_cpu_seconds,
        "resources": MEASURED.resources,
        "transactions, AWS": MEASURED.commits,
        "rows written, AWS": MEASURED.rows,
        "MB of a worker process": MEASURED.peak_mb,
    }
    return {name: figure(number) for name, number in (measured | requests | scopes).items()}
