"""A process that syncs one credential once, as a worker does, and tells what it took."""

import json
import sys
import time

from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.settings import load_settings
from tests.benchmarks.peak_memory import peak_mb


def main(document: str) -> None:
    """Sync what the credential in *document* reaches, twice, and print figures as JSON."""
    container = build_container(load_settings())
    user = container.add_user()(AddUserRequest(email="bench@example.org"))
    credential = container.add_credential()(
        AddCredentialRequest(
            user_email=user.email.text, provider="aws", name="bench", document=json.loads(document)
        )
    )
    request = SyncCredentialRequest(user_id=user.id, credential_id=credential.id)
    figures = []
    for _ in range(2):
        began = time.perf_counter()
        report = container.sync_credential()(request).as_dict()
        figures.append(report | {"seconds": time.perf_counter() - began})
    sys.stdout.write(json.dumps({"syncs": figures, "peak_mb": peak_mb()}) + "\n")
    container.shutdown_resources()


if __name__ == "__main__":
    main(sys.argv[1])
