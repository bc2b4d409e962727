"""Statements that are written out once, on a real server."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, Text, bindparam, insert, select, text

from adapters.persistence.clock import server_time
from adapters.persistence.session import Session
from adapters.persistence.tables import leases
from adapters.persistence.written import Written
from application.ports.errors import Conflict, Unavailable

ADD = Written(insert(leases), columns=["name", "holder", "token", "lapses"])
READ = Written(
    select(leases.c.holder, (leases.c.token + 1).label("next"))
    .where(leases.c.name == bindparam("of_lease", type_=Text), leases.c.holder.like("%s%"))
    .order_by(leases.c.holder)
)
ROW = {"name": "n", "holder": "ours", "token": 1, "lapses": 0}


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


def found(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM leases")).scalar_one())


def test_it_takes_values_and_has_its_own_and_its_rows_have_names(connection: Connection) -> None:
    session = Session(connection)
    assert session.run_written(ADD, **ROW) == ()
    (row,) = session.run_written(READ, of_lease="n")
    assert (row.holder, row.next) == ("ours", 2)
    assert session.run_written(READ, of_lease="another") == []


def test_it_keeps_a_text_that_postgresql_cannot_as_every_other_statement_does(
    connection: Connection,
) -> None:
    session = Session(connection)
    session.run_written(ADD, **ROW | {"holder": "o\x00\ud800urs"})
    ((holder,),) = session.run(select(leases.c.holder)).all()
    assert holder == "o␀\ufffdurs"


def test_it_is_kept_by_a_commit_and_by_nothing_else(engine: Engine) -> None:
    with engine.connect() as connection:
        Session(connection).run_written(ADD, **ROW)
    assert found(engine) == 0
    with engine.connect() as connection:
        session = Session(connection)
        session.run_written(ADD, **ROW)
        session.commit()
    assert found(engine) == 1


def test_it_shares_the_transaction_with_other_statements(
    engine: Engine, connection: Connection
) -> None:
    session = Session(connection)
    session.run(text("INSERT INTO leases VALUES ('other', 'theirs', 1, NULL, 0)"))
    session.run_written(ADD, **ROW)
    assert session.run(text("SELECT count(*) FROM leases")).scalar_one() == 2
    session.commit()
    assert found(engine) == 2


def test_when_it_fails_the_transaction_is_lost(engine: Engine, connection: Connection) -> None:
    session = Session(connection)
    session.run_written(ADD, **ROW)
    with pytest.raises(Conflict):
        session.run_written(ADD, **ROW)
    with pytest.raises(Unavailable):
        session.run_written(READ, of_lease="n")
    session.commit()
    assert found(engine) == 0


def test_what_the_last_answer_told_of_the_time_is_forgotten_with_it(
    connection: Connection,
) -> None:
    session = Session(connection)
    session.moment = told = server_time(session)
    session.run_written(READ, of_lease="n")
    assert server_time(session) > told
