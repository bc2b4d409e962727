"""How long the whole sync of one credential takes, from the first request to the last commit."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from cryptography.fernet import Fernet

from entrypoints.sandbox.aws.bulk import BulkAccount, record
from entrypoints.sandbox.aws.replay import ReplayServer
from tests.architecture.source import ROOT
from tests.integration.aws.rig import KEYS, running

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

DELAY = 0.080
LONGEST_SECONDS = 8
MOST_REQUESTS = 230
MOST_MEMORY_MB = 300


def synced(line: ReplayServer, database_url: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "MULTICLOUD_SECRET_KEY": Fernet.generate_key().decode(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }
    document = json.dumps({**KEYS, "endpoint_url": line.endpoint})
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.one_sync", document],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(outcome.stdout.splitlines()[-1])
    return figures


def test_an_account_of_two_thousand_is_in_the_inventory_within_its_budget(
    migrated_database_url: str,
) -> None:
    instance, vpc = record()
    account = BulkAccount(instance=instance, vpc=vpc, instances=2000, vpcs=52, buckets=200)
    with running(account) as line:
        line.delay = DELAY
        figures = synced(line, migrated_database_url)
        asked = len(line.requests) / len(figures["syncs"])
    first, second = figures["syncs"]
    print(  # noqa: T201 - what `make bench` shows
        f"\nfirst sync {first['seconds']:.2f} s, second {second['seconds']:.2f} s,"
        f" {asked:.0f} requests each, peak {figures['peak_mb']} MB"
    )
    assert (first["appeared"], second["unchanged"]) == (2252, 2252)
    assert first["seconds"] <= LONGEST_SECONDS
    assert asked <= MOST_REQUESTS
    assert figures["peak_mb"] < MOST_MEMORY_MB
