from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.fakes.workers import FakeWorkers
from application.ports.errors import Unavailable
from application.use_cases.check_worker import CheckWorker, CheckWorkerRequest, WorkerLife
from application.use_cases.prove_queue import ProveQueue, ProveQueueRequest
from domain.accounts import CredentialId
from domain.leases import LeaseName, sync_lease, terraform_lease
from domain.provisioning import ResourceId
from domain.queues import QueueName, WorkerName

DEFAULT, SYNC, TERRAFORM = QueueName("celery"), QueueName("sync"), QueueName("terraform")
HERE, ELSEWHERE = WorkerName("celery@here"), WorkerName("celery@elsewhere")
WITHIN = timedelta(minutes=3)


class Site:
    """A store, the worker `celery@here`, and time that passes at will."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore(self.clock)
        self.workers = FakeWorkers()
        self.workers.come(HERE, queues=[SYNC, TERRAFORM])

    def prove(self, queue: QueueName, worker: WorkerName = HERE) -> None:
        prove = ProveQueue(unit_of_work=self.units, queues=[SYNC, TERRAFORM])
        prove(ProveQueueRequest(queue=queue, worker=worker))

    def units(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self.store)

    def hold(self, name: LeaseName, holder: str) -> None:
        with self.units() as work:
            work.leases.claim(name, holder=holder, duration=timedelta(minutes=10))
            work.commit()

    def check(self, *queues: QueueName, worker: WorkerName = HERE) -> WorkerLife:
        check = CheckWorker(
            unit_of_work=self.units,
            workers=self.workers,
            clock=self.clock,
            work_of={SYNC: ("sync:", "cost:"), TERRAFORM: ("terraform:",)},
        )
        request = CheckWorkerRequest(worker=worker, hosts=("here",), queues=queues, within=WITHIN)
        return check(request)


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_worker_that_does_not_answer_is_dead_whatever_was_proven(site: Site) -> None:
    site.prove(SYNC)
    life = site.check(SYNC, worker=WorkerName("celery@gone"))
    assert (life.answers, life.alive) == (False, False)
    assert life.others == (HERE,)


def test_of_those_who_answer_instead_nothing_is_asked_but_their_names(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.workers, "look", lambda: pytest.fail("it takes long"))
    site.workers.come(ELSEWHERE)
    assert site.check(worker=WorkerName("celery@gone")).others == (ELSEWHERE, HERE)


def test_who_answers_instead_is_not_looked_for_where_the_worker_does(site: Site) -> None:
    site.workers.come(ELSEWHERE)
    assert site.check().others == ()


def test_a_worker_lives_while_its_queues_were_proven_lately_by_whomever(site: Site) -> None:
    site.prove(SYNC, ELSEWHERE)
    site.prove(TERRAFORM)
    site.clock.advance(WITHIN)
    life = site.check(SYNC, TERRAFORM)
    assert life.alive
    assert [queue.proof.worker for queue in life.queues if queue.proof] == [ELSEWHERE, HERE]
    assert site.workers.asked == []


def test_of_several_proofs_the_latest_counts(site: Site) -> None:
    site.prove(SYNC, HERE)
    site.clock.advance(2 * WITHIN)
    site.prove(SYNC, ELSEWHERE)
    site.clock.advance(timedelta(seconds=1))
    site.prove(TERRAFORM, HERE)
    assert site.check(SYNC).alive
    assert site.workers.asked == []


def test_a_queue_that_was_not_proven_lately_gets_a_chance_to_be(site: Site) -> None:
    site.prove(TERRAFORM)
    site.workers.on_ask = site.prove
    life = site.check(SYNC, TERRAFORM)
    assert life.alive
    assert site.workers.asked == [SYNC]


def test_a_queue_whose_work_nobody_does_is_dead_after_a_few_seconds(site: Site) -> None:
    site.prove(SYNC)
    site.clock.advance(WITHIN + timedelta(seconds=1))
    before = site.clock.now()
    life = site.check(SYNC)
    assert life.answers
    assert not life.alive
    assert timedelta(seconds=5) <= site.clock.now() - before < timedelta(seconds=6)
    (queue,) = life.queues
    assert queue.proof is not None


@pytest.mark.parametrize(
    ("held", "by", "excused"),
    [
        ([terraform_lease(ResourceId(7))], "here:12:ab", True),
        ([terraform_lease(ResourceId(7))], "here-too:12:ab", False),
        ([sync_lease(CredentialId(7))], "here:12:ab", False),
        ([], "", False),
    ],
)
def test_a_worker_that_is_busy_with_the_work_of_a_queue_is_not_dead(
    site: Site, held: Sequence[LeaseName], by: str, excused: bool
) -> None:
    for name in held:
        site.hold(name, by)
    life = site.check(TERRAFORM)
    assert life.alive is excused
    assert life.queues[0].busy_with == (tuple(held) if excused else ())
    assert not life.queues[0].proven
    assert site.workers.asked == ([] if excused else [TERRAFORM])


def test_who_is_busy_with_the_work_of_one_queue_is_not_dead_for_the_others_it_serves(
    site: Site,
) -> None:
    lease = sync_lease(CredentialId(7))
    site.hold(lease, "here:12:ab")
    life = site.check(DEFAULT, SYNC)
    assert life.alive
    assert [queue.busy_with for queue in life.queues] == [(lease,), (lease,)]
    assert site.workers.asked == []


def test_the_work_of_a_queue_that_a_worker_does_not_serve_excuses_none_of_its_own(
    site: Site,
) -> None:
    site.hold(terraform_lease(ResourceId(7)), "here:12:ab")
    assert not site.check(DEFAULT, SYNC).alive


def test_work_whose_lease_ran_out_excuses_nobody(site: Site) -> None:
    site.hold(terraform_lease(ResourceId(7)), "here:12:ab")
    site.clock.advance(timedelta(minutes=11))
    assert not site.check(TERRAFORM).alive


def test_only_the_worker_is_looked_at_where_no_queue_is_named(site: Site) -> None:
    assert site.check().alive


def test_a_broker_that_is_away_is_said_to_be(site: Site) -> None:
    site.workers.failure = Unavailable("The broker is away.")
    with pytest.raises(Unavailable):
        site.check(SYNC)
