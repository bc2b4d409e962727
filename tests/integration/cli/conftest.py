from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.secrets.box import new_key
from tests.bare_environment import bare_environment, logging_as_before
from tests.integration.cli.shell import USER, Shell, sandbox

__all__ = ["bare_environment", "logging_as_before"]


@pytest.fixture
def shell(migrated_database_url: str, tmp_path: Path) -> Shell:
    """A terminal with a database, a key, and nothing in it."""
    return Shell(
        {
            "DATABASE_URL": migrated_database_url,
            "MULTICLOUD_SECRET_KEY": new_key().reveal(),
            "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
            "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
        }
    )


@pytest.fixture(scope="module")
def cloud() -> Iterator[dict[str, Any]]:
    """A furnished sandbox, for all tests of one module."""
    with sandbox() as announced:
        yield announced


@pytest.fixture
def synced(shell: Shell, cloud: dict[str, Any]) -> Shell:
    """A terminal whose user has synced the sandbox once."""
    shell.done("users", "add", USER)
    shell.add_credential("sandbox", cloud["credentials"]["aws"])
    shell.done("sync")
    return shell
