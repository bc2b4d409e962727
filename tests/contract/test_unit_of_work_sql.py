import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import DateTime, Engine, update

from adapters.persistence.engine import build_engine
from adapters.persistence.tables import metadata
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from tests.contract.clock_set_back_contract import SetBack
from tests.contract.leases_repository_contract import LetPass
from tests.contract.unit_of_work_contract import UnitOfWorkContract


class TestSqlUnitOfWork(UnitOfWorkContract):
    @pytest.fixture
    def engine(self, migrated_database_url: str) -> Iterator[Engine]:
        engine = build_engine(migrated_database_url, pool_size=6)
        yield engine
        engine.dispose()

    @pytest.fixture
    def units(self, engine: Engine) -> OpenUnitOfWork:
        return lambda: SqlUnitOfWork(engine)

    @pytest.fixture
    def let_pass(self) -> LetPass:
        return lambda duration: time.sleep(duration.total_seconds())

    @pytest.fixture
    def set_back(self, engine: Engine) -> SetBack:
        def by(duration: timedelta) -> None:
            with engine.begin() as connection:
                for table in metadata.sorted_tables:
                    moments = [c for c in table.c if isinstance(c.type, DateTime)]
                    if moments:
                        connection.execute(update(table).values({c: c + duration for c in moments}))

        return by
