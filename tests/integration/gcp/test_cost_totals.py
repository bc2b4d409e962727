"""What of a bill is lost, or makes no sense, is noticed and harms nothing else."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from application.ports.errors import Unavailable
from domain.costs import SubAccountId
from tests.integration.gcp.bill import charge, costs_of, open_export, row
from tests.integration.gcp.rig import PROJECT, Rig, running
from tests.integration.gcp.test_costs import FIRST, PERIOD, QUERIES


@pytest.fixture
def rig() -> Iterator[Rig]:
    """A project of its own, whose export has nothing in it yet."""
    with running() as rig:
        open_export(rig)
        yield rig


@pytest.mark.parametrize("total", [{"totalRows": "120"}, {"totalRows": 0}, {"totalRows": "x"}, {}])
def test_an_answer_without_all_of_its_rows_is_no_answer(rig: Rig, total: dict[str, Any]) -> None:
    page = {
        "kind": "bigquery#queryResponse",
        "jobReference": {"jobId": "j"},
        "jobComplete": True,
        **total,
    }
    rig.fail(QUERIES, status=200, document=page)
    with pytest.raises(Unavailable, match="totalRows"):
        list(costs_of(rig).read(SubAccountId(PROJECT), PERIOD))


def test_a_day_that_makes_no_sense_is_left_out_and_all_others_are_told(rig: Rig) -> None:
    odd, fine = date(2026, 3, 31), date(2026, 4, 1)
    charge(rig, row(rig, FIRST, Decimal(1)), row(rig, odd, None), row(rig, fine, Decimal(2)))
    reading = costs_of(rig).read(SubAccountId(PROJECT), PERIOD)
    days = [next(reading).day for _ in range(len(list(PERIOD.days())) - 1)]
    assert days == [day for day in PERIOD.days() if day != odd]
    with pytest.raises(Unavailable, match="cost is missing"):
        next(reading)
