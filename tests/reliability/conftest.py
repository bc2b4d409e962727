from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.secrets.box import new_key
from tests.databases import a_database
from tests.integration.worker.conftest import aws

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
    return {
        "DATABASE_URL": a_database(postgres_url),
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.broker_url,
        "MULTICLOUD_DATA_DIR": str(folder / "data"),
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }
