"""Whatever the database does to us comes out in the words of our ports, without a secret."""

import time
import traceback
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2 import errorcodes
from sqlalchemy import Engine, text

from adapters.persistence.engine import build_engine
from adapters.persistence.errors import BY_CLASS, BY_CONSTRAINT, BY_SQLSTATE, port_error
from adapters.persistence.tables import metadata
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.errors import (
    Busy,
    Permanent,
    PortError,
    Rejected,
    TimedOut,
    Transient,
    Unavailable,
)
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import EmailAddress, SealedSecret
from domain.leases import HEALTH_ROUND, LONGEST_LEASE
from tests.contract.store_builders import NOW, add_credential, add_user

PASSWORD = "hunter2-and-more"
WRITTEN_TABLES = {
    "users",
    "credentials",
    "resource_inventory",
    "sync_scopes",
    "sync_runs",
    "provider_health",
    "resources",
    "terraform_runs",
    "terraform_steps",
    "terraform_logs",
    "terraform_states",
    "managed_objects",
}
NEVER_BROKEN = {
    "uq_credentials_id_user_id",  # holds whenever the primary key does
    "uq_resources_id_user_id",  # likewise
}


def test_every_rule_between_rows_that_a_caller_can_break_has_its_own_sentence() -> None:
    named = {
        str(constraint.name)
        for table in metadata.sorted_tables
        if table.name in WRITTEN_TABLES
        for constraint in table.constraints
        if str(constraint.name).startswith(("uq_", "fk_"))
    }
    assert named - NEVER_BROKEN <= BY_CONSTRAINT.keys()


def test_every_constraint_that_has_a_sentence_exists() -> None:
    existing = {str(rule.name) for table in metadata.sorted_tables for rule in table.constraints}
    existing |= {str(index.name) for table in metadata.sorted_tables for index in table.indexes}
    assert BY_CONSTRAINT.keys() <= existing


def test_every_class_of_postgresql_errors_a_statement_can_raise_is_known() -> None:
    of_statements = {
        errorcodes.CLASS_CONNECTION_EXCEPTION,
        errorcodes.CLASS_DATA_EXCEPTION,
        errorcodes.CLASS_INTEGRITY_CONSTRAINT_VIOLATION,
        errorcodes.CLASS_INVALID_TRANSACTION_STATE,
        errorcodes.CLASS_INVALID_AUTHORIZATION_SPECIFICATION,
        errorcodes.CLASS_INVALID_CATALOG_NAME,
        errorcodes.CLASS_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION,
        errorcodes.CLASS_INSUFFICIENT_RESOURCES,
        errorcodes.CLASS_OPERATOR_INTERVENTION,
        errorcodes.CLASS_SYSTEM_ERROR,
    }
    assert of_statements <= BY_CLASS.keys()
    for sentence in (*BY_CLASS.values(), *BY_SQLSTATE.values(), *BY_CONSTRAINT.values()):
        assert issubclass(sentence.error, Transient | Permanent)
        assert sentence.summary.endswith(".")
        assert sentence.remedy.endswith(".")


@pytest.mark.parametrize("error", [psycopg2.Error, *psycopg2.Error.__subclasses__()])
def test_every_error_of_the_driver_has_a_port_error(error: type[psycopg2.Error]) -> None:
    assert isinstance(port_error(error("it broke")), PortError)


class FromServer(psycopg2.OperationalError):
    """An error as the server sends it, with its code."""

    def __init__(self, code: str) -> None:
        self._code = code

    @property
    def pgcode(self) -> str:  # type: ignore[override]
        return self._code


@pytest.mark.parametrize(
    ("code", "told", "remedy"),
    [
        (errorcodes.DISK_FULL, "disk of the database is full", "Free space"),
        (errorcodes.OUT_OF_MEMORY, "run out of memory", "more memory"),
        (errorcodes.TOO_MANY_CONNECTIONS, "takes no more connections", "max_connections"),
        (errorcodes.CONFIGURATION_LIMIT_EXCEEDED, "lacks what it needs", "Try again"),
    ],
)
def test_what_the_database_ran_out_of_is_told_apart(code: str, told: str, remedy: str) -> None:
    error = port_error(FromServer(code))

    assert isinstance(error, Unavailable)
    assert told in error.summary
    assert remedy in error.remedy


def test_a_server_whose_connections_are_all_taken_says_what_to_raise(
    migrated_database_url: str, killer: Engine
) -> None:
    with killer.begin() as connection:
        connection.execute(text("CREATE ROLE shy LOGIN CONNECTION LIMIT 0"))
    shy = build_engine(migrated_database_url.replace("//postgres@", "//shy@"))
    try:
        with pytest.raises(Unavailable, match=r"too many connections.*Raise max_connections"):
            SqlUnitOfWork(shy).__enter__()
    finally:
        shy.dispose()
        with killer.begin() as connection:
            connection.execute(text("DROP ROLE shy"))


@pytest.fixture
def killer(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


def _kill_others(killer: Engine) -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
    with killer.begin() as connection:
        connection.execute(text(f"{query} current_database() AND pid <> pg_backend_pid()"))


def test_a_connection_that_dies_in_the_middle_is_unavailable_and_nothing_is_kept(
    units: OpenUnitOfWork, killer: Engine
) -> None:
    with units() as work:
        work.users.add(EmailAddress("ada@example.org"), at=NOW)
        _kill_others(killer)
        with pytest.raises(Unavailable):
            work.users.page(after=None, limit=1)
        with pytest.raises(Unavailable):
            work.commit()
    with units() as work:
        assert list(work.users.page(after=None, limit=10)) == []


def test_a_connection_may_die_under_a_statement_that_was_written_out_before(
    units: OpenUnitOfWork, killer: Engine
) -> None:
    with units() as work:
        lease = work.leases.claim(HEALTH_ROUND, holder="me", duration=LONGEST_LEASE)
        _kill_others(killer)
        with pytest.raises(Unavailable):
            work.leases.renew(lease, duration=LONGEST_LEASE)
        with pytest.raises(Unavailable):
            work.commit()
    with units() as work:
        assert work.leases.holding(HEALTH_ROUND) is None


def test_a_unit_that_such_a_death_ends_is_unavailable_and_no_defect(
    units: OpenUnitOfWork, killer: Engine
) -> None:
    def renew_while_the_server_dies() -> None:
        with units() as work:
            lease = work.leases.claim(HEALTH_ROUND, holder="me", duration=LONGEST_LEASE)
            _kill_others(killer)
            work.leases.renew(lease, duration=LONGEST_LEASE)

    with pytest.raises(Unavailable):
        renew_while_the_server_dies()
    with units() as work:
        assert work.leases.holding(HEALTH_ROUND) is None


def test_a_connection_that_died_in_the_pool_is_replaced_unnoticed(
    units: OpenUnitOfWork, killer: Engine
) -> None:
    add_user(units, "first@example.org")
    _kill_others(killer)
    time.sleep(0.2)  # it is not asked again while one unit of work follows the other
    assert add_user(units, "second@example.org").email.text == "second@example.org"


def test_a_statement_that_takes_too_long_has_timed_out(units: OpenUnitOfWork) -> None:
    with units() as work:
        session = work.users._session  # type: ignore[attr-defined]
        session.run(text("SET LOCAL statement_timeout = '20ms'"))
        with pytest.raises(TimedOut):
            session.run(text("SELECT pg_sleep(5)"))


def test_a_lock_that_is_not_given_back_is_busy(engine: Engine, units: OpenUnitOfWork) -> None:
    credential = add_credential(units)
    with engine.begin() as holder, units() as work:
        holder.execute(text("SELECT * FROM credentials FOR UPDATE"))
        session = work.users._session  # type: ignore[attr-defined]
        session.run(text("SET LOCAL lock_timeout = '20ms'"))
        with pytest.raises(Busy):
            work.credentials.replace_secret(credential.id, SealedSecret(b"new"))


def test_a_database_that_was_never_migrated_says_what_to_do(empty_database_url: str) -> None:
    engine = build_engine(empty_database_url)
    with SqlUnitOfWork(engine) as work, pytest.raises(Rejected, match="multicloud db upgrade"):
        work.users.page(after=None, limit=1)
    engine.dispose()


def test_a_pool_that_is_used_up_is_busy(
    migrated_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.persistence.engine.POOL_WAIT_SECONDS", 0.05)
    engine = build_engine(migrated_database_url, pool_size=1)
    with SqlUnitOfWork(engine), SqlUnitOfWork(engine), pytest.raises(Busy):
        SqlUnitOfWork(engine).__enter__()
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ada:{PASSWORD}@127.0.0.1:1/inventory",
        f"postgresql://ada:{PASSWORD}@host.invalid/inventory",
    ],
)
def test_a_server_that_cannot_be_reached_is_named_without_the_password(url: str) -> None:
    engine = build_engine(url)
    with pytest.raises(Unavailable, match="inventory") as raised:
        SqlUnitOfWork(engine).__enter__()
    assert PASSWORD not in "".join(traceback.format_exception(raised.value))
    assert PASSWORD not in repr(engine)


@pytest.mark.parametrize(
    "url",
    [
        "",
        PASSWORD,
        f"mysql://ada:{PASSWORD}@localhost/inventory",
        f"postgresql://ada:{PASSWORD}@localhost:port/inventory",
        f"postgresql://ada:{PASSWORD}@localhost",
    ],
)
def test_what_is_no_address_of_postgresql_is_rejected_without_being_repeated(url: str) -> None:
    with pytest.raises(Rejected, match="DATABASE_URL") as raised:
        build_engine(url)
    assert PASSWORD not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    "scheme", ["postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg"]
)
def test_every_usual_spelling_of_the_address_is_understood(scheme: str) -> None:
    engine = build_engine(f"{scheme}://ada@localhost/inventory")
    assert engine.url.drivername == "postgresql+psycopg2"


def test_the_secret_of_a_row_that_was_refused_is_in_no_text(units: OpenUnitOfWork) -> None:
    add_credential(units, secret=SealedSecret(PASSWORD.encode()))
    with pytest.raises(PortError) as raised:
        add_credential(units, secret=SealedSecret(PASSWORD.encode()))
    assert PASSWORD not in "".join(traceback.format_exception(raised.value))


def test_times_are_in_utc_whatever_the_server_prefers(units: OpenUnitOfWork) -> None:
    with units() as work:
        session = work.users._session  # type: ignore[attr-defined]
        assert session.run(text("SHOW timezone")).scalar_one() == "UTC"
