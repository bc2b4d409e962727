"""The billing export of the demo project: a row for each thing, day and price, as Google has it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Self

from entrypoints.sandbox.gcp.billing_schema import DETAILED, STANDARD
from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.prices import (
    Charge,
    bucket_charges,
    instance_charges,
    query_charge,
)
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import region_of

DATASET = "billing"
BILLING_ACCOUNT = "0A1B2C-3D4E5F-6A7B8C"
_SUFFIX = BILLING_ACCOUNT.replace("-", "_")
DETAILED_TABLE = f"gcp_billing_export_resource_v1_{_SUFFIX}"
STANDARD_TABLE = f"gcp_billing_export_v1_{_SUFFIX}"
DAYS = 100
"""How far back the export goes."""
OTHER_PROJECT = "shop-website-1200"
"""It is paid from the same account, so it is in the same table."""

_COUNTRIES = {"europe-west1": "BE", "europe-west3": "DE", "us-central1": "US"}
_LATE_EVERY = 6
_LATE_DAYS = 4
"""So many days after the day of use every sixth row arrives; the others come the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Costly:
    """What is paid for, as it was when the export was set up."""

    project: str
    number: str
    instances: Sequence[Json]
    buckets: Sequence[Json]
    deleted: Sequence[Json]

    @classmethod
    def of(cls, project: GcpProject, deleted: Iterable[Json]) -> Self:
        with project.lock:
            return cls(
                project=project.id,
                number=project.number,
                instances=tuple(project.instances.values()),
                buckets=tuple(project.buckets.values()),
                deleted=tuple(deleted),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paid:
    """Something that is paid for: where it is, what it is called and how it is labelled."""

    project: str | None
    number: str | None = None
    location: Json
    labels: Sequence[Json] = ()
    resource: Json | None = None


def export_billing(project: GcpProject, *, now: datetime, deleted: Iterable[Json] = ()) -> None:
    """Let both exports of *project* exist, as they are at *now*.

    All that is there now is paid for as it is now, for all the time that is exported. The
    *deleted* are instances that were there for the first half of it.
    """
    warehouse, costly = project.warehouse, _Costly.of(project, deleted)
    warehouse.create_dataset(DATASET, location="EU")
    for name, fields in ((DETAILED_TABLE, DETAILED), (STANDARD_TABLE, STANDARD)):
        warehouse.create_table(DATASET, name, fields)
        warehouse.add_rows(DATASET, name, partial(billing_rows, costly, now))
    project.billing_export_table = f"{project.id}.{DATASET}.{DETAILED_TABLE}"


def billing_rows(costly: _Costly, now: datetime) -> list[Json]:
    """Return every row that has arrived by *now*, a time in UTC; the oldest day first."""
    first = now.date() - timedelta(days=DAYS)
    arrived = now.isoformat()
    return [
        row
        for number in range(DAYS + 1)
        for row in _rows_of_day(costly, first + timedelta(days=number), early=number < DAYS // 2)
        if row["export_time"] <= arrived
    ]


def _rows_of_day(costly: _Costly, day: date, *, early: bool) -> Iterator[Json]:
    for number, (paid, charge) in enumerate(_charges(costly, day, early=early)):
        late = (number + day.toordinal()) % _LATE_EVERY == 0
        yield _row(paid, charge, day, arrives_after=_LATE_DAYS if late else 1)


def _charges(costly: _Costly, day: date, *, early: bool) -> Iterator[tuple[_Paid, Charge]]:
    for instance in (*costly.instances, *(costly.deleted if early else ())):
        for charge in instance_charges(instance, day):
            yield _paid_instance(costly, instance), charge
    for bucket in costly.buckets:
        for charge in bucket_charges(bucket, day):
            yield _paid_bucket(costly, bucket), charge
    eu: Json = {"location": "EU"}
    yield _Paid(project=costly.project, number=costly.number, location=eu), query_charge(day)
    yield _Paid(project=OTHER_PROJECT, number="120012001200", location=eu), query_charge(day)
    if day.day == 1:
        yield _Paid(project=None, location={}), _tax()


def _tax() -> Charge:
    return Charge(
        service={"id": "B1CE-9D33-36FF", "description": "Invoice"},
        sku={"id": "0000-0000-0000", "description": "Tax"},
        cost=41.9,
        amount=0.0,
        unit="count",
    )


def _paid_instance(costly: _Costly, instance: Json) -> _Paid:
    zone = instance["zone"].rpartition("/")[2]
    region = region_of(zone)
    path = f"projects/{costly.project}/zones/{zone}/instances/{instance['id']}"
    return _Paid(
        project=costly.project,
        number=costly.number,
        location={
            "location": region,
            "country": _COUNTRIES.get(region),
            "region": region,
            "zone": zone,
        },
        labels=_pairs(instance),
        resource={"name": instance["name"], "global_name": f"//compute.googleapis.com/{path}"},
    )


def _paid_bucket(costly: _Costly, bucket: Json) -> _Paid:
    place, name = bucket["location"].lower(), bucket["name"]
    region = place if bucket["locationType"] == "region" else None
    return _Paid(
        project=costly.project,
        number=costly.number,
        location={"location": place, "country": _COUNTRIES.get(place), "region": region},
        labels=_pairs(bucket),
        resource={
            "name": name,
            "global_name": f"//storage.googleapis.com/projects/_/buckets/{name}",
        },
    )


def _pairs(document: Json) -> Sequence[Json]:
    return [{"key": key, "value": value} for key, value in document.get("labels", {}).items()]


def _row(paid: _Paid, charge: Charge, day: date, *, arrives_after: int) -> Json:
    start = datetime.combine(day, time(), UTC)
    arrival = start + timedelta(days=arrives_after, hours=3, minutes=17)
    row: Json = {
        "billing_account_id": BILLING_ACCOUNT,
        "service": charge.service,
        "sku": charge.sku,
        "usage_start_time": start.isoformat(),
        "usage_end_time": (start + timedelta(days=1)).isoformat(),
        "project": {"id": paid.project, "number": paid.number, "name": paid.project},
        "labels": list(paid.labels),
        "location": paid.location,
        "export_time": arrival.isoformat(),
        "cost": charge.cost,
        "currency": "EUR",
        "currency_conversion_rate": 0.92,
        "usage": {"amount": charge.amount, "unit": charge.unit},
        "credits": list(charge.credits),
        "invoice": {"month": f"{day:%Y%m}", "publisher_type": "GOOGLE"},
        "cost_type": "regular" if paid.project else "tax",
        "cost_at_list": charge.cost,
        "transaction_type": "GOOGLE",
        "seller_name": "Google",
    }
    return {**row, "resource": paid.resource} if paid.resource else row
