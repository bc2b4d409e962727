"""What every store promises of the proofs that work goes through a queue."""

from datetime import timedelta

from application.ports.unit_of_work import OpenUnitOfWork
from domain.queues import QueueName, WorkerName
from tests.contract.leases_repository_contract import SHORT, LetPass

SYNC, TERRAFORM = QueueName("sync"), QueueName("terraform")
FIRST, SECOND = WorkerName("celery@first"), WorkerName("celery@second")


def prove(units: OpenUnitOfWork, queue: QueueName, worker: WorkerName) -> None:
    with units() as work:
        work.queue_proofs.prove(queue, worker)
        work.commit()


def proven(units: OpenUnitOfWork) -> list[tuple[QueueName, WorkerName]]:
    with units() as work:
        return [(proof.queue, proof.worker) for proof in work.queue_proofs.all()]


class QueueProofsContract:
    """Subclasses bring `units` and `let_pass`."""

    def test_nothing_is_proven_at_first(self, units: OpenUnitOfWork) -> None:
        assert proven(units) == []

    def test_a_proof_names_the_queue_the_worker_and_how_old_it_is(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        prove(units, SYNC, FIRST)
        let_pass(SHORT)
        with units() as work:
            (proof,) = work.queue_proofs.all()
        assert (proof.queue, proof.worker) == (SYNC, FIRST)
        assert proof.proven_at.utcoffset() is not None
        assert SHORT <= proof.age < SHORT + timedelta(minutes=1)

    def test_a_newer_proof_takes_the_place_of_the_one_before(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        prove(units, SYNC, FIRST)
        with units() as work:
            (before,) = work.queue_proofs.all()
        let_pass(SHORT)
        prove(units, SYNC, FIRST)
        with units() as work:
            (after,) = work.queue_proofs.all()
        assert after.proven_at >= before.proven_at + SHORT

    def test_proofs_come_by_queue_the_latest_first(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        for queue, worker in [(TERRAFORM, FIRST), (SYNC, FIRST), (SYNC, SECOND)]:
            prove(units, queue, worker)
            let_pass(SHORT)
        assert proven(units) == [(SYNC, SECOND), (SYNC, FIRST), (TERRAFORM, FIRST)]

    def test_a_proof_that_was_not_committed_was_never_given(self, units: OpenUnitOfWork) -> None:
        with units() as work:
            work.queue_proofs.prove(SYNC, FIRST)
        assert proven(units) == []
