"""How fast everybody's credentials get to the workers, beside messages that nobody remembers.

Ours is all of it: one row for each job, so that none is lost and none is done twice, the order in
which users take turns, the note that a message was sent, and the message itself.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.persistence.engine import build_engine
from tests.architecture.source import ROOT
from tests.benchmarks.many_credentials import add_many
from tests.benchmarks.results import Result, Results, at_least, at_most
from tests.reliability.rig import settings_for

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

USERS: Final = 100_000
CREDENTIALS_EACH: Final = 3


def fanned_out(database_url: str, folder: Path) -> dict[str, Any]:
    """Fan out in a process of its own, and return its figures."""
    broker = EmbeddedValkey(folder / "valkey")
    broker.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.one_fan_out"],
            cwd=ROOT,
            env={**os.environ, **settings_for(database_url, broker, folder)},
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        broker.stop()
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def rate(*timed: dict[str, float]) -> float:
    """Return how many messages a second went through all of *timed*, one after the other."""
    return timed[0]["messages"] / sum(each["seconds"] for each in timed)


def test_a_round_for_everybody_reaches_most_of_the_rate_of_bare_messages(
    migrated_database_url: str, tmp_path: Path, results: Results
) -> None:
    engine = build_engine(migrated_database_url)
    add_many(engine, users=USERS, each=CREDENTIALS_EACH)
    engine.dispose()
    figures = fanned_out(migrated_database_url, tmp_path)
    for each in ("asking", "sending"):
        assert figures[each]["messages"] == USERS * CREDENTIALS_EACH
    results.hold(_memory(figures), *_shares(figures))


def _memory(figures: dict[str, Any]) -> Result:
    return Result(
        line=7,
        what=f"MB held at most by a fan-out to {USERS * CREDENTIALS_EACH:,} credentials",
        value=figures["peak_mb"],
        target=at_most(200),
        peak_mb=figures["peak_mb"],
    )


def _shares(figures: dict[str, Any]) -> Iterator[Result]:
    ours = rate(figures["asking"], figures["sending"])
    for beside, who in (("celery", "by Celery in batches"), ("kombu", "by kombu alone")):
        yield Result(
            line=7,
            what=f"its share of the rate of bare messages, sent {who}",
            value=ours / rate(figures[beside]),
            target=at_least(0.7),
            ours=f"{ours:,.0f}/s",
            beside=f"{rate(figures[beside]):,.0f}/s",
            peak_mb=figures["peak_mb"],
        )
