"""Traces on their way to a collector, and what becomes of a command without one."""

import os
import subprocess
import sys

from tests.collector import Collector, collector
from tests.integration.cli.shell import USER, Shell

__all__ = ["collector"]

_WITHOUT_THE_EXTRA = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Missing())
"""
_COMMAND = """
from entrypoints.cli.main import main
try:
    main()
finally:
    assert WANTED == any(name.startswith("opentelemetry.exporter") for name in sys.modules)
"""


def add_user(
    shell: Shell, *, before: str = "import sys", traced: bool, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Add a user in a process of its own, and check there whether it loaded what traces."""
    known = {name: value for name, value in shell.environment.items() if value}
    program = before + _COMMAND.replace("WANTED", str(traced))
    return subprocess.run(
        [sys.executable, "-c", program, "users", "add", USER],
        env={**os.environ, **known, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_collector_gets_a_span_for_the_use_case(shell: Shell, collector: Collector) -> None:
    done = add_user(shell, traced=True, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert collector.spans == ["AddUser"]


def test_without_a_collector_nothing_that_traces_is_loaded(shell: Shell) -> None:
    done = add_user(shell, traced=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_where_the_extra_is_not_installed_everything_works_without_it(shell: Shell) -> None:
    done = add_user(shell, before=_WITHOUT_THE_EXTRA, traced=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_collector_that_nobody_can_write_to_for_want_of_the_extra_is_told_of(
    shell: Shell, collector: Collector
) -> None:
    done = add_user(
        shell,
        before=_WITHOUT_THE_EXTRA,
        traced=False,
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        MULTICLOUD_LOG_LEVEL="warning",
    )
    assert done.returncode == 0
    assert "pip install 'multi-cloud[traces]'" in done.stderr
    assert collector.spans == []


def test_a_collector_that_is_away_fails_nothing(shell: Shell) -> None:
    done = add_user(shell, traced=True, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    assert done.returncode == 0
    assert USER in done.stdout
    assert "Traceback" not in done.stderr
