"""`multicloud alive` and `multicloud ready`: what a supervisor asks about one process."""

import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from domain.durations import in_words
from domain.queues import QueueName, WorkerName
from entrypoints.cli.failures import FAILED, OneSentenceGroup, complain
from entrypoints.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.use_cases.check_beat import BeatLife
    from application.use_cases.check_worker import QueueLife, WorkerLife

_HOST: Final = "%h"
_MOST_NAMED: Final = 5
"""Workers that are named in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """One sentence about a sign of life, or that there is none."""

    alive: bool
    sentence: str


QueueOption = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="NAME", help="A queue that must be served; may be repeated."),
]
WorkerOption = Annotated[
    str,
    typer.Option(
        "--worker", metavar="NAME", help="What the worker calls itself; %h is this machine."
    ),
]
BeatOption = Annotated[bool, typer.Option("--beat", help="Ask for beat instead of a worker.")]
WithinOption = Annotated[
    int,
    typer.Option(
        "--within", metavar="SECONDS", min=10, max=86_400, help="How old a sign of life may be."
    ),
]


def alive(
    queue: QueueOption = None,
    worker: WorkerOption = f"celery@{_HOST}",
    beat: BeatOption = False,
    within: WithinOption = 180,
) -> None:
    """Tell whether a worker lives and a task lately ran through each queue; exit 1 if not.

    A worker that is busy is alive, though nothing runs through its queue meanwhile.
    """
    limit = timedelta(seconds=within)
    if beat and queue:
        raise typer.BadParameter("Ask for --beat or for a --queue; they are two processes.")
    signs = _of_beat(limit) if beat else _of_worker(worker, queue or [], limit)
    for sign in signs:
        typer.echo(visible(sign.sentence), err=not sign.alive)
    if not all(sign.alive for sign in signs):
        raise typer.Exit(FAILED)


def ready() -> None:
    """Tell whether database, broker and secret key can be used; exit 1 if not."""
    from entrypoints.bootstrap.readiness import readiness  # noqa: PLC0415 - slow to load

    broken = [check for check in readiness() if not check.ok]
    for check in broken:
        complain(f"{check.part}: {check.found} {check.remedy}".rstrip(), kind="NotReady")
    if broken:
        raise typer.Exit(FAILED)
    typer.echo("Ready: the database, the broker and the secret key can be used.")


def _of_beat(limit: timedelta) -> list[_Sign]:
    from application.use_cases.check_beat import CheckBeatRequest  # noqa: PLC0415 - slow to load
    from entrypoints.bootstrap.signs_of_life import beat_check  # noqa: PLC0415

    with beat_check() as check:
        life = check(CheckBeatRequest(within=limit))
    return [_Sign(alive=life.alive, sentence=_told_of_beat(life))]


def _told_of_beat(life: "BeatLife") -> str:
    if life.last is None or life.age is None:
        return "No beat has ever asked for anything."
    return f"{life.last.claimed_by} asked for {life.last.entry!r} {in_words(life.age)} ago."


def _of_worker(worker: str, queues: list[str], limit: timedelta) -> list[_Sign]:
    from application.use_cases.check_worker import CheckWorkerRequest  # noqa: PLC0415
    from entrypoints.bootstrap.signs_of_life import worker_check  # noqa: PLC0415

    host = socket.gethostname()
    request = CheckWorkerRequest(
        worker=WorkerName(worker.replace(_HOST, host)),
        hosts=(host,),
        queues=tuple(map(QueueName, queues)),
        within=limit,
    )
    with worker_check() as check:
        return _told_of_worker(check(request))


def _told_of_worker(life: "WorkerLife") -> list[_Sign]:
    answers = "answers." if life.answers else f"does not answer{_told_of_others(life.others)}."
    worker = _Sign(alive=life.answers, sentence=f"{life.worker} {answers}")
    return [worker, *(_Sign(alive=q.alive, sentence=_told_of_queue(q)) for q in life.queues)]


def _told_of_others(names: "Sequence[WorkerName]") -> str:
    """Say who answers instead, which may be the one that was meant."""
    if not names:
        return ", and no other worker does"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"; of the others, these do: {', '.join(names[:_MOST_NAMED])}{more}"


def _told_of_queue(life: "QueueLife") -> str:
    if life.busy_with:
        return f"{life.queue}: busy with {', '.join(life.busy_with)}."
    if life.proof is None:
        return f"{life.queue}: no task ever came through it to a worker."
    came = f"a task came through to {life.proof.worker} {in_words(life.proof.age)} ago"
    return f"{life.queue}: {came}{'' if life.proven else ', and none since'}."


app = typer.Typer(
    cls=OneSentenceGroup, name="multicloud", pretty_exceptions_enable=False, rich_markup_mode=None
)
"""These two commands without the others."""
app.command()(alive)
app.command()(ready)
