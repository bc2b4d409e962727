"""What Flower, started as the service starts it, shows to whom."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from adapters.embedded.child_process import ChildProcess
from tests.integration.worker.rig import CELERY, ROOT, plain_environment

PAIR = "operator:a-good-password"
SHOWING = ("/", "/workers", "/tasks", "/broker", "/api/workers", "/metrics")
_VISIT = re.compile(r"Visit me at http://127\.0\.0\.1:(\d+)")


@contextmanager
def a_flower(folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """Run a Flower until the end of the block; give its port."""
    log = folder / "flower.log"
    process = ChildProcess.start(
        "Flower",
        [*CELERY, "flower", "--address=127.0.0.1", "--port=0"],
        folder=ROOT,
        log=log,
        environment={**plain_environment(), **environment},
    )
    try:
        process.wait_until(lambda: _VISIT.search(log.read_text()) is not None)
        yield int(_VISIT.findall(log.read_text())[0])
    finally:
        process.stop(grace=15)


@pytest.fixture(scope="module")
def port(environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    settings = {**environment, "FLOWER_BASIC_AUTH": PAIR}
    with a_flower(tmp_path_factory.mktemp("flower"), settings) as port:
        yield port


def status(port: int, path: str, pair: str | None = None) -> int:
    headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"} if pair else {}
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("path", SHOWING)
def test_nothing_is_shown_without_the_password(port: int, path: str) -> None:
    assert status(port, path) == 401
    assert status(port, path, "operator:wrong") == 401


@pytest.mark.parametrize("path", ["/workers", "/metrics"])
def test_the_password_opens_it(port: int, path: str) -> None:
    assert status(port, path, PAIR) == 200


def test_whether_it_is_well_may_be_asked_by_anybody(port: int) -> None:
    assert status(port, "/healthcheck") == 200


def test_without_a_password_its_metrics_are_as_open_as_its_pages(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    with a_flower(tmp_path, environment) as port:
        assert (status(port, "/workers"), status(port, "/metrics")) == (200, 200)
