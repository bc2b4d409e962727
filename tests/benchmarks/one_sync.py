"""A process that syncs one credential as a worker does, and tells what each sync took."""

import json
import os
import sys
import time
from importlib import import_module

from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.settings import load_settings
from tests.benchmarks.peak_memory import peak_mb


def main(document: str, number: str) -> None:
    """Sync what the credential in *document* reaches *number* times, and print figures as JSON.

    After the first time nothing has changed. Nothing is kept from it: no client, no connection.
    """
    import_module("adapters.aws.inventory")  # the SDK is what the reference has imported too
    container = build_container(load_settings())
    user = container.add_user()(AddUserRequest(email=f"bench-{os.getpid()}@example.org"))
    credential = container.add_credential()(
        AddCredentialRequest(
            user_email=user.email.text, provider="aws", name="bench", document=json.loads(document)
        )
    )
    request = SyncCredentialRequest(user_id=user.id, credential_id=credential.id)
    figures = []
    for _ in range(int(number)):
        began, worked = time.perf_counter(), time.process_time()
        report = container.sync_credential()(request).as_dict()
        took = {
            "seconds": time.perf_counter() - began,
            "cpu_seconds": time.process_time() - worked,
        }
        figures.append(report | took)
    sys.stdout.write(json.dumps({"syncs": figures, "peak_mb": peak_mb()}) + "\n")
    container.shutdown_resources()


if __name__ == "__main__":
    main(*sys.argv[1:])
