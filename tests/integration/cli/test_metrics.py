"""The exporter as a real process: what Prometheus gets from it."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from adapters.queue.celery_queue import sending_app
from tests.integration.cli.processes import running, said_by
from tests.integration.cli.shell import USER, Shell

NOWHERE = "postgresql://app:canary@127.0.0.1:9/inventory"


@contextmanager
def exporter(shell: Shell, **changed: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run it; give the process and its address."""
    environment = {k: v for k, v in shell.environment.items() if v} | changed
    with running("metrics", "--port", "0", **environment) as process:
        (*_, line) = said_by(process, "/metrics")
        address = re.search(r"http://[\d.:]+", line)
        assert address is not None
        yield process, address[0]


def fetched(url: str) -> str:
    with urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def scraped(url: str) -> list[Sample]:
    families = text_string_to_metric_families(fetched(f"{url}/metrics"))
    return [sample for family in families for sample in family.samples]


def total(samples: list[Sample], name: str, **labels: str) -> float:
    return sum(
        sample.value
        for sample in samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@pytest.fixture
def patient(synced: Shell, valkey_url: str) -> Shell:
    return Shell({**synced.environment, "CELERY_BROKER_URL": valkey_url})


def test_a_scrape_tells_what_a_sync_found_and_what_waits(
    patient: Shell, cloud: dict[str, Any], valkey_url: str
) -> None:
    items = patient.done("inventory", "--format", "json").json()
    sending_app(valkey_url, valkey_url).send_task("nobody.serves.this", queue="sync", priority=6)
    with exporter(patient) as (_, url):
        samples = scraped(url)
        text = fetched(f"{url}/metrics")
    assert total(samples, "multicloud_up") == 1
    assert total(samples, "multicloud_scrape_ok") == len(
        [sample for sample in samples if sample.name == "multicloud_scrape_ok"]
    )
    assert total(samples, "multicloud_items", state="active") == len(items) > 0
    assert total(samples, "multicloud_credential_last_sync", status="succeeded") == 1
    assert total(samples, "multicloud_syncs", status="succeeded") == 1
    assert 0 <= total(samples, "multicloud_credential_staleness_seconds") < 300
    assert total(samples, "multicloud_queue_messages", queue="sync", priority="6") == 1
    assert USER not in text
    assert cloud["credentials"]["aws"]["secret_access_key"] not in text


def test_it_answers_that_it_lives_and_knows_no_other_page(patient: Shell) -> None:
    with exporter(patient) as (process, url):
        assert fetched(f"{url}/healthz") == "It runs.\n"
        with pytest.raises(HTTPError) as missing:
            fetched(f"{url}/secrets")
        assert missing.value.code == 404
        missing.value.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        _, errors = process.communicate()
    assert "Traceback" not in errors


def test_without_a_database_it_still_tells_what_waits_and_says_once_what_is_wrong(
    patient: Shell,
) -> None:
    with exporter(patient, DATABASE_URL=NOWHERE) as (process, url):
        for _ in range(2):
            samples = scraped(url)
            assert total(samples, "multicloud_up") == 0
            assert total(samples, "multicloud_scrape_ok", part="queues") == 1
            assert total(samples, "multicloud_scrape_ok", part="items") == 0
        assert [s for s in samples if s.name == "multicloud_queue_messages"]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        _, errors = process.communicate()
    (warning,) = (line for line in errors.splitlines() if "Warning" in line)
    assert "PostgreSQL at 127.0.0.1:9" in warning
    assert "canary" not in errors


def test_a_port_that_is_taken_is_a_sentence(patient: Shell) -> None:
    with exporter(patient) as (_, url):
        port = url.rsplit(":", 1)[1]
        environment = {k: v for k, v in patient.environment.items() if v}
        with running("metrics", "--port", port, **environment) as second:
            assert second.wait(60) == 1
            _, errors = second.communicate()
    assert f"127.0.0.1 port {port} cannot be listened on" in errors
    assert "Traceback" not in errors
