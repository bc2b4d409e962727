"""Show how the service is: what waits, who works, what comes round, what is stale."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from application.findings import (
    Finding,
    StatusPart,
    beat_findings,
    queue_findings,
    worker_findings,
)
from application.overlaps import FoundOverlap, found_overlaps
from application.ports.errors import PortError, Rejected
from application.ports.figures import CredentialFigure
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.ports.workers import SeenWorker, Workers
from application.service_report import Part, ServiceReport, Unread
from application.sync_findings import since, stale_ones, syncs_finding
from application.work_findings import health_finding, job_findings, run_findings
from domain.accounts import Credential
from domain.durations import in_words
from domain.jobs import JobKind, JobSubject

MOST_NAMED: Final = 20
"""Stale credentials that are shown one by one."""

_PARTS: Final[Mapping[Part, Sequence[StatusPart]]] = {
    Part.QUEUES: (StatusPart.QUEUE,),
    Part.PROOFS: (StatusPart.QUEUE,),
    Part.SCHEDULE: (StatusPart.BEAT,),
    Part.JOBS: (StatusPart.JOBS,),
    Part.CREDENTIALS: (StatusPart.SYNCS, StatusPart.HEALTH, StatusPart.ACCOUNTS),
    Part.RUNS: (StatusPart.TERRAFORM,),
    Part.LEAKS: (StatusPart.TERRAFORM,),
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
        tables: Callable[[], str],
        workers: Workers,
    ) -> None:
        """*tables* says at which revision they are, or raises `Rejected` if that is a wrong one."""
        self._unit_of_work = unit_of_work
        self._measure = measure
        self._tables = tables
        self._workers = workers

    def __call__(self) -> ServiceStatus:
        """Look, and return what was found."""
        report = self._measure()
        unread = [
            (hidden, why) for part, why in report.unread.items() for hidden in _PARTS.get(part, ())
        ]
        tables = list(self._look_at_tables(report, unread))
        workers: Sequence[SeenWorker] | None = None
        try:
            workers = self._workers.look()
        except PortError as error:
            unread.append((StatusPart.WORKER, Unread.of(error)))
        return ServiceStatus(
            findings=(*_unread(unread), *tables, *self._findings(report, workers)),
            readable=not unread,
        )

    def _look_at_tables(
        self, report: ServiceReport, unread: list[tuple[StatusPart, Unread]]
    ) -> Iterator[Finding]:
        """Yield what is found of the tables; where they cannot be read, add to *unread*."""
        part = StatusPart.TABLES
        if report.at is None:  # a store that did not answer is not asked again
            unread.append((part, report.unread[Part.SCHEDULE]))
            return
        try:
            yield Finding(part=part, name="", ok=True, found=self._tables())
        except Rejected as error:
            yield Finding(part=part, name="", ok=False, found=error.summary, remedy=error.remedy)
        except PortError as error:
            unread.append((part, Unread.of(error)))

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
            yield from self._overlaps()

    def _overlaps(self) -> Iterator[Finding]:
        try:
            with self._unit_of_work() as work:
                found = found_overlaps(work, None)
        except PortError as error:
            yield _not_found(error)
        else:
            yield from map(_overlap, found)

    def _syncs(self, credentials: Sequence[CredentialFigure], *, at: datetime) -> Iterator[Finding]:
        yield syncs_finding(credentials, at=at, most_named=MOST_NAMED)
        with self._unit_of_work() as work:
            for figure in stale_ones(credentials, at=at)[:MOST_NAMED]:
                yield _stale(work, figure, at=at)


def _not_found(error: PortError) -> Finding:
    part = StatusPart.ACCOUNTS
    return Finding(part=part, name="", ok=False, found=error.summary, remedy=error.remedy)


def _overlap(found: FoundOverlap) -> Finding:
    overlap = found.overlap
    return Finding(
        part=StatusPart.ACCOUNTS,
        name=found.owner.email.text,
        ok=True,  # two may be meant
        found=found.told,
        remedy=found.what_to_do,
        figures={
            "credentials": len(overlap.credentials),
            "sub_accounts": list(overlap.sub_accounts),
        },
    )


def _stale(work: UnitOfWork, figure: CredentialFigure, *, at: datetime) -> Finding:
    credential = work.credentials.get(figure.credential_id)
    owner = work.users.many({credential.user_id})[credential.user_id]
    why, remedy = _why(work, credential)
    age = at - since(figure)
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


def _unread(parts: Sequence[tuple[StatusPart, Unread]]) -> Iterator[Finding]:
    """Yield one finding for each reason why something could not be looked at."""
    for why in dict.fromkeys(why for _, why in parts):
        names = {part for part, same in parts if same == why}
        yield Finding(
            part=StatusPart.UNREAD,
            name=", ".join(part for part in StatusPart if part in names),
            ok=False,
            found=why.why,
            remedy=why.remedy or "See what is wrong with `multicloud doctor`.",
        )
