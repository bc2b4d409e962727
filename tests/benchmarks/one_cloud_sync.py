"""A process that syncs one credential through the adapter of its cloud, and tells what it took."""

import json
import os
import sys
from typing import Final

from dependency_injector import providers

from adapters.pacing.local import LocalPacing
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.settings import load_settings
from tests.benchmarks.one_large_sync import timed
from tests.benchmarks.peak_memory import peak_mb
from tests.benchmarks.wide_pacing import wide

SYNCS: Final = 3
"""The first finds everything new; the others find nothing changed."""


def main(provider: str, document: str) -> None:
    """Sync what the credential in *document* reaches, and print figures as JSON."""
    container = build_container(load_settings())
    container.pacing.override(providers.Object(LocalPacing(limits=wide)))
    user = container.add_user()(AddUserRequest(email=f"bench-{os.getpid()}@example.org"))
    credential = container.add_credential()(
        AddCredentialRequest(
            user_email=user.email.text,
            provider=provider,
            name="bench",
            document=json.loads(document),
        )
    )
    request = SyncCredentialRequest(user_id=user.id, credential_id=credential.id)
    figures = [timed(container.sync_credential(), request) for _ in range(SYNCS)]
    sys.stdout.write(json.dumps({"syncs": figures, "peak_mb": peak_mb()}) + "\n")
    container.shutdown_resources()


if __name__ == "__main__":
    main(*sys.argv[1:])
