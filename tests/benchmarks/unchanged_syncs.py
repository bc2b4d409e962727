"""A process that syncs an account in which nothing changes, and tells what one such sync took."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from adapters.persistence.engine import opened_engine
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import load_settings
from tests.benchmarks.peak_memory import peak_mb
from tests.benchmarks.processor_time import of_tree, parent_of


@dataclass(slots=True)
class Written:
    """What all engines of this process wrote."""

    commits: int = 0
    rows: int = 0

    def executed(self, _: Connection, cursor: Any, *event: Any) -> None:  # noqa: ANN401 - the driver's
        """Count the rows of a statement that writes."""
        context = event[2]
        if context is not None and (context.isinsert or context.isupdate or context.isdelete):
            self.rows += max(cursor.rowcount, 0)

    def committed(self, _: Connection) -> None:
        """Count a transaction."""
        self.commits += 1


@contextmanager
def counted() -> Iterator[Written]:
    """Count what is written within the block."""
    written = Written()
    listeners: Mapping[str, Callable[..., None]] = {
        "after_cursor_execute": written.executed,
        "commit": written.committed,
    }
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    yield written
    for name, listener in listeners.items():
        event.remove(Engine, name, listener)


def main(document: str, number: str) -> None:
    """Sync what the credential in *document* reaches, then *number* times more, and print figures.

    They are those of one of the later syncs, on average.
    """
    container, syncs = build_container(load_settings()), int(number)
    request = _added(container, document)
    container.sync_credential()(request)
    with opened_engine(os.environ["DATABASE_URL"]) as engine, engine.connect() as connection:
        server = parent_of(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        took = _took(container, request, syncs, server)
    sys.stdout.write(json.dumps(took | {"peak_mb": peak_mb()}) + "\n")
    container.shutdown_resources()


def _added(container: Container, document: str) -> SyncCredentialRequest:
    user = container.add_user()(AddUserRequest(email="bench@example.org"))
    credential = container.add_credential()(
        AddCredentialRequest(
            user_email=user.email.text, provider="aws", name="bench", document=json.loads(document)
        )
    )
    return SyncCredentialRequest(user_id=user.id, credential_id=credential.id)


def _took(
    container: Container, request: SyncCredentialRequest, syncs: int, server: int
) -> dict[str, float]:
    database, began, worked = of_tree(server), time.perf_counter(), time.process_time()
    with counted() as written:
        for _ in range(syncs):
            report = container.sync_credential()(request).as_dict()
    figures = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "database_cpu_seconds": of_tree(server) - database,
        "commits": written.commits,
        "rows": written.rows,
        "scopes": int(report["scopes_covered"] or 0) * syncs,
        "resources": int(report["unchanged"] or 0) * syncs,
    }
    return {name: figure / syncs for name, figure in figures.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
