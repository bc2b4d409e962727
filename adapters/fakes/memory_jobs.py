"""Background work in memory, timed by the store's clock."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.fakes.memory_leases import MemoryLeases
from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.jobs import Jobs, Pressure
from domain.accounts import UserId
from domain.jobs import JobRecord, JobRequest, JobStatus, JobSubject, Urgency
from domain.leases import LeaseName


class MemoryJobs(Jobs):
    """Jobs, kept in the tables of one unit."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._jobs = tables.jobs
        self._clock = clock

    def request(self, requests: Iterable[JobRequest]) -> int:
        """Queue them one by one."""
        asked = {each.subject.name: each for each in requests}
        return sum(self._request(each) for each in asked.values())

    def _request(self, request: JobRequest) -> bool:
        now, name = self._clock.now(), request.subject.name
        self._tables.credential(request.subject.credential_id)
        last = self._jobs.get(name)
        due = now if last is None or request.due_at is None else request.due_at
        if last is None or last.status.ended:
            self._jobs[name] = JobRecord(
                subject=request.subject,
                status=JobStatus.QUEUED,
                urgency=request.urgency,
                occurrence=last.occurrence + 1 if last else 1,
                queued_at=now,
                due_at=due,
                started_at=last.started_at if last else None,
                ended_at=last.ended_at if last else None,
                done_by=last.done_by if last else None,
            )
            return True
        if last.status is JobStatus.RUNNING and request.urgency is Urgency.ASKED:
            last = self._jobs[name] = replace(last, asked_again=True)
        hurried = request.urgency < last.urgency
        sooner = request.urgency is last.urgency is Urgency.ASKED and due < last.due_at
        if hurried or (sooner and last.status is JobStatus.QUEUED):
            due = min(last.due_at, due)
            self._jobs[name] = replace(last, urgency=request.urgency, due_at=due, sent_at=None)
        return False

    def find(
        self,
        subject: JobSubject,
        *,
        for_update: bool = False,  # noqa: ARG002 - units take turns
    ) -> JobRecord | None:
        """Look it up."""
        return self._jobs.get(subject.name)

    def save(self, record: JobRecord) -> None:
        """Keep the record."""
        self._tables.credential(record.subject.credential_id)
        self._jobs[record.subject.name] = record

    def pressure(self, *, lately: timedelta, lost_after: timedelta) -> Pressure:
        """Count."""
        since = self._clock.now() - lately
        begun = [each.started_at for each in self._jobs.values() if each.started_at is not None]
        return Pressure(
            outstanding=sum(self._under_way(each, lost_after) for each in self._jobs.values()),
            taken=sum(at > since for at in begun),
        )

    def _under_way(self, job: JobRecord, lost_after: timedelta) -> bool:
        sent = job.sent_at is not None and job.sent_at >= self._clock.now() - lost_after
        return job.status is JobStatus.QUEUED and sent

    def send(self, *, urgency: Urgency, limit: int, lost_after: timedelta) -> Sequence[JobRecord]:
        """Let users take turns."""
        now = self._clock.now()
        line: Counter[UserId] = Counter(
            each.subject.user_id
            for each in self._jobs.values()
            if each.status is JobStatus.RUNNING or self._under_way(each, lost_after)
        )
        waiting = [
            each
            for each in self._jobs.values()
            if each.status is JobStatus.QUEUED
            and each.urgency is urgency
            and each.due_at <= now
            and not self._under_way(each, lost_after)
            and self._tables.credential(each.subject.credential_id).active
        ]
        placed: list[tuple[int, JobRecord]] = []
        for each in sorted(waiting, key=lambda job: (job.due_at, job.subject.credential_id)):
            line[each.subject.user_id] += 1
            placed.append((line[each.subject.user_id], each))
        placed.sort(key=lambda place: (place[0], place[1].due_at))
        sent = [replace(job, sent_at=now) for _, job in placed[:limit]]
        self._jobs.update({job.subject.name: job for job in sent})
        return sent

    def unsend(self, names: Collection[LeaseName]) -> None:
        """Clear the mark."""
        for name in names:
            job = self._jobs.get(name)
            if job is not None and job.status is JobStatus.QUEUED:
                self._jobs[name] = replace(job, sent_at=None)

    def orphans(self, *, limit: int) -> Sequence[JobRecord]:
        """Return running jobs without a living lease."""
        running = [each for each in self._jobs.values() if each.status is JobStatus.RUNNING]
        leases = MemoryLeases(self._tables, self._clock)
        orphans = [each for each in running if leases.holding(each.subject.name) is None]
        return sorted(orphans, key=lambda job: job.started_at or job.queued_at)[:limit]
