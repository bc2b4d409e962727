"""The bill of the sandbox's account, written over HTTP and read with the real adapter."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from adapters.aws.costs import AwsCosts
from domain.costs import DailyCharges, Period, SubAccountId
from entrypoints.sandbox.aws.replay import Fault
from tests.integration.aws.rig import ACCOUNT, Rig, post

QUESTION = "GetCostAndUsage"
OWN = SubAccountId(ACCOUNT)
WEEK = Period(date(2024, 3, 28), date(2024, 4, 3))
DAYS = tuple(WEEK.days())

Row = Mapping[str, str]


def row(day: date, amount: str, service: str = "AmazonEC2", **more: str) -> Row:
    return {"day": day.isoformat(), "service": service, "amount": amount, **more}


def write(rig: Rig, rows: Iterable[Row], *, page: int = 1000) -> None:
    """Replace the bill; *page*: so many groups are on one page of an answer."""
    post(f"{rig.moto}/sandbox/bill?page={page}", json.dumps(list(rows)).encode())


def costs_of(rig: Rig, *, role_arn: str | None = None) -> AwsCosts:
    return AwsCosts(session=rig.session(role_arn=role_arn))


def read(rig: Rig, period: Period = WEEK) -> list[DailyCharges]:
    return list(costs_of(rig).read(OWN, period))


def billed(days: Iterable[DailyCharges]) -> Decimal:
    return sum((each.billed_cost for daily in days for each in daily.charges), Decimal(0))


def group(**metrics: object) -> dict[str, Any]:
    """A group of EC2's usage; what is not given costs a dollar."""
    dollar = {"Amount": "1.00", "Unit": "USD"}
    told = {"UnblendedCost": dollar, "AmortizedCost": dollar, **metrics}
    return {"Keys": ["AmazonEC2", "Usage"], "Metrics": told}


def day_of(day: date, *groups: object, **more: object) -> dict[str, object]:
    """One day as AWS tells it."""
    end = day + timedelta(days=1)
    period = {"Start": day.isoformat(), "End": end.isoformat()}
    return {"TimePeriod": period, "Groups": list(groups), "Estimated": False, **more}


def answer_with(rig: Rig, *days: object, times: int | None = None, **more: object) -> None:
    """Let AWS answer the question about cost with *days*."""
    body = json.dumps({"ResultsByTime": list(days), **more}).encode()
    rig.line.fail(Fault(operation=QUESTION, status=200, body=body, times=times))
