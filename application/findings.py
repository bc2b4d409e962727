"""What is found of each part of the running service, and what to do about it; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from application.ports.queue_depths import QueueDepth
from application.ports.workers import SeenWorker
from domain.durations import in_words
from domain.inventory import Json
from domain.queues import QueueProof
from domain.schedule import MOST_SENDS, Turn, last_taken
from domain.sentences import counted

PROOF_AGE: Final = timedelta(minutes=3)
"""A queue is proven every minute."""
BEAT_AGE: Final = timedelta(minutes=3)
_TURN_AGE: Final = timedelta(minutes=3)


class StatusPart(StrEnum):
    """What is looked at. The value is public."""

    QUEUE = "queue"
    WORKER = "worker"
    BEAT = "beat"
    TABLES = "tables"
    JOBS = "jobs"
    SYNCS = "syncs"
    TERRAFORM = "terraform"
    HEALTH = "health"
    ACCOUNTS = "accounts"
    """What more than one credential of a user reaches; there only if anything is."""
    UNREAD = "unread"
    """What could not be looked at; the name says which of the others that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one part, and what to do if it is not as it should be."""

    part: StatusPart
    name: str
    """Which queue, worker, entry of beat, kind of job or credential; empty for the part itself."""
    ok: bool
    found: str
    remedy: str = ""
    figures: Mapping[str, Json] = field(default_factory=dict)
    """The numbers in it, for programs."""


def queue_findings(
    depth: QueueDepth, proofs: Sequence[QueueProof] | None, workers: Sequence[SeenWorker]
) -> Iterator[Finding]:
    """Yield one finding for each queue: what waits there, and whether anything comes through.

    Without *proofs* the latter is not known, and not held against the queue.
    """
    for queue in dict.fromkeys(figure.queue for figure in depth.waiting):
        waiting = [figure for figure in depth.waiting if figure.queue == queue]
        total = sum(figure.waiting for figure in waiting)
        urgent = sum(figure.waiting for figure in waiting if figure.priority == 0)
        age = min((proof.age for proof in proofs or () if proof.queue == queue), default=None)
        taking = [worker for worker in workers if queue in worker.queues]
        proven = _proven(age) if proofs is not None else "no proof can be read"
        served = counted(len(taking), "worker")
        remedy = _remedy_for_queue(queue, age, taking, known=proofs is not None)
        yield Finding(
            part=StatusPart.QUEUE,
            name=queue,
            ok=not remedy,
            found=f"{total} waiting, {urgent} of them urgent; {served}; {proven}",
            remedy=remedy,
            figures={
                "waiting": total,
                "urgent": urgent,
                "workers": len(taking),
                "seconds_since_proof": None if age is None else round(age.total_seconds()),
            },
        )


def _proven(age: timedelta | None) -> str:
    return "not proven yet" if age is None else f"proven {in_words(age)} ago"


def _remedy_for_queue(
    queue: str, age: timedelta | None, taking: Sequence[SeenWorker], *, known: bool
) -> str:
    if not taking:
        return f"Start a worker for it: celery -A entrypoints.worker worker -Q {queue}"
    if not known or (age is not None and age <= PROOF_AGE):
        return ""
    if all(worker.active >= worker.size for worker in taking):
        return ""  # who has his hands full cannot prove anything
    if age is None:
        return "Wait a minute; if it stays so, see with `multicloud alive --beat` that beat runs."
    named = ", ".join(worker.name for worker in taking)
    return f"See with `multicloud alive --beat` that beat runs; if it does, restart {named}."


def worker_findings(workers: Sequence[SeenWorker]) -> Iterator[Finding]:
    """Yield one finding for each worker that answers, or one that says that none does."""
    for worker in workers:
        served = ", ".join(worker.queues) or "no queue"
        yield Finding(
            part=StatusPart.WORKER,
            name=worker.name,
            ok=True,
            found=f"takes {served}; {worker.pool}, {worker.active} of {worker.size} at work",
            figures={
                "queues": list(worker.queues),
                "pool": worker.pool,
                "size": worker.size,
                "active": worker.active,
            },
        )
    if not workers:
        yield Finding(
            part=StatusPart.WORKER,
            name="",
            ok=False,
            found="No worker answers.",
            remedy="Start `multicloud up`, or workers: celery -A entrypoints.worker worker -Q ...",
        )


def beat_findings(turns: Sequence[Turn], *, at: datetime) -> Iterator[Finding]:
    """Yield whether any beat is at work, and one finding for each entry."""
    last = last_taken(turns, at=at)
    latest = at - last.claimed_at if last else None
    alive = latest is not None and latest <= BEAT_AGE
    yield Finding(
        part=StatusPart.BEAT,
        name="",
        ok=alive,
        found="It never asked for anything."
        if latest is None
        else f"last asked for something {in_words(latest)} ago",
        remedy="" if alive else "Start beat: celery -A entrypoints.worker beat",
        figures={"seconds_since_turn": None if latest is None else round(latest.total_seconds())},
    )
    for turn in turns:
        yield _entry_finding(turn, at=at)


def _entry_finding(turn: Turn, *, at: datetime) -> Finding:
    age = at - turn.claimed_at
    lost = turn.ended_at is None and turn.sends >= MOST_SENDS and age > _TURN_AGE
    done = _done(turn, lost=lost)
    missed = f"; {turn.missed} missed, the last {_ago(turn.missed_at, at)}" if turn.missed else ""
    return Finding(
        part=StatusPart.BEAT,
        name=turn.entry,
        ok=not lost,
        found=f"asked for {in_words(age)} ago, {done}{missed}",
        remedy="See the log of the workers for what became of it." if lost else "",
        figures={
            "turn": turn.turn.isoformat(),
            "seconds_since_turn": round(age.total_seconds()),
            "done": turn.ended_at is not None,
            "sends": turn.sends,
            "missed": turn.missed,
        },
    )


def _done(turn: Turn, *, lost: bool) -> str:
    if turn.ended_at is not None:
        return "done"
    return "never done" if lost else "not done yet"


def _ago(moment: datetime | None, at: datetime) -> str:
    return "some time ago" if moment is None else f"{in_words(at - moment)} ago"
