"""The report on the service in the words of Prometheus."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from application.ports.figures import CredentialFigure, JobFigure
from application.service_report import CostFigure, Part, ServiceReport
from domain.jobs import JobKind, JobStatus
from domain.provisioning import RunStatus
from entrypoints.bootstrap.metric_names import METRICS, MetricName

Sample: TypeAlias = tuple[str, tuple[str, ...], float]
"""The name of a metric, the values of its labels in their order, and the number."""
Measure: TypeAlias = Callable[[], ServiceReport]

_ODD: Final = re.compile(r"[^ -~]|version=(?!\s*[0-9]{1,4}(\.[0-9]{1,4}){0,3}\s*(;|$))")
"""In one of the types that a client accepts: what is not ASCII, and a version without numbers."""


def exposition(report: ServiceReport, *, seconds: float, accept: str = "") -> tuple[bytes, str]:
    """Return *report*, which took so many *seconds*, as text, and the type of that text.

    It is what a client gets that accepts *accept*, a header of HTTP.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Reported(report, seconds))
    encode, content_type = choose_encoder(_understood(accept))
    return encode(registry), content_type


def _understood(accept: str) -> str:
    """Return *accept* without what the library cannot read, or would repeat in its answer."""
    return ",".join(each for each in accept.split(",") if not _ODD.search(each))


def measured(measure: Measure, accept: str = "") -> tuple[bytes, str, ServiceReport]:
    """Measure, and return the text, its type, and what is in it."""
    began = time.monotonic()
    report = measure()
    text, content_type = exposition(report, seconds=time.monotonic() - began, accept=accept)
    return text, content_type, report


class _Reported(Collector):
    """One report as families of samples; every metric is there, those without a sample too."""

    def __init__(self, report: ServiceReport, seconds: float) -> None:
        self._report = report
        self._seconds = seconds

    def collect(self) -> Iterable[Metric]:
        found: defaultdict[str, list[tuple[tuple[str, ...], float]]] = defaultdict(list)
        for name, labels, value in samples(self._report, seconds=self._seconds):
            found[name].append((labels, value))
        return [_family(metric, found[metric.name]) for metric in METRICS]


def _family(metric: MetricName, found: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    kind = CounterMetricFamily if metric.counter else GaugeMetricFamily
    family = kind(metric.name, metric.help, labels=metric.labels)
    for labels, value in found:
        family.add_metric(labels, value)
    return family


def samples(report: ServiceReport, *, seconds: float) -> Iterator[Sample]:
    """Yield every number of *report*; what could not be read is left out, and not said to be 0."""
    yield "multicloud_up", (), float(report.at is not None)
    yield "multicloud_scrape_seconds", (), seconds
    for part in Part:
        yield "multicloud_scrape_ok", (part.value,), float(part not in report.unread)
    for source in _SOURCES:
        yield from source(report)


def _items(report: ServiceReport) -> Iterator[Sample]:
    for each in report.items:
        labels = (each.kind.provider.value, each.kind.value, each.state.value)
        yield "multicloud_items", labels, each.count


def _of(credential: CredentialFigure | CostFigure) -> tuple[str, ...]:
    return str(credential.credential_id), credential.name, credential.provider.value


def _credentials(report: ServiceReport) -> Iterator[Sample]:
    for each in report.credentials:
        labels = _of(each)
        stale = report.age(each.complete_since or each.created_at)
        yield "multicloud_credential_staleness_seconds", labels, stale
        if each.health is not None:
            yield "multicloud_credential_health", (*labels, each.health.value), 1
        if each.last_status is not None:
            yield "multicloud_credential_last_sync", (*labels, each.last_status.value), 1
        if each.last_duration is not None:
            took = each.last_duration.total_seconds()
            yield "multicloud_credential_last_sync_seconds", labels, took


def _syncs(report: ServiceReport) -> Iterator[Sample]:
    for each in report.syncs:
        labels = (each.provider.value, each.status.value)
        yield "multicloud_syncs", labels, each.count
        yield "multicloud_sync_seconds", labels, each.total.total_seconds()
        yield "multicloud_sync_longest_seconds", labels, each.longest.total_seconds()


def _runs(report: ServiceReport) -> Iterator[Sample]:
    for each in report.runs:
        yield "multicloud_terraform_runs", (each.action.value, each.status.value), each.count
    if Part.RUNS not in report.unread:
        queued = (each for each in report.runs if each.status is RunStatus.QUEUED)
        oldest = max((report.age(each.oldest_queued_at) for each in queued), default=0.0)
        yield "multicloud_terraform_oldest_queued_seconds", (), oldest
    if report.leaks is not None:
        yield "multicloud_terraform_leaking_resources", (), report.leaks


def _jobs(report: ServiceReport) -> Iterator[Sample]:
    for each in report.jobs:
        yield "multicloud_jobs", (each.kind.value, each.status.value), each.count
    if Part.JOBS not in report.unread:
        for kind in JobKind:
            waiting = _oldest_wait(report, [each for each in report.jobs if each.kind is kind])
            yield "multicloud_oldest_due_job_seconds", (kind.value,), waiting


def _oldest_wait(report: ServiceReport, jobs: Iterable[JobFigure]) -> float:
    queued = (each for each in jobs if each.status is JobStatus.QUEUED)
    return max((report.age(each.oldest_due_at) for each in queued), default=0.0)


def _schedule(report: ServiceReport) -> Iterator[Sample]:
    for turn in report.schedule:
        since = report.age(turn.claimed_at)
        yield "multicloud_schedule_last_turn_seconds", (turn.entry,), since
        yield "multicloud_schedule_missed_total", (turn.entry,), turn.missed


def _queues(report: ServiceReport) -> Iterator[Sample]:
    for work, held in report.leases.items():
        yield "multicloud_leases", (work,), held
    if report.queues is not None:
        for each in report.queues.waiting:
            labels = (each.queue, str(each.priority))
            yield "multicloud_queue_messages", labels, each.waiting
        yield "multicloud_unacknowledged_messages", (), report.queues.unacknowledged
    newest: dict[str, float] = {}
    for proof in report.proofs:
        age = proof.age.total_seconds()
        newest[proof.queue] = min(age, newest.get(proof.queue, age))
    for queue, age in newest.items():
        yield "multicloud_queue_proof_seconds", (queue,), age


def _costs(report: ServiceReport) -> Iterator[Sample]:
    for each in report.costs:
        yield "multicloud_cost_days_lacking", _of(each), each.days_lacking
        if each.status is not None:
            yield "multicloud_cost_reading", (*_of(each), each.status.value), 1


def _api_calls(report: ServiceReport) -> Iterator[Sample]:
    for (provider, api), counted in report.api_calls.items():
        yield "multicloud_api_calls_total", (provider.value, api), counted.calls
        yield "multicloud_api_throttles_total", (provider.value, api), counted.throttles


_SOURCES: Final = (
    _items,
    _credentials,
    _syncs,
    _runs,
    _jobs,
    _schedule,
    _queues,
    _costs,
    _api_calls,
)
