"""What every job queue promises."""

from collections.abc import Callable, Iterator

import pytest

from application.ports.errors import Unavailable
from application.ports.job_queue import (
    DestroyResourceJob,
    Job,
    JobQueue,
    ProvisionResourceJob,
    SyncCredentialJob,
    UpdateCostDataJob,
)
from domain.accounts import CredentialId, Provider, UserId
from domain.provisioning import ResourceId

Arrived = Callable[[], list[Job]]


def a_credential_job(number: int, provider: Provider) -> SyncCredentialJob:
    return SyncCredentialJob(
        user_id=UserId(7), credential_id=CredentialId(number), provider=provider
    )


def a_job(number: int) -> SyncCredentialJob:
    """Return one of those that are handed over most often."""
    return a_credential_job(number, Provider.AWS)


def a_cost_job(number: int) -> UpdateCostDataJob:
    return UpdateCostDataJob(user_id=UserId(7), credential_id=CredentialId(number))


class JobQueueContract:
    """Subclasses supply `queue`, and `arrived`: what it has handed over so far, in order.

    A queue that keeps the work of Terraform apart says too what of that has `arrived_of_terraform`.
    """

    @pytest.fixture
    def arrived_of_terraform(self, arrived: Arrived) -> Arrived:
        return arrived

    def test_jobs_arrive_complete_and_in_the_order_they_were_handed_over(
        self, queue: JobQueue, arrived: Arrived
    ) -> None:
        jobs: list[Job] = [
            a_credential_job(3, Provider.GCP),
            a_credential_job(1, Provider.AWS),
            a_credential_job(2, Provider.AZURE),
            a_cost_job(2),
            a_cost_job(1),
        ]

        assert queue.enqueue(jobs) == 5
        assert arrived() == jobs

    def test_building_and_taking_down_arrive_in_the_order_they_were_asked_for(
        self, queue: JobQueue, arrived_of_terraform: Arrived
    ) -> None:
        jobs: list[Job] = [
            ProvisionResourceJob(resource_id=ResourceId(4)),
            DestroyResourceJob(resource_id=ResourceId(4)),
            ProvisionResourceJob(resource_id=ResourceId(5)),
        ]

        assert queue.enqueue(jobs) == 3
        assert arrived_of_terraform() == jobs

    def test_no_jobs_are_none_handed_over(self, queue: JobQueue, arrived: Arrived) -> None:
        assert queue.enqueue([]) == 0
        assert arrived() == []

    def test_more_jobs_than_fit_in_one_batch_all_arrive_once(
        self, queue: JobQueue, arrived: Arrived
    ) -> None:
        assert queue.enqueue(a_job(n) for n in range(1, 252)) == 251
        assert arrived() == [a_job(n) for n in range(1, 252)]

    def test_jobs_are_handed_over_while_later_ones_are_still_being_made(
        self, queue: JobQueue, arrived: Arrived
    ) -> None:
        arrived_before_the_last: list[int] = []

        def jobs() -> Iterator[Job]:
            yield from (a_job(n) for n in range(1, 251))
            arrived_before_the_last.append(len(arrived()))
            yield a_job(251)

        queue.enqueue(jobs())

        assert arrived_before_the_last[0] >= 200

    def test_when_the_maker_of_jobs_fails_what_was_handed_over_stays(
        self, queue: JobQueue, arrived: Arrived
    ) -> None:
        def jobs() -> Iterator[Job]:
            yield from (a_job(n) for n in range(1, 151))
            raise Unavailable("The store went away.")

        with pytest.raises(Unavailable, match="The store went away"):
            queue.enqueue(jobs())

        assert arrived()[:100] == [a_job(n) for n in range(1, 101)]


class UnreachableJobQueueContract:
    """Subclasses supply `unreachable_queue`, whose broker does not answer."""

    def test_a_queue_that_cannot_be_reached_says_so(self, unreachable_queue: JobQueue) -> None:
        with pytest.raises(Unavailable):
            unreachable_queue.enqueue([a_job(1)])

    def test_handing_over_nothing_needs_nobody_to_answer(self, unreachable_queue: JobQueue) -> None:
        assert unreachable_queue.enqueue([]) == 0
