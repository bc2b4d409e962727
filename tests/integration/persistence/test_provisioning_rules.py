"""What the database itself sees to, whoever writes into it."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from adapters.persistence import schema
from adapters.persistence.engine import build_engine
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import SealedSecret
from domain.provisioning import ResourceStatus
from tests.contract.provisioning_builders import a_state, add_resource, become, put_state
from tests.contract.store_builders import NOW, add_credential
from tests.contract.terraform_archive_contract import GONE


@pytest.mark.parametrize("table", ["credentials", "users"])
def test_whoever_has_a_resource_cannot_be_forgotten_by_accident(
    units: OpenUnitOfWork, engine: Engine, table: str
) -> None:
    add_resource(units, add_credential(units))
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text(f"DELETE FROM {table}"))


def test_once_the_resources_are_gone_so_may_be_their_user(
    units: OpenUnitOfWork, engine: Engine
) -> None:
    resource = become(units, add_resource(units, add_credential(units)), *GONE)
    put_state(units, resource, a_state(1))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM resources"))
        connection.execute(text("DELETE FROM users"))
        assert connection.execute(text("SELECT count(*) FROM terraform_states")).scalar() == 0


def test_there_is_one_installation(engine: Engine) -> None:
    for single in ("true", "false", "NULL"):
        second = f"INSERT INTO installation VALUES ({single}, gen_random_uuid())"
        with engine.begin() as connection, pytest.raises(IntegrityError):
            connection.execute(text(second))


def test_two_databases_are_two_installations(
    units: OpenUnitOfWork, empty_database_url: str
) -> None:
    with units() as work:
        here = work.resources.installation()
    schema.upgrade(empty_database_url)
    elsewhere = build_engine(empty_database_url)
    with elsewhere.connect() as connection:
        there = connection.execute(text("SELECT id::text FROM installation")).scalar_one()
    elsewhere.dispose()
    assert there != here


def test_whoever_seals_a_state_anew_keeps_a_newer_one_from_coming_in_between(
    units: OpenUnitOfWork,
) -> None:
    resource = add_resource(units, add_credential(units))
    put_state(units, resource, a_state(1))
    sealing = Event()

    def seal_anew() -> None:
        with units() as work:
            work.resources.get(resource.id, for_update=True)
            versions = work.states.versions(resource.id)
            sealing.set()
            time.sleep(0.1)
            for version in versions:
                work.states.replace_sealed(resource.id, version.serial, SealedSecret(b"new"))
            assert work.states.versions(resource.id)[0].serial == 1
            work.commit()

    def go_on() -> None:
        assert sealing.wait(10)
        put_state(units, resource, a_state(2))

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(seal_anew), threads.submit(go_on)]:
            done.result()
    with units() as work:
        kept = [(version.serial, version.sealed) for version in work.states.versions(resource.id)]
    assert kept == [(2, SealedSecret(b"sealed")), (1, SealedSecret(b"new"))]


def test_whoever_moves_a_resource_is_followed_by_whoever_wants_to(units: OpenUnitOfWork) -> None:
    resource = add_resource(units, add_credential(units))
    moving = Event()

    def build() -> None:
        with units() as work:
            found = work.resources.get(resource.id, for_update=True)
            moving.set()
            time.sleep(0.1)
            work.resources.save(found.moved_to(ResourceStatus.PROVISIONING, at=NOW))
            work.commit()

    def look() -> ResourceStatus:
        assert moving.wait(10)
        with units() as work:
            return work.resources.get(resource.id, for_update=True).status

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.submit(build), threads.submit(look)
        first.result()
        assert second.result() is ResourceStatus.PROVISIONING
