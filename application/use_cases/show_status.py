"""Show how the service is: what waits, who works, what comes round, what is stale."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.findings import (
    Finding,
    StatusPart,
    beat_findings,
    queue_findings,
    worker_findings,
)
from application.ports.errors import PortError
from application.ports.figures import CredentialFigure
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.ports.workers import SeenWorker, Workers
from application.service_report import Part, ServiceReport
from application.work_findings import health_finding, job_findings, run_findings
from domain.accounts import Credential
from domain.durations import in_words
from domain.jobs import JobKind, JobSubject

WINDOWS: Final = timedelta(minutes=30)
"""Three times the window in which everything is synced once."""
MOST_NAMED: Final = 20
"""Stale credentials that are shown one by one."""

_PARTS: Final[Mapping[Part, StatusPart]] = {
    Part.QUEUES: StatusPart.QUEUE,
    Part.PROOFS: StatusPart.QUEUE,
    Part.SCHEDULE: StatusPart.BEAT,
    Part.JOBS: StatusPart.JOBS,
    Part.CREDENTIALS: StatusPart.SYNCS,
    Part.RUNS: StatusPart.TERRAFORM,
    Part.LEAKS: StatusPart.TERRAFORM,
}
"""What is left out where a part could not be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """How the service is."""

    findings: tuple[Finding, ...]
    """Part by part."""
    readable: bool
    """Whether everything could be looked at; what could not be says so in its finding."""


class ShowStatus:
    """Look at everything that tells an operator whether work gets done, and say what to do.

    No cloud is asked and nothing is written. What cannot be read takes nothing else along.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        measure: Callable[[], ServiceReport],
        workers: Workers,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._measure = measure
        self._workers = workers

    def __call__(self) -> ServiceStatus:
        """Look, and return what was found."""
        report = self._measure()
        unread = [(_PARTS[part], why) for part, why in report.unread.items() if part in _PARTS]
        workers: Sequence[SeenWorker] | None = None
        try:
            workers = self._workers.look()
        except PortError as error:
            unread.append((StatusPart.WORKER, str(error)))
        return ServiceStatus(
            findings=(*_unread(unread), *self._findings(report, workers)), readable=not unread
        )

    def _findings(
        self, report: ServiceReport, workers: Sequence[SeenWorker] | None
    ) -> Iterator[Finding]:
        if report.queues is not None and workers is not None:
            proofs = report.proofs if Part.PROOFS not in report.unread else None
            yield from queue_findings(report.queues, proofs, workers)
        if workers is not None:
            yield from worker_findings(workers)
        if report.at is None:
            return
        if Part.SCHEDULE not in report.unread:
            yield from beat_findings(report.schedule, at=report.at)
        if Part.JOBS not in report.unread:
            yield from job_findings(report.jobs, at=report.at)
        if Part.CREDENTIALS not in report.unread:
            yield from self._syncs(report.credentials, at=report.at)
        if report.leaks is not None and Part.RUNS not in report.unread:
            yield from run_findings(report.runs, leaks=report.leaks, at=report.at)
        if Part.CREDENTIALS not in report.unread:
            yield health_finding(report.credentials)

    def _syncs(self, credentials: Sequence[CredentialFigure], *, at: datetime) -> Iterator[Finding]:
        stale = sorted(
            (figure for figure in credentials if at - _since(figure) > WINDOWS), key=_since
        )
        yield Finding(
            part=StatusPart.SYNCS,
            name="",
            ok=not stale,
            found=_how_many(len(credentials) - len(stale), of=len(credentials)),
            remedy=f"See the {min(len(stale), MOST_NAMED)} stalest of them." if stale else "",
            figures={"credentials": len(credentials), "stale": len(stale)},
        )
        with self._unit_of_work() as work:
            for figure in stale[:MOST_NAMED]:
                yield _stale(work, figure, at=at)


def _how_many(current: int, *, of: int) -> str:
    if of == 0:
        return "there are no active credentials"
    return f"{current} of {of} credentials are up to date"


def _since(figure: CredentialFigure) -> datetime:
    """Return since when nothing more was seen of the oldest scope; at the start, of anything."""
    return figure.complete_since or figure.created_at


def _stale(work: UnitOfWork, figure: CredentialFigure, *, at: datetime) -> Finding:
    credential = work.credentials.get(figure.credential_id)
    owner = work.users.many({credential.user_id})[credential.user_id]
    why, remedy = _why(work, credential)
    age = at - _since(figure)
    never = "never synced completely" if figure.complete_since is None else "not synced completely"
    return Finding(
        part=StatusPart.SYNCS,
        name=f"{credential.name} of {owner.email}",
        ok=False,
        found=f"{never} for {in_words(age)}: {why}",
        remedy=remedy,
        figures={"credential_id": credential.id, "seconds_stale": round(age.total_seconds())},
    )


def _why(work: UnitOfWork, credential: Credential) -> tuple[str, str]:
    """Return what stands in the way, and what would mend it."""
    health = work.health.many([credential.id]).get(credential.id)
    if health is not None and health.troubles:
        gravest = health.troubles[0]
        return gravest.detail, gravest.remedy
    job = work.jobs.find(JobSubject.of(credential, JobKind.SYNC_CREDENTIAL))
    if job is not None and job.reason:
        return job.reason, "See the log of the workers."
    return "no error is known", "See above whether beat asks for syncs and workers do them."


def _unread(parts: Sequence[tuple[StatusPart, str]]) -> Iterator[Finding]:
    """Yield one finding for each reason why something could not be looked at."""
    for why in dict.fromkeys(why for _, why in parts):
        names = {part for part, same in parts if same == why}
        yield Finding(
            part=StatusPart.UNREAD,
            name=", ".join(part for part in StatusPart if part in names),
            ok=False,
            found=why,
        )
