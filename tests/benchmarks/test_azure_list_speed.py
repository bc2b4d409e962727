"""How much a subscription of ten thousand machines costs whoever lists it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoints.sandbox.azure.bulk import BulkSubscription
from entrypoints.sandbox.azure.server import AzureServer
from tests.integration.azure.rig import LIST_MACHINES, LIST_STATES, lines

MACHINES = 10_000
PAGE = 250


@pytest.mark.bench
def test_ten_thousand_machines_take_two_passes_5_seconds_of_cpu_and_400_mb() -> None:
    bulk = BulkSubscription(machines=MACHINES, page=PAGE)
    bulk.warm_up()
    server = AzureServer(bulk=bulk)
    server.start()
    figures = listed(json.dumps(server.credential()))
    server.stop()
    passes = [len(lines(server, each)) / (MACHINES / PAGE) for each in (LIST_MACHINES, LIST_STATES)]
    print(f"\n{figures}, {len(server.requests)} requests")  # noqa: T201
    assert figures["machines"] == figures["with_status"] == figures["with_address"] == MACHINES
    assert passes == [1, 1]
    assert len(server.requests) == 4 * MACHINES // PAGE + 3
    assert figures["cpu_seconds"] < 5  # with the imports and the sign-in
    assert figures["peak_mb"] < 400


def listed(document: str) -> dict[str, float]:
    """List in a process of its own, so that the server's work is not counted."""
    command = [sys.executable, "-m", "tests.benchmarks.one_azure_listing", document]
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, check=True, capture_output=True, cwd=root, env=environment)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
