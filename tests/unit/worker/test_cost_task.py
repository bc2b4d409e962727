"""A reading of cost that lacks something for now is tried again, as the queue does it."""

import pytest
from dependency_injector import providers

from application.ports.errors import Throttled
from application.use_cases.update_cost_data import UpdateCostDataReport, UpdateCostDataRequest
from domain.accounts import CredentialId, UserId
from domain.costs import CostStatus
from entrypoints.bootstrap.container import Container
from entrypoints.worker.tasks.sync_tasks import update_credential_cost_data


def read_with(report: UpdateCostDataReport) -> tuple[Container, list[UpdateCostDataRequest]]:
    asked: list[UpdateCostDataRequest] = []

    def update(request: UpdateCostDataRequest) -> UpdateCostDataReport:
        asked.append(request)
        return report

    container = Container()
    container.update_cost_data.override(providers.Object(update))
    return container, asked


def test_a_reading_that_is_whole_is_reported() -> None:
    whole = UpdateCostDataReport(credential_id=CredentialId(2), status=CostStatus.COMPLETE)
    container, asked = read_with(whole)
    assert update_credential_cost_data(container, 1, 2)["status"] == "complete"
    assert asked == [UpdateCostDataRequest(user_id=UserId(1), credential_id=CredentialId(2))]


def test_what_is_lacking_for_now_is_raised_so_that_it_is_tried_again() -> None:
    lacking = UpdateCostDataReport(
        credential_id=CredentialId(2),
        status=CostStatus.PARTIAL,
        troubles=1,
        try_again=Throttled("Slow down.", retry_after=90),
    )
    container, _ = read_with(lacking)
    with pytest.raises(Throttled) as raised:
        update_credential_cost_data(container, 1, 2)
    assert raised.value.retry_after == 90
