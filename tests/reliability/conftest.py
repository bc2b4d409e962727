from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from tests.databases import a_database
from tests.integration.worker.conftest import aws
from tests.reliability.rig import settings_for

__all__ = ["aws"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reliability")


@pytest.fixture(scope="module")
def broker(folder: Path) -> Iterator[EmbeddedValkey]:
    """A broker for the tests of one module, which may do to it what they like."""
    server = EmbeddedValkey(folder / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def environment(postgres_url: str, broker: EmbeddedValkey, folder: Path) -> dict[str, str]:
    """The settings of the service, for one module, with an empty database."""
    return settings_for(a_database(postgres_url), broker, folder)


@pytest.fixture
def fresh_environment(postgres_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same for one test, with a broker of its own, where nobody left anything."""
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield settings_for(a_database(postgres_url), server, tmp_path)
    server.stop()
