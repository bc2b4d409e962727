"""What the shop costs, day by day: the same for whoever asks, whenever they ask."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from zlib import crc32

from entrypoints.sandbox.aws.bill import Bill, Line
from entrypoints.sandbox.aws.seed import BUCKETS, FLEETS, NETWORKS, Fleet

EC2: Final = "Amazon Elastic Compute Cloud - Compute"
EC2_OTHER: Final = "EC2 - Other"
S3: Final = "Amazon Simple Storage Service"
TRANSFER: Final = "AWS Data Transfer"
TAX: Final = "Tax"

_HOURLY: Final[Mapping[str, Decimal]] = {
    "c6i.large": Decimal("0.0850"),
    "c7i.xlarge": Decimal("0.1785"),
    "m6i.2xlarge": Decimal("0.3840"),
    "m7i.large": Decimal("0.1008"),
    "r7i.xlarge": Decimal("0.2646"),
    "t3.large": Decimal("0.0832"),
    "t3.medium": Decimal("0.0416"),
    "t3.small": Decimal("0.0208"),
}
"""Dollars for an hour; instances that are switched off only pay for their disk."""
_DISK: Final = Decimal("0.0880")
_GATEWAY: Final = Decimal("1.0800")  # a day, one for each network
_BUCKET: Final = Decimal("0.7400")
_TRAFFIC: Final = Decimal("0.3100")  # a day, for each instance that runs
_CREDIT: Final = Decimal("-2.5000")
_TAX_RATE: Final = Decimal("0.08")
_RESERVED: Final = "search"
"""The fleet that is paid for on the first of the month, whether it runs or not."""
_WEEKEND: Final = Decimal("0.72")
_SATURDAY: Final = 5
_HOURS: Final = 24

GONE: Final = Fleet(
    network="recovery", name="load-test", size=8, type="c7i.xlarge", team="platform"
)
"""A fleet that is on the bill and nowhere else any more."""
GONE_SINCE: Final = timedelta(days=10)

_REGION_OF: Final = {network.name: network.region for network in NETWORKS}


def shop_bill(today: date) -> Bill:
    """Return the bill of the demo account; it ends yesterday, as seen from *today*."""

    def charged(day: date) -> Iterator[Line]:
        if day < today:
            yield from _usage(day, today)
            yield from _once_a_month(day, today)

    return charged


def _usage(day: date, today: date) -> Iterator[Line]:
    fleets = (*FLEETS, GONE) if day < today - GONE_SINCE else FLEETS
    for fleet in fleets:
        yield from _fleet(fleet, day)
    for network in NETWORKS:
        yield _line(day, EC2_OTHER, _GATEWAY, network.region, network.name)
    for bucket in BUCKETS:
        yield _line(day, S3, _BUCKET, bucket.region, bucket.name, even=True)
    yield Line(day=day, service=EC2, amount=_CREDIT, amortized=_CREDIT, record_type="Credit")


def _fleet(fleet: Fleet, day: date) -> Iterator[Line]:
    region, running = _REGION_OF[fleet.network], fleet.size - fleet.stopped
    if fleet.name == _RESERVED:
        yield Line(
            day=day,
            service=EC2,
            amount=Decimal(0),
            amortized=_reserved_daily(fleet),
            record_type="DiscountedUsage",
            region=region,
        )
    elif running:
        yield _line(day, EC2, _HOURLY[fleet.type] * _HOURS * running, region, fleet.name)
    yield _line(day, EC2_OTHER, _DISK * fleet.size, region, f"{fleet.name}-disk", even=True)
    if running:
        yield _line(day, TRANSFER, _TRAFFIC * running, region, f"{fleet.name}-out")


def _once_a_month(day: date, today: date) -> Iterator[Line]:
    if day.day != 1:
        return
    for fleet in (each for each in FLEETS if each.name == _RESERVED):
        fee = _reserved_daily(fleet) * monthrange(day.year, day.month)[1]
        region = _REGION_OF[fleet.network]
        yield Line(
            day=day,
            service=EC2,
            amount=fee,
            amortized=Decimal(0),
            record_type="RIFee",
            region=region,
        )
    tax = sum((line.amount for line in _usage(day, today)), Decimal(0)) * 30 * _TAX_RATE
    yield Line(day=day, service=TAX, amount=tax, amortized=tax, record_type="Tax")


def _reserved_daily(fleet: Fleet) -> Decimal:
    return _HOURLY[fleet.type] * _HOURS * fleet.size


def _line(
    day: date, service: str, daily: Decimal, region: str, what: str, *, even: bool = False
) -> Line:
    """Return about *daily*: no two days are quite the same; unless *even*, weekends are quiet."""
    quiet = not even and day.weekday() >= _SATURDAY
    wobble = Decimal(9000 + crc32(f"{service}/{what}/{day}".encode()) % 2000) / 10000
    amount = daily * wobble * (_WEEKEND if quiet else 1)
    return Line(day=day, service=service, amount=amount, amortized=amount, region=region)
