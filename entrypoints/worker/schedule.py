"""What beat asks for, and when; all times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from celery.schedules import crontab

from adapters.queue.routes import DEFAULT_QUEUE, SYNC_QUEUE, TERRAFORM_QUEUE
from adapters.queue.task_names import TaskName
from domain.schedule import EntryName, Every

_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_MOST_SKEW: Final = timedelta(minutes=15)
"""By how much the clocks of two machines may differ without any work left undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A task that comes round."""

    task: TaskName
    every: Every
    expires: timedelta
    """After so long a worker drops the message unread; see `_expiry`."""
    queue: str | None = None
    """None: where the task is routed to."""


def _entry(task: TaskName, period: timedelta, *, at: timedelta = timedelta(0)) -> Entry:
    every = Every(period=period, offset=at)
    return Entry(task=task, every=every, expires=_expiry(period))


def _expiry(period: timedelta) -> timedelta:
    """Return how long a message is good for.

    Not until the next one, so that a worker that was away finds few and not hundreds. But beat
    writes the moment and the worker compares it by its own clock: a worker whose clock is ahead
    by more than this drops all there is. One message too many does no harm.
    """
    return min(max(period * 0.9, _MOST_SKEW), timedelta(hours=12))


def _proof(queue: str) -> Entry:
    every = Every(period=_MINUTE)
    expires = _expiry(_MINUTE)
    return Entry(task=TaskName.PROVE_QUEUE, every=every, expires=expires, queue=queue)


ENTRIES: Final[Mapping[EntryName, Entry]] = MappingProxyType(
    {
        EntryName("sync everybody"): _entry(TaskName.SYNC_ALL_USERS, 10 * _MINUTE),
        EntryName("send jobs that are due"): _entry(TaskName.DISPATCH_JOBS, timedelta(seconds=10)),
        EntryName("find jobs whose worker died"): _entry(TaskName.RECOVER_JOBS, _MINUTE),
        EntryName("find runs that nobody works on"): _entry(TaskName.RECOVER_RUNS, _MINUTE),
        EntryName("tidy up where Terraform worked"): _entry(TaskName.TIDY_WORKSPACES, 60 * _MINUTE),
        EntryName("check the health of providers"): _entry(
            TaskName.UPDATE_PROVIDER_HEALTH, 5 * _MINUTE
        ),
        EntryName("forget what is old"): _entry(TaskName.CLEAN_UP_OLD_LOGS, _DAY),
        EntryName("read what everybody is charged"): _entry(
            TaskName.UPDATE_COST_DATA, _DAY, at=60 * _MINUTE
        ),
        EntryName("prove the queue celery"): _proof(DEFAULT_QUEUE),
        EntryName("prove the queue sync"): _proof(SYNC_QUEUE),
        EntryName("prove the queue terraform"): _proof(TERRAFORM_QUEUE),
    }
)


def beat_schedule() -> dict[str, dict[str, object]]:
    """Return the schedule as Celery wants it."""
    return {name: _for_celery(entry) for name, entry in ENTRIES.items()}


def _for_celery(entry: Entry) -> dict[str, object]:
    options: dict[str, object] = {"expires": entry.expires.total_seconds()}
    if entry.queue is not None:
        options["queue"] = entry.queue
    return {"task": entry.task.value, "schedule": _when(entry.every), "options": options}


def _when(every: Every) -> timedelta | crontab:
    if every.period != _DAY:
        return every.period
    hours, rest = divmod(every.offset, 60 * _MINUTE)
    return crontab(hour=hours, minute=rest // _MINUTE)
