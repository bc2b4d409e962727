"""A process that syncs an account in which nothing changes, and tells what one such sync took."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event, text

from adapters.persistence.engine import opened_engine
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import load_settings
from tests.benchmarks.peak_memory import peak_mb
from tests.benchmarks.processor_time import of_tree, parent_of

_ROWS = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables")
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note each transaction that any engine commits within the block."""
    committed: list[str] = []

    def note(_: Connection) -> None:
        committed.append("commit")

    event.listen(Engine, "commit", note)
    yield committed
    event.remove(Engine, "commit", note)


class Database:
    """What the database itself says about its work."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._server = parent_of(
                connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            )

    @property
    def cpu_seconds(self) -> float:
        """What all its processes have worked."""
        return of_tree(self._server)

    def rows_written(self, container: Container) -> int:
        """Return how many rows were ever inserted, updated and deleted, by whatever way.

        A server process hands in its counts when it ends, so *container* has to connect anew.
        """
        engine = container.engine()
        assert isinstance(engine, Engine)
        engine.dispose()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.execute(_OTHERS).scalar_one():
                time.sleep(0.01)
            return int(connection.execute(_ROWS).scalar_one())


def main(document: str, number: str) -> None:
    """Sync what the credential in *document* reaches, then *number* times more, and print figures.

    They are those of one of the later syncs, on average.
    """
    container, syncs = build_container(load_settings()), int(number)
    request = _added(container, document)
    container.sync_credential()(request)
    with opened_engine(os.environ["DATABASE_URL"]) as engine:
        took = _took(container, request, syncs, Database(engine))
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
    container: Container, request: SyncCredentialRequest, syncs: int, database: Database
) -> dict[str, float]:
    rows = database.rows_written(container)
    worked_there, began, worked = database.cpu_seconds, time.perf_counter(), time.process_time()
    with counted() as committed:
        for _ in range(syncs):
            report = container.sync_credential()(request).as_dict()
    figures = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "database_cpu_seconds": database.cpu_seconds - worked_there,
        "commits": len(committed),
        "scopes": int(report["scopes_covered"] or 0) * syncs,
        "resources": int(report["unchanged"] or 0) * syncs,
        "rows": database.rows_written(container) - rows,
    }
    return {name: figure / syncs for name, figure in figures.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
