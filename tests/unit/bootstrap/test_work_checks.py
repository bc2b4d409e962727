"""What doctor says of the queues, by what the workers that serve them do."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from dependency_injector import providers

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.fakes.workers import FakeWorkers
from adapters.queue.routes import QUEUES
from application.use_cases.prove_queue import ProveQueue, ProveQueueRequest
from application.use_cases.show_status import ServiceStatus
from domain.accounts import CredentialId
from domain.leases import LeaseName, sync_lease, terraform_lease
from domain.provisioning import ResourceId
from domain.queues import QueueName, WorkerName
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.findings import Check
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.work_checks import check_work

TERRAFORM_LEASE = terraform_lease(ResourceId(7))
SYNC_LEASE = sync_lease(CredentialId(7))


class Site:
    """A sync worker on host `one` and a Terraform worker on host `two`; nothing is proven yet."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.units: Callable[[], MemoryUnitOfWork] = partial(
            MemoryUnitOfWork, MemoryStore(self.clock)
        )
        self.workers = FakeWorkers()
        self.workers.come("sync@one", queues=["celery", "sync"])
        self.workers.come("terraform@two", queues=["terraform"])
        self.container = build_container(Settings())
        self.container.clock.override(providers.Object(self.clock))
        self.container.unit_of_work.override(providers.Callable(self.units))
        self.container.workers.override(providers.Object(self.workers))

    def hold(self, name: LeaseName, host: str) -> None:
        with self.units() as work:
            work.leases.claim(name, holder=f"{host}:12:ab", duration=timedelta(minutes=10))
            work.commit()

    def prove(self, queue: str) -> None:
        prove = ProveQueue(unit_of_work=self.units, queues=tuple(map(QueueName, QUEUES)))
        prove(ProveQueueRequest(queue=QueueName(queue), worker=WorkerName("some@where")))

    def queues(self) -> Check:
        return next(check_work(self.container, workers=tuple(self.workers.look())))


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_queue_is_excused_by_what_the_worker_that_serves_it_does_wherever_that_runs(
    site: Site,
) -> None:
    site.prove("celery")
    site.prove("sync")
    site.hold(TERRAFORM_LEASE, "two")
    assert site.queues().ok


def test_what_a_worker_of_other_queues_does_excuses_no_queue(site: Site) -> None:
    site.prove("celery")
    site.prove("sync")
    site.hold(TERRAFORM_LEASE, "one")
    assert site.queues().found == "No task comes through terraform."


def test_every_host_counts_whose_worker_serves_a_queue(site: Site) -> None:
    site.workers.come("sync@three", queues=["celery", "sync"])
    site.prove("terraform")
    site.hold(SYNC_LEASE, "three")
    assert site.queues().ok


def test_one_worker_that_serves_a_queue_and_is_busy_is_enough(site: Site) -> None:
    site.workers.come("every@three", queues=["celery", "sync", "terraform"])
    site.hold(SYNC_LEASE, "three")
    assert site.queues().ok


def test_a_queue_that_nobody_serves_and_nobody_proves_is_named(site: Site) -> None:
    site.workers.there.pop()
    site.prove("celery")
    site.prove("sync")
    site.hold(TERRAFORM_LEASE, "one")
    check = site.queues()
    assert check.found == "No task comes through terraform."
    assert check.remedy.endswith("worker -Q terraform")


def test_a_proof_counts_even_if_whoever_serves_the_queue_did_not_say_so(site: Site) -> None:
    site.workers.there.pop()
    for queue in QUEUES:
        site.prove(queue)
    assert site.queues().ok


def test_what_could_not_be_read_in_time_is_told_in_a_sentence(site: Site) -> None:
    unread = ServiceStatus(findings=(), readable=False)
    site.container.show_status.override(providers.Object(lambda: unread))
    (syncs,) = check_work(site.container, workers=())
    assert (syncs.part, syncs.ok) == ("syncs", False)
    assert "could not be read in time" in syncs.found
