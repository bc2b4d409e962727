"""The table that every run of the benchmarks ends with."""

from pathlib import Path
from typing import Final

import pytest

from tests.benchmarks.results import Results

_RESULTS: Final = pytest.StashKey[Results]()
_FILE: Final = "bench.json"


def pytest_configure(config: pytest.Config) -> None:
    """Begin an empty table."""
    config.stash[_RESULTS] = Results()


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Results:
    """Where a benchmark puts what it found."""
    return pytestconfig.stash[_RESULTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, and write it for programs."""
    results = terminalreporter.config.stash[_RESULTS]
    if not results:
        return
    path = Path(terminalreporter.config.rootpath) / _FILE
    results.write(path)
    terminalreporter.write_sep("=", f"figures, also in {_FILE}")
    terminalreporter.write_line(results.table())
