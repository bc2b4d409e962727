from collections.abc import Iterator

import pytest

from tests.databases import a_database
from tests.integration.aws.rig import post
from tests.integration.terraform.everywhere.estate import Estate, an_estate


@pytest.fixture(scope="package")
def estate(
    postgres_url: str, aws_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """Three clouds with nothing in them, shared by the tests of this folder."""
    post(f"{aws_server}/moto-api/reset", b"")
    folder = tmp_path_factory.mktemp("estate")
    with pytest.MonkeyPatch.context() as patch:
        database_url = a_database(postgres_url)
        with an_estate(database_url, aws_server, folder, setenv=patch.setenv) as estate:
            yield estate
