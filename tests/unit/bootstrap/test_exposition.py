"""What Prometheus reads: every number under its public name."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from application.ports.figures import (
    CredentialFigure,
    ItemFigure,
    JobFigure,
    RunFigure,
    SyncFigure,
)
from application.ports.queue_depths import QueueDepth, QueueFigure
from application.service_report import CostFigure, Part, ServiceReport, Unread
from domain.accounts import CredentialId, Provider
from domain.costs import CostStatus
from domain.health import HealthStatus
from domain.inventory import ItemState, ResourceKind
from domain.jobs import JobKind, JobStatus
from domain.pacing import CallCounts
from domain.provisioning import RunAction, RunStatus
from domain.queues import QueueName, QueueProof, WorkerName
from domain.schedule import EntryName, Turn
from domain.syncs import SyncStatus
from entrypoints.bootstrap.exposition import exposition, samples
from entrypoints.bootstrap.metric_names import METRICS

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


_FAILED_SYNCS = SyncFigure(
    provider=Provider.GCP,
    status=SyncStatus.FAILED,
    count=4,
    total=8 * _MINUTE,
    longest=3 * _MINUTE,
)
_A_WAITING_RUN = RunFigure(
    action=RunAction.DESTROY,
    status=RunStatus.QUEUED,
    count=1,
    oldest_queued_at=NOW - 2 * _MINUTE,
)
_A_TURN = Turn(
    entry=EntryName("sync everybody"),
    turn=NOW - 10 * _MINUTE,
    claimed_by="beat",
    claimed_at=NOW - 4 * _MINUTE,
    missed=6,
)


def a_credential(name: str = "main") -> CredentialFigure:
    return CredentialFigure(
        credential_id=CredentialId(7),
        name=name,
        provider=Provider.AWS,
        created_at=NOW - 60 * _MINUTE,
        complete_since=NOW - 5 * _MINUTE,
        last_status=SyncStatus.PARTIAL,
        last_duration=_MINUTE,
        health=HealthStatus.DEGRADED,
    )


def a_job(status: JobStatus, due_at: datetime) -> JobFigure:
    return JobFigure(kind=JobKind.SYNC_CREDENTIAL, status=status, count=2, oldest_due_at=due_at)


def a_full_report() -> ServiceReport:
    """A report with a number for every metric."""
    return ServiceReport(
        unread={},
        at=NOW,
        items=[ItemFigure(kind=ResourceKind.AWS_VPC, state=ItemState.ACTIVE, count=3)],
        credentials=[a_credential()],
        syncs=[_FAILED_SYNCS],
        runs=[_A_WAITING_RUN],
        leaks=1,
        jobs=[a_job(JobStatus.QUEUED, NOW - 9 * _MINUTE), a_job(JobStatus.RUNNING, NOW)],
        schedule=[_A_TURN],
        leases={"sync": 2},
        proofs=[
            QueueProof(
                queue=QueueName("sync"),
                worker=WorkerName(f"celery@{host}"),
                proven_at=NOW - age,
                age=age,
            )
            for host, age in (("a", 30 * _MINUTE), ("b", _MINUTE))
        ],
        costs=[
            CostFigure(
                credential_id=CredentialId(7),
                name="main",
                provider=Provider.AWS,
                status=CostStatus.PARTIAL,
                days_lacking=2,
            )
        ],
        queues=QueueDepth(
            waiting=(QueueFigure(queue="sync", priority=6, waiting=5),), unacknowledged=1
        ),
        api_calls={(Provider.AWS, "ec2.DescribeVpcs"): CallCounts(calls=10, throttles=1)},
    )


def parsed(report: ServiceReport, *, accept: str = "") -> list[Sample]:
    text, _ = exposition(report, seconds=0.25, accept=accept)
    families = text_string_to_metric_families(text.decode())
    return [sample for family in families for sample in family.samples]


def value(report: ServiceReport, name: str, **labels: str) -> float:
    """Return the one number of that name with at least those labels."""
    (found,) = (
        sample.value
        for sample in parsed(report)
        if sample.name == name and labels.items() <= sample.labels.items()
    )
    return found


def test_every_metric_is_exported_and_carries_the_labels_that_it_is_said_to() -> None:
    exported: dict[str, set[str]] = {}
    for sample in parsed(a_full_report()):
        exported.setdefault(sample.name, set()).update(sample.labels)
    assert exported == {metric.name: set(metric.labels) for metric in METRICS}


def test_every_sample_has_a_value_for_each_label() -> None:
    labels = {metric.name: metric.labels for metric in METRICS}
    for name, values, _ in samples(a_full_report(), seconds=1):
        assert len(values) == len(labels[name]), name


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_are_in_the_house_style_and_help_is_a_sentence(metric: object) -> None:
    name, text = metric.name, metric.help  # type: ignore[attr-defined]
    assert re.fullmatch(r"multicloud(_[a-z]+)+", name)
    assert re.fullmatch(r"[A-Z].*[^.]\.", text)


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("multicloud_up", {}, 1),
        ("multicloud_scrape_seconds", {}, 0.25),
        ("multicloud_items", {"provider": "aws", "kind": "aws_vpc", "state": "active"}, 3),
        ("multicloud_credential_staleness_seconds", {"credential_id": "7"}, 300),
        ("multicloud_credential_last_sync", {"credential": "main", "status": "partial"}, 1),
        ("multicloud_credential_last_sync_seconds", {"provider": "aws"}, 60),
        ("multicloud_credential_health", {"status": "degraded"}, 1),
        ("multicloud_syncs", {"provider": "gcp", "status": "failed"}, 4),
        ("multicloud_sync_seconds", {"status": "failed"}, 480),
        ("multicloud_sync_longest_seconds", {"status": "failed"}, 180),
        ("multicloud_terraform_runs", {"action": "destroy", "status": "queued"}, 1),
        ("multicloud_terraform_oldest_queued_seconds", {}, 120),
        ("multicloud_terraform_leaking_resources", {}, 1),
        ("multicloud_jobs", {"kind": "sync_credential", "status": "running"}, 2),
        ("multicloud_oldest_due_job_seconds", {"kind": "sync_credential"}, 540),
        ("multicloud_oldest_due_job_seconds", {"kind": "update_cost_data"}, 0),
        ("multicloud_schedule_last_turn_seconds", {"entry": "sync everybody"}, 240),
        ("multicloud_schedule_missed_total", {"entry": "sync everybody"}, 6),
        ("multicloud_leases", {"work": "sync"}, 2),
        ("multicloud_queue_messages", {"queue": "sync", "priority": "6"}, 5),
        ("multicloud_unacknowledged_messages", {}, 1),
        ("multicloud_queue_proof_seconds", {"queue": "sync"}, 60),
        ("multicloud_cost_days_lacking", {"credential": "main"}, 2),
        ("multicloud_cost_reading", {"status": "partial"}, 1),
        ("multicloud_api_calls_total", {"provider": "aws", "api": "ec2.DescribeVpcs"}, 10),
        ("multicloud_api_throttles_total", {"api": "ec2.DescribeVpcs"}, 1),
    ],
)
def test_a_number_is_what_was_measured(
    name: str, labels: Mapping[str, str], expected: float
) -> None:
    assert value(a_full_report(), name, **labels) == expected


def test_a_job_that_is_not_due_yet_keeps_nobody_waiting() -> None:
    report = ServiceReport(unread={}, at=NOW, jobs=[a_job(JobStatus.QUEUED, NOW + _MINUTE)])
    assert value(report, "multicloud_oldest_due_job_seconds", kind="sync_credential") == 0


def test_a_credential_that_never_was_looked_at_is_stale_since_it_was_added() -> None:
    new = CredentialFigure(
        credential_id=CredentialId(1),
        name="new",
        provider=Provider.GCP,
        created_at=NOW - _MINUTE,
        complete_since=None,
        last_status=None,
        last_duration=None,
        health=None,
    )
    report = ServiceReport(unread={}, at=NOW, credentials=[new])
    assert value(report, "multicloud_credential_staleness_seconds") == 60
    names = {sample.name for sample in parsed(report)}
    assert "multicloud_credential_health" not in names
    assert "multicloud_credential_last_sync" not in names


def test_what_could_not_be_read_is_left_out_and_not_said_to_be_nothing() -> None:
    unread = dict.fromkeys(Part, Unread(why="The database went away."))
    found = parsed(ServiceReport(unread=unread))
    assert {sample.name for sample in found} == {
        "multicloud_up",
        "multicloud_scrape_ok",
        "multicloud_scrape_seconds",
    }
    assert {s.labels["part"] for s in found if s.name == "multicloud_scrape_ok"} == set(Part)
    assert all(not s.value for s in found if s.name != "multicloud_scrape_seconds")


def test_a_name_can_forge_no_line() -> None:
    forged = 'x",provider="gcp"} 1\nmulticloud_up 0\\'
    report = ServiceReport(unread={}, at=NOW, credentials=[a_credential(forged)])
    assert value(report, "multicloud_credential_staleness_seconds", credential=forged) == 300
    assert value(report, "multicloud_up") == 1


def test_a_client_gets_the_format_that_it_asks_for() -> None:
    accept = "application/openmetrics-text; version=1.0.0"
    text, content_type = exposition(a_full_report(), seconds=1, accept=accept)
    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
    assert exposition(a_full_report(), seconds=1)[1].startswith("text/plain")


@pytest.mark.parametrize(
    "accept",
    [
        "application/openmetrics-text;version=abc",
        "application/openmetrics-text;version=",
        "application/openmetrics-text; version=1.x",
        "application/openmetrics-text;version=1.0.0.\r\n X-Forged: 1",
        "application/openmetrics-text;version=1.0.0-\xff",
        "text/plain;version=1.0.0.x;escaping=values",
        f"application/openmetrics-text;version={'1' * 5000}",
        "\xff;;;q=a,,,",
    ],
)
def test_whoever_asks_for_what_nobody_understands_gets_text(accept: str) -> None:
    text, content_type = exposition(a_full_report(), seconds=1, accept=accept)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert text == exposition(a_full_report(), seconds=1)[0]


def test_what_is_understood_counts_beside_what_is_not() -> None:
    accept = "application/openmetrics-text;version=abc, application/openmetrics-text;version=1.0.0"
    _, content_type = exposition(a_full_report(), seconds=1, accept=accept)
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
