from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.secrets.box import new_key
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.databases import a_database
from tests.integration.aws.rig import post
from tests.integration.cli.shell import Shell
from tests.integration.worker.rig import WorkerRig, running_worker
from tests.integration.worker.stopping_rig import StoppingRig


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worker")


@pytest.fixture(scope="package")
def database_url(postgres_url: str) -> str:
    """A database of the newest schema, shared by the tests of this folder."""
    return a_database(postgres_url)


@pytest.fixture(scope="package")
def environment(database_url: str, folder: Path) -> Iterator[dict[str, str]]:
    """The settings of a worker with a broker of its own."""
    broker = EmbeddedValkey(folder / "valkey")
    broker.start()
    yield {
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.result_backend,
        "MULTICLOUD_DATA_DIR": str(folder / "data"),
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
        "MULTICLOUD_TERRAFORM_MIRROR": str(write_mirror(folder / "mirror")),
    }
    broker.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """A broker that a test may do to as it likes."""
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    """A cloud in which there is nothing; what other tests made would be found by the same ids."""
    server = AwsServer()
    server.start()
    post(f"{server.endpoint}/moto-api/reset", b"")
    yield server
    server.stop()


@pytest.fixture(scope="package")
def worker(environment: dict[str, str], folder: Path) -> Iterator[WorkerRig]:
    """A worker with two pool processes, as in production."""
    with running_worker("prefork", ["-c", "2"], environment=environment, folder=folder) as rig:
        yield rig


@pytest.fixture
def lou(environment: dict[str, str], tmp_path: Path) -> Iterator[StoppingRig]:
    """One user with one key, and a broker that no other worker takes from."""
    broker = EmbeddedValkey(tmp_path / "valkey")
    broker.start()
    own = environment | {
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.result_backend,
        "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
    }
    yield StoppingRig(environment=own, folder=tmp_path, shell=Shell(dict(own)))
    broker.stop()
