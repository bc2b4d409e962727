"""Minutes that go by within seconds, for beat and for all that waits for a minute.

Nothing is done here but to turn back what was written down: what is due after that is asked for
by beat and done by workers, as always.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

import psycopg2

from adapters.queue.task_names import TaskName
from entrypoints.worker.schedule import ENTRIES
from tests.reliability.rhythm import again_and_again

HURRIED: Final = (TaskName.DISPATCH_JOBS, TaskName.RECOVER_JOBS, TaskName.RECOVER_RUNS)
PERIODS: Final[Mapping[str, timedelta]] = {
    name: entry.every.period for name, entry in ENTRIES.items() if entry.task in HURRIED
}
MESSAGES_ARE_LOST: Final = (
    "UPDATE jobs SET sent_at = sent_at - interval '3 minutes', "
    "due_at = CASE WHEN attempts > 0 THEN least(due_at, now()) ELSE due_at END "
    "WHERE status = 'queued'"
)
RUNS_ARE_OLD: Final = (
    "UPDATE terraform_runs SET queued_at = queued_at - interval '2 minutes' WHERE ended_at IS NULL"
)
ANOTHER_TURN: Final = (
    "UPDATE schedule SET turn = turn - %(period)s WHERE entry = %(entry)s "
    "AND turn + %(period)s > now()"
)


def minutes_pass(database_url: str) -> None:
    """Let messages count as lost, tries that failed be due again, and beat have its next turn."""
    connection = psycopg2.connect(database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(MESSAGES_ARE_LOST)
            cursor.execute(RUNS_ARE_OLD)
            for entry, period in PERIODS.items():
                cursor.execute(ANOTHER_TURN, {"entry": entry, "period": period})
    finally:
        connection.close()


@contextmanager
def hurried(database_url: str, *, every: float = 3.0) -> Iterator[None]:
    """Let minutes pass every so many seconds until the end of the block."""

    def let_minutes_pass() -> None:
        with suppress(psycopg2.Error):  # the next time, if the database is away
            minutes_pass(database_url)

    with again_and_again(let_minutes_pass, every=every):
        yield
