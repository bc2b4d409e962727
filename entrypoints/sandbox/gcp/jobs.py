"""Queries that were run, and what they found, for as long as somebody may ask for a page."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from entrypoints.sandbox.gcp.columns import wire_row
from entrypoints.sandbox.gcp.errors import Json, Refused, not_found
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call
from entrypoints.sandbox.gcp.sql import bad_query
from entrypoints.sandbox.gcp.warehouse import Result

_LARGEST_PAGE = 10_000
_KEPT = 50
"""Jobs; the oldest is forgotten first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A query and how it ended."""

    project: str
    id: str
    text: str
    location: str
    outcome: Result | Refused
    dry_run: bool = False
    ended: int = field(default_factory=lambda: int(time.time() * 1000))
    """Milliseconds since 1970."""

    def found(self) -> Result:
        """Return what the query found.

        Raises:
            Refused: it could not be run.
        """
        if isinstance(self.outcome, Refused):
            raise self.outcome
        return self.outcome

    @property
    def reference(self) -> Json:
        """The job's name in full."""
        return {"projectId": self.project, "jobId": self.id, "location": self.location}

    def document(self, *, done: bool = True) -> Json:
        """Return the job as it is told when it is *done*, or before."""
        table = {"projectId": self.project, "datasetId": "_sandbox", "tableId": "anon"}
        ended = str(self.ended)
        document: Json = {
            "kind": "bigquery#job",
            "id": f"{self.project}:{self.location}.{self.id}",
            "jobReference": self.reference,
            "configuration": {
                "jobType": "QUERY",
                "dryRun": self.dry_run,
                "query": {
                    "query": self.text,
                    "useLegacySql": False,
                    "destinationTable": table,
                },
            },
            "status": {"state": "DONE" if done else "RUNNING"},
            "statistics": {"creationTime": ended, "startTime": ended, "endTime": ended},
        }
        if not done:
            del document["statistics"]["endTime"]
        elif isinstance(self.outcome, Refused):
            error = {"reason": self.outcome.reason, "message": self.outcome.message}
            document["status"].update(errorResult=error, errors=[error])
        else:
            document["statistics"]["totalBytesProcessed"] = str(self.outcome.bytes)
            document["statistics"]["query"] = _statistics(self.outcome)
        return document


def _statistics(result: Result) -> Json:
    return {
        "statementType": "SELECT",
        "totalBytesProcessed": str(result.bytes),
        "totalBytesBilled": str(result.billed),
        "cacheHit": False,
        "schema": {"fields": list(result.fields)},
    }


def page_of(job: Job, *, size: int | None, start: int, whole_times: bool) -> Json:
    """Return a page of what *job* found, which begins at row *start*.

    Raises:
        Refused: the query could not be run.
    """
    found = job.found()
    end = start + min(_LARGEST_PAGE if size is None else size, _LARGEST_PAGE)
    rows: Sequence[Sequence[object]] = found.rows[start:end]
    document: Json = {
        "jobReference": job.reference,
        "schema": {"fields": list(found.fields)},
        "totalRows": str(len(found.rows)),
        "totalBytesProcessed": str(found.bytes),
        "jobComplete": True,
        "cacheHit": False,
    }
    if rows:
        document["rows"] = [wire_row(found.fields, row, whole_times=whole_times) for row in rows]
    if end < len(found.rows):
        document["pageToken"] = str(end)
    return document


class Jobs:
    """The jobs of *project*."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        self._jobs: dict[str, Job] = {}
        self._waits: dict[str, int] = {}
        """How often a job will say that it is not done yet."""
        self._lock = Lock()

    def run(
        self, wish: Json, *, location: str | None, name: str | None = None, raises: bool = True
    ) -> Job:
        """Run a query and return the job; one whose `requestId` is known was run before.

        Raises:
            Refused: it cannot be run; unless *raises* is false: then the job tells.
        """
        if not wish.get("query"):
            raise Refused(400, "Required parameter is missing: query", reason="required")
        known = self._jobs.get(name or wish.get("requestId") or "")
        if known is not None and name is None:
            return known  # a question that is repeated is not run again
        if known is not None:
            message = f"Already Exists: Job {self._project.id}:{known.location}.{name}"
            raise Refused(409, message, reason="duplicate")
        outcome = self._outcome(wish, location)
        if raises and isinstance(outcome, Refused):
            raise outcome
        place = outcome.location if isinstance(outcome, Result) else location or "US"
        job = Job(
            project=self._project.id,
            id=name or wish.get("requestId") or f"job_{uuid.uuid4().hex}",
            text=wish["query"],
            location=place,
            outcome=outcome,
            dry_run=bool(wish.get("dryRun")),
        )
        with self._lock:
            self._jobs[job.id] = job
            self._waits[job.id] = 0 if job.dry_run else self._project.slowness
            while len(self._jobs) > _KEPT:
                oldest = next(iter(self._jobs))
                del self._jobs[oldest], self._waits[oldest]
        return job

    def find(self, call: Call) -> Job:
        """Return the job that is asked for.

        Raises:
            Refused: there is none of that name in that place.
        """
        location = call.request.query.get("location")
        job = self._jobs.get(call.names["job"])
        if job is None or (location and location.lower() != job.location.lower()):
            place = f"{location}." if location else ""
            raise not_found(f"Not found: Job {self._project.id}:{place}{call.names['job']}")
        return job

    def done(self, job: Job) -> bool:
        """Tell whether *job* has ended, which it has when it was asked for often enough."""
        with self._lock:
            left = self._waits.get(job.id, 0)
            self._waits[job.id] = max(left - 1, 0)
        return left == 0

    def _outcome(self, wish: Json, location: str | None) -> Result | Refused:
        if wish.get("useLegacySql", True):
            return bad_query(
                "The sandbox does not understand legacy SQL; set useLegacySql to false."
            )
        try:
            result = self._project.warehouse.query(
                wish["query"],
                parameters=wish.get("queryParameters", ()),
                location=location,
                permits=lambda _: self._project.permits("bigquery.tables.getData"),
            )
            _check_limit(result, wish.get("maximumBytesBilled"))
        except Refused as refused:
            return refused
        return result


def _check_limit(result: Result, limit: str | None) -> None:
    if limit is not None and int(limit) < result.billed:
        message = (
            f"Query exceeded limit for bytes billed: {limit}. {result.billed} or higher required."
        )
        raise Refused(400, message, reason="bytesBilledLimitExceeded")
