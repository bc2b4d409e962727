"""What is found of the work that is to be done, and of how well it can be; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from application.findings import Finding, StatusPart
from application.ports.figures import CredentialFigure, JobFigure, RunFigure
from domain.durations import in_words
from domain.health import HealthStatus
from domain.jobs import JobKind, JobStatus
from domain.provisioning import RunStatus
from domain.sentences import counted

WAITING: Final = timedelta(minutes=5)
"""How long work that is due may wait before somebody should look."""
_WORKER: Final = "celery -A entrypoints.worker worker -Q"
_WHY_IS_KNOWN_TO: Final[Mapping[JobKind, str]] = {
    JobKind.SYNC_CREDENTIAL: "`multicloud health`",
    # a reading that its workers died of left nothing there
    JobKind.UPDATE_COST_DATA: "`multicloud costs`, or in the log of the workers",
}


def job_findings(figures: Iterable[JobFigure], *, at: datetime) -> Iterator[Finding]:
    """Yield one finding for each kind of job that was ever asked for."""
    every = list(figures)
    for kind in dict.fromkeys(figure.kind for figure in every):
        mine = {figure.status: figure for figure in every if figure.kind is kind}
        counts = {status: mine[status].count if status in mine else 0 for status in JobStatus}
        queued = mine.get(JobStatus.QUEUED)
        overdue = max(at - queued.oldest_due_at, timedelta(0)) if queued else timedelta(0)
        late = overdue > WAITING
        failed = counts[JobStatus.FAILED]
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
        yield Finding(
            part=StatusPart.JOBS,
            name=kind.value,
            ok=not late and not failed,
            found=told + (f"; the oldest has been due for {in_words(overdue)}" if overdue else ""),
            remedy=_remedy_for_jobs(kind, late=late, failed=bool(failed)),
            figures={
                **{status.value: count for status, count in counts.items()},
                "seconds_overdue": round(overdue.total_seconds()),
            },
        )


def _remedy_for_jobs(kind: JobKind, *, late: bool, failed: bool) -> str:
    if late:
        return f"Add workers ({_WORKER} sync), or see above why the queue is not served."
    if failed:
        return f"See why with {_WHY_IS_KNOWN_TO[kind]}; the next round tries them again."
    return ""


def run_findings(figures: Iterable[RunFigure], *, leaks: int, at: datetime) -> Iterator[Finding]:
    """Yield what Terraform does, what waits for it, and what it may have left behind."""
    every = list(figures)
    counts: Counter[RunStatus] = Counter()
    for figure in every:
        counts[figure.status] += figure.count
    asked = [figure.oldest_queued_at for figure in every if figure.status is RunStatus.QUEUED]
    waiting = at - min(asked) if asked else timedelta(0)
    late = waiting > WAITING
    told = ", ".join(f"{counts[status]} {status}" for status in RunStatus if counts[status])
    since = f"; the oldest has waited for {in_words(waiting)}" if asked else ""
    yield Finding(
        part=StatusPart.TERRAFORM,
        name="runs",
        ok=not late,
        found=(told or "no run") + " in the last day" + since,
        remedy=f"Start a worker, or one more: {_WORKER} terraform" if late else "",
        figures={
            **{status.value: counts[status] for status in RunStatus},
            "seconds_waiting": round(waiting.total_seconds()),
        },
    )
    if leaks:
        yield Finding(
            part=StatusPart.TERRAFORM,
            name="leaks",
            ok=False,
            found=_told_of_leaks(leaks),
            remedy="Find them with `multicloud resources --status failed`, and go on with each by "
            "`multicloud provision --retry ID` or `multicloud destroy ID`.",
            figures={"resources": leaks},
        )


def _told_of_leaks(number: int) -> str:
    whose = "its cloud" if number == 1 else "their clouds"
    who = counted(number, "failed resource")
    return f"{who} may have left something behind in {whose}"


def health_finding(credentials: Iterable[CredentialFigure]) -> Finding:
    """Return how many credentials are in which health."""
    counts = Counter(figure.health for figure in credentials)
    known = {status: counts[status] for status in HealthStatus if counts[status]}
    told = [f"{count} {status}" for status, count in known.items()]
    unknown = [f"{counts[None]} not looked at yet"] if counts[None] else []
    ok = not set(known) - {HealthStatus.HEALTHY}
    return Finding(
        part=StatusPart.HEALTH,
        name="",
        ok=ok,
        found=", ".join((*told, *unknown)) or "there are no active credentials",
        remedy="" if ok else "See what to do with `multicloud health`.",
        figures={status.value: counts[status] for status in HealthStatus},
    )
