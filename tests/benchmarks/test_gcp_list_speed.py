"""How much a project of ten thousand instances costs whoever lists it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from entrypoints.sandbox.gcp.bulk import BulkProject
from tests.integration.gcp.rig import running

INSTANCES = 10_000
PAGE = 500
ZONES = [f"europe-west{number}-{letter}" for number in range(1, 9) for letter in "abc"]


@pytest.mark.bench
def test_ten_thousand_instances_take_22_requests_12_seconds_and_400_mb() -> None:
    with running(bulk=BulkProject(zones=ZONES, instances=INSTANCES)) as rig:
        figures = listed(json.dumps(rig.server.credential()))
        asked = rig.asked()
    print(f"\n{figures}, {asked} requests")  # noqa: T201
    assert figures["instances"] == INSTANCES
    assert asked == 1 + 1 + INSTANCES // PAGE  # a token, the zones, the pages
    assert figures["seconds"] < 12
    assert figures["peak_mb"] < 400


def listed(document: str) -> dict[str, float]:
    """List in a process of its own, so that the server's work is not counted."""
    command = [sys.executable, "-m", "tests.benchmarks.one_gcp_listing", document]
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, check=True, capture_output=True, cwd=root, env=environment)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures
