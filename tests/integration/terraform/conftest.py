from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.aws.rig import post
from tests.integration.terraform.provider_rig import (
    ProviderRig,
    aws_environment,
    provider_program,
    running_provider,
)
from tests.integration.terraform.site import Site, a_site


@pytest.fixture(scope="session")
def aws_server() -> Iterator[str]:
    """An AWS on this machine, at the address that it yields."""
    server = AwsServer()
    server.start()
    yield server.endpoint
    server.stop()


@pytest.fixture
def aws(aws_server: str) -> str:
    """An account with nothing in it."""
    post(f"{aws_server}/moto-api/reset", b"")
    return aws_server


@pytest.fixture(scope="session")
def aws_provider(
    aws_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProviderRig]:
    """A rig without a run's folder, whose provider runs as long as the tests do."""
    mirror = tmp_path_factory.mktemp("trouble")
    environment = aws_environment(aws_server)
    program = provider_program("aws", mirror=mirror)
    with running_provider("aws", program, environment=environment) as attached:
        yield ProviderRig(folder=mirror, mirror=mirror, environment=environment, attached=attached)


@pytest.fixture
def aws_rig(aws: str, aws_provider: ProviderRig, tmp_path: Path) -> ProviderRig:
    """An empty folder, an empty account, and a provider that runs already and has no trouble."""
    del aws  # it is only to be empty
    aws_provider.trouble()
    return replace(aws_provider, folder=tmp_path)


@pytest.fixture
def installed_rig(aws: str, tmp_path: Path) -> ProviderRig:
    """The same with the provider to be installed, from a mirror, as users do."""
    folder = tmp_path / "run"
    folder.mkdir()
    mirror = write_mirror(tmp_path / "mirror")
    return ProviderRig(folder=folder, mirror=mirror, environment=aws_environment(aws))


@pytest.fixture
def site(
    migrated_database_url: str,
    aws_rig: ProviderRig,
    aws: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    """The whole service around an empty AWS, with a provider that runs already."""
    with a_site(
        migrated_database_url,
        aws,
        aws_rig.mirror,
        tmp_path / "data",
        setenv=monkeypatch.setenv,
        attached=str(aws_rig.attached),
    ) as site:
        yield site
