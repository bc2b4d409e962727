"""Whether the servers that everything needs can be used, as cheaply as can be."""

from collections.abc import Iterator
from contextlib import closing

from adapters.persistence.engine import opened_engine
from adapters.persistence.revision import newest_revision, stored_revision
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import reach_broker
from adapters.secrets.box import FernetSecretBox
from entrypoints.bootstrap.findings import Check, attempt, opens_what_it_seals, tables_at
from entrypoints.bootstrap.settings import Settings, load_settings


def readiness() -> Iterator[Check]:
    """Yield one check for each part without which no work can be done, as each is done.

    Raises:
        SettingsError: the environment is not acceptable.
    """
    settings = load_settings()
    yield attempt("secret key", lambda: _secret_key(settings))
    yield attempt("database", lambda: tables_of(settings.database_url))
    yield attempt("broker", lambda: _broker(settings))


def _secret_key(settings: Settings) -> str:
    # what is sealed here to try it is no secret, so no log needs to learn it
    return opens_what_it_seals(FernetSecretBox(keys=settings.secret_keys, learn=lambda _text: None))


def tables_of(database_url: str) -> str:
    """Say at which revision the tables of a database are.

    Raises:
        Rejected: that is not the one that this version of the service needs.
        Unavailable: the database cannot be reached.
    """
    with opened_engine(database_url) as engine:
        return tables_at(stored_revision(engine), newest=newest_revision())


def _broker(settings: Settings) -> str:
    sender = sending_app(
        settings.broker_url, settings.result_backend, sentinel_master=settings.sentinel_master
    )
    with closing(sender):
        reach_broker(sender)
    return "reachable"
