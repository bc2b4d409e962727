"""Forget what is old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from application.ports.unit_of_work import OpenUnitOfWork
from domain.retention import Ledger, RetentionPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanUpReport:
    """How many records of each ledger were forgotten."""

    forgotten: Mapping[Ledger, int]

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {ledger.value: count for ledger, count in self.forgotten.items()}


class CleanUpOldLogs:
    """Delete the records that are older than the retention policy keeps them.

    They go in batches, each committed on its own, so that nobody waits behind a long deletion
    and an interruption loses nothing but time. What is old goes by the store's time: the clock of
    one worker that is off must not cost anybody a record.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        policy: RetentionPolicy,
        batch_size: int = 5000,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._policy = policy
        self._batch_size = batch_size

    def __call__(self) -> CleanUpReport:
        """Forget everything that is old now.

        Raises:
            Unavailable: the store cannot be reached; what was forgotten stays forgotten.
        """
        with self._unit_of_work() as work:
            now = work.now()
        return CleanUpReport(
            forgotten={
                ledger: self._forget(ledger, before=self._policy.cutoff(ledger, at=now))
                for ledger in Ledger
            }
        )

    def _forget(self, ledger: Ledger, *, before: datetime) -> int:
        total = 0
        while True:
            with self._unit_of_work() as work:
                count = work.archive.forget(ledger, before=before, limit=self._batch_size)
                work.commit()
            total += count
            if count < self._batch_size:
                return total
