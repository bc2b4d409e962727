from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox.azure.seed import furnish
from entrypoints.sandbox.azure.server import AzureServer
from tests.integration.sandbox.azure_clients import Azure, running_azure


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Azure]:
    """A tenant with nothing in it."""
    with running_azure(AzureServer(), tmp_path) as azure:
        yield azure


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """The demo; tests that change it need one of their own."""
    server = AzureServer()
    furnish(server.tenant)
    with running_azure(server, tmp_path_factory.mktemp("shop")) as azure:
        yield azure
