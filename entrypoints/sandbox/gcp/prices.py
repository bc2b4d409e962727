"""What things cost in the demo project: a small list of prices, and a bill of one day from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from entrypoints.sandbox.gcp.errors import Json

COMPUTE_SERVICE = {"id": "6F81-5844-456A", "description": "Compute Engine"}
STORAGE_SERVICE = {"id": "95FF-2EF5-5EA1", "description": "Cloud Storage"}
QUERY_SERVICE = {"id": "24E6-581D-38E5", "description": "BigQuery"}
SUSTAINED_USE = {
    "name": "Sustained Usage Discount",
    "full_name": "Sustained Usage Discount: Compute Engine",
    "id": "Sustained Usage Discount",
    "type": "SUSTAINED_USAGE_DISCOUNT",
}
FREE_TIER = {
    "name": "Free tier",
    "full_name": "Free tier: Cloud Storage",
    "id": "Free Tier",
    "type": "FREE_TIER",
}

_SPOT_SHARE = 0.3
"""Of the full price."""
_DISK_PER_DAY = 0.0132
"""Of 10 GB, whether or not the instance runs."""
_WORKDAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePrice:
    """EUR for an hour; *sustained*: the share that is given back for running all month."""

    cores: float
    memory: float
    sustained: float = 0.0


MACHINES: Mapping[str, MachinePrice] = {
    "e2-standard-2": MachinePrice(cores=0.0446, memory=0.0239),
    "e2-standard-4": MachinePrice(cores=0.0892, memory=0.0478),
    "n2-standard-8": MachinePrice(cores=0.2583, memory=0.1385, sustained=0.2),
    "n2-highmem-4": MachinePrice(cores=0.1292, memory=0.1385, sustained=0.2),
    "g2-standard-8": MachinePrice(cores=0.6612, memory=0.1195),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one thing cost on one day."""

    service: Mapping[str, str]
    sku: Mapping[str, str]
    cost: float
    """EUR, before credits."""
    amount: float
    unit: str
    credits: Sequence[Mapping[str, object]] = ()


def instance_charges(instance: Json, day: date) -> Iterator[Charge]:
    """Yield what an instance cost on *day*, if it was then as it is now."""
    if instance["status"] == "RUNNING":
        yield from _running(instance, day)
    yield Charge(
        service=COMPUTE_SERVICE,
        sku={"id": "D973-5D65-BAB2", "description": "Storage PD Capacity"},
        cost=_DISK_PER_DAY,
        amount=10 * 86_400 * 2**30,
        unit="byte-seconds",
    )


def _running(instance: Json, day: date) -> Iterator[Charge]:
    type_ = instance["machineType"].rpartition("/")[2]
    spot = instance["scheduling"]["provisioningModel"] == "SPOT"
    price = MACHINES[type_]
    hours = 24 if type_.startswith("e2") or day.weekday() < _WORKDAYS else 6
    family = type_.partition("-")[0].upper()
    for part, rate in (("Core", price.cores), ("Ram", price.memory)):
        cost = round(rate * hours * (_SPOT_SHARE if spot else 1), 6)
        given_back = {**SUSTAINED_USE, "amount": -round(cost * price.sustained, 6)}
        yield Charge(
            service=COMPUTE_SERVICE,
            sku={
                "id": f"{family}00-{part.upper()}-{'SPOT' if spot else 'FULL'}",
                "description": f"{'Spot Preemptible ' if spot else ''}{family} Instance {part}",
            },
            cost=cost,
            amount=hours * 3600.0,
            unit="seconds",
            credits=(given_back,) if price.sustained and not spot else (),
        )


def bucket_charges(bucket: Json, day: date) -> Iterator[Charge]:
    """Yield what a bucket cost on *day*; the longer its name, the more is in it."""
    gigabytes = 40.0 * len(bucket["name"]) + day.toordinal() % 7
    cost = round(gigabytes * 0.00075, 6)
    yield Charge(
        service=STORAGE_SERVICE,
        sku={"id": "E5F0-6A5D-7BAD", "description": "Standard Storage"},
        cost=cost,
        amount=gigabytes * 86_400 * 2**30,
        unit="byte-seconds",
    )
    if day.weekday() == 0:
        yield Charge(
            service=STORAGE_SERVICE,
            sku={"id": "4DBF-185F-A415", "description": "Class A Operations"},
            cost=0.0475,
            amount=9500.0,
            unit="requests",
            credits=({**FREE_TIER, "amount": -0.025},),
        )


def query_charge(day: date) -> Charge:
    """Return what the analysts' queries cost on *day*."""
    terabytes = 0.4 if day.weekday() < _WORKDAYS else 0.05
    return Charge(
        service=QUERY_SERVICE,
        sku={"id": "3362-E469-6BEF", "description": "Analysis (EU)"},
        cost=round(terabytes * 5.75, 6),
        amount=terabytes * 2**40,
        unit="bytes",
    )
