"""How long a worker and the command line take until they can be of use.

Both are processes of their own, and find their modules compiled, as they are where the service is
installed: pip compiles what it installs. What a worker takes is read from its own processor clock,
at the moment before it forks: it has read its settings and imported all that its pool processes
share with it, and has spoken to no broker yet. Beside it stands a worker of Celery without any
application, with the same broker, result backend and pool.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.source import ROOT
from tests.benchmarks.results import Result, Results, Rounds, at_most

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]

ROUNDS: Final = 7
TIMES_A_BARE_WORKER: Final = 1.5
LONGEST_HELP_SECONDS: Final = 0.5
NOT_BEFORE_USE: Final = (
    *("azure", "boto3", "botocore", "google.api_core", "google.auth", "google.cloud", "msal"),
    *("entrypoints.sandbox", "flask", "moto"),
)
"""What takes long to import: that is left to whoever turns out to need it."""

_NOBODY: Final = "redis://127.0.0.1:1/0"  # nobody is asked anything before the fork
_TELL: Final = """
import os, sys, time

def tell(**_):
    cpu_seconds = time.process_time()
    import json
    from tests.benchmarks.peak_memory import peak_mb
    figures = {"cpu_seconds": cpu_seconds, "peak_mb": peak_mb(), "modules": [*sys.modules]}
    os.write(1, b"\\n" + json.dumps(figures).encode())
    os._exit(0)
"""
_WORKER: Final = """
from celery import signals
from celery.__main__ import main
signals.celeryd_after_setup.connect(tell)
main()
"""
_HELP: Final = """
from entrypoints.cli.main import main
try:
    main()
finally:
    tell()
"""


@pytest.fixture(autouse=True, scope="module")
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the first round compile for the others, ours and what stands beside it.

    Where PYTHONDONTWRITEBYTECODE is set, only what pip has installed is compiled: ours would be
    compiled anew at each start.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        environment.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


def started(program: str, *arguments: str) -> dict[str, Any]:
    """Run *program* up to where it tells what it took, and return that."""
    done = subprocess.run(
        [sys.executable, "-c", _TELL + program, *arguments],
        cwd=ROOT,
        env=os.environ
        | {"CELERY_BROKER_URL": _NOBODY, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def our_worker() -> dict[str, Any]:
    return started(_WORKER, "-A", "entrypoints.worker.celery_app", "worker", "-c", "1")


def bare_worker() -> dict[str, Any]:
    return started(_WORKER, "-b", _NOBODY, "--result-backend", _NOBODY, "worker", "-c", "1")


def imported(module: str) -> float:
    return float(started(f"import {module}; tell()")["cpu_seconds"])


def test_a_worker_starts_in_little_more_than_a_bare_one(results: Results) -> None:
    rounds = Rounds.of(
        ROUNDS,
        ours=lambda: our_worker()["cpu_seconds"],
        beside=lambda: bare_worker()["cpu_seconds"],
    )
    imports = Rounds.of(
        ROUNDS,
        ours=lambda: imported("entrypoints.worker.celery_app"),
        beside=lambda: imported("celery"),
    )
    results.hold(
        Result(
            line=12,
            what="import of a worker's application, beside `import celery`, which loads nothing",
            value=imports.ratio,
            target=at_most(TIMES_A_BARE_WORKER),
            ours=f"{imports.ours:.2f} s",
            beside=f"{imports.beside:.3f} s",
            rounds=imports.pairs,
        ),
        Result(
            line=12,
            what="start of a worker up to its fork, beside a bare one of Celery (CPU)",
            value=rounds.ratio,
            target=at_most(TIMES_A_BARE_WORKER),
            ours=f"{rounds.ours:.2f} s",
            beside=f"{rounds.beside:.2f} s",
            peak_mb=our_worker()["peak_mb"],
            rounds=rounds.pairs,
        ),
    )


def test_help_is_there_within_half_a_second(results: Results) -> None:
    results.hold(
        Result(
            line=12,
            what="`multicloud --help`, from start to end: seconds",
            value=min(_help() for _ in range(ROUNDS)),
            target=at_most(LONGEST_HELP_SECONDS),
            peak_mb=started(_HELP, "--help")["peak_mb"],
        )
    )


def _help() -> float:
    command = [str(Path(sys.executable).with_name("multicloud")), "--help"]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    assert b"costs" in done.stdout
    return time.perf_counter() - began


def test_neither_loads_what_it_may_not_need(results: Results) -> None:
    loaded = set(our_worker()["modules"]) | set(started(_HELP, "--help")["modules"])
    assert {"entrypoints.bootstrap.container", "entrypoints.cli.commands"} <= loaded
    results.hold(
        Result(
            line=12,
            what="cloud SDKs and sandboxes that a worker or `--help` loads at its start",
            value=len(loaded.intersection(NOT_BEFORE_USE)),
            target=at_most(0),
        )
    )
