"""A page of the bill that is lost on the way is noticed: the answer says how many rows it has."""

from typing import Any

import pytest

from application.ports.errors import Unavailable
from domain.costs import SubAccountId
from tests.integration.gcp.bill import costs_of
from tests.integration.gcp.rig import PROJECT, Rig
from tests.integration.gcp.test_costs import PERIOD, QUERIES


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
