import uuid
from collections.abc import Iterator

import psycopg2
import pytest

from adapters.persistence import schema
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


def a_database(server_url: str) -> str:
    """Return a new database with every table and no row."""
    name = f"estate_{uuid.uuid4().hex[:12]}"
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    url = server_url.replace("/postgres?", f"/{name}?")
    schema.upgrade(url)
    return url
