from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.secrets.box import new_key


@pytest.fixture
def environment(
    valkey: EmbeddedValkey, valkey_url: str, migrated_database_url: str, tmp_path: Path
) -> dict[str, str]:
    """The settings of a worker that has an empty database and an empty broker."""
    return {
        "DATABASE_URL": migrated_database_url,
        "CELERY_BROKER_URL": valkey_url,
        "CELERY_RESULT_BACKEND": valkey.result_backend,
        "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
    }
