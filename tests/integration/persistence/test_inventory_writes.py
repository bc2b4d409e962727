from sqlalchemy import Engine, text

from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.inventory import ExternalId, ItemState
from domain.sightings import Sightings
from tests.contract.store_builders import (
    HOUR,
    NOW,
    a_resource,
    a_scope,
    add_credential,
    listed,
    shown,
)
from tests.integration.persistence.catalog import rows_written

MANY = 2_000
_FORGET_MARKS = "UPDATE resource_inventory SET mark = NULL, marked_at = NULL"
_AS_WITHOUT_MARKS = """
UPDATE resource_inventory SET status = 'stopped', details_fingerprint = 'another',
    changed_at = changed_at + interval '1 minute'
"""
_TABLES = ("resource_inventory", "inventory_changes")


def test_a_second_equal_listing_rewrites_no_row(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    resources = [a_resource(f"i-{n}", tags={"n": str(n)}) for n in range(MANY)]
    listed(units, owner, resources)
    before = {table: rows_written(engine, table) for table in _TABLES}
    assert before["resource_inventory"] == (MANY, 0, 0)
    listed(units, owner, resources, at=NOW + HOUR)
    assert {table: rows_written(engine, table) for table in _TABLES} == before


def test_only_what_changed_is_rewritten(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    resources = [a_resource(f"i-{n}") for n in range(MANY)]
    listed(units, owner, resources)
    changed = [a_resource(f"i-{n}", status="stopped") for n in range(3)]
    listed(units, owner, [*changed, *resources[3:]], at=NOW + HOUR)
    assert rows_written(engine, "resource_inventory") == (MANY, 3, 0)
    assert rows_written(engine, "inventory_changes") == (MANY + 3, 0, 0)


def test_what_was_written_before_there_were_marks_is_no_change(
    engine: Engine, units: OpenUnitOfWork
) -> None:
    owner = add_credential(units)
    resources = [a_resource("i-1"), a_resource("i-2")]
    listed(units, owner, resources)
    with engine.begin() as connection:
        connection.execute(text(_FORGET_MARKS))
    assert len(listed(units, owner, resources, at=NOW + HOUR)) == 0
    assert [item.changed_at for item in shown(units)] == [NOW, NOW]
    before = rows_written(engine, "resource_inventory")
    assert listed(units, owner, resources, at=NOW + 2 * HOUR).unchanged == 2
    assert rows_written(engine, "resource_inventory") == before  # they have marks again


def test_a_mark_does_not_outlive_what_was_written_by_somebody_who_knows_none(
    engine: Engine, units: OpenUnitOfWork
) -> None:
    owner, identity = add_credential(units), ExternalId("i-1")
    running = [a_resource(identity, status="running")]
    listed(units, owner, running)
    with engine.begin() as connection:
        connection.execute(text(_AS_WITHOUT_MARKS))
    assert _mark(units, owner, identity) is None
    listed(units, owner, running, at=NOW + HOUR)
    assert [item.resource.status for item in shown(units)] == ["running"]


def test_a_fingerprint_is_kept_to_the_letter(engine: Engine, units: OpenUnitOfWork) -> None:
    seen = a_resource("i-1")
    listed(units, add_credential(units), [seen])
    with engine.connect() as connection:
        kept = text("SELECT details_fingerprint, tags_fingerprint FROM resource_inventory")
        assert connection.execute(kept).one() == seen.fingerprint()


def test_the_mark_of_what_was_written_last_is_known(units: OpenUnitOfWork) -> None:
    owner, identity = add_credential(units), ExternalId("i-1")
    for status in ("running", "stopped"):
        seen = [a_resource(identity, status=status)]
        listed(units, owner, seen)
        assert _mark(units, owner, identity) == Sightings(seen).mark(identity)


def test_what_has_no_mark_is_known_without_and_stays_unchanged(units: OpenUnitOfWork) -> None:
    owner, identity = add_credential(units), ExternalId("i-1")
    seen = [a_resource(identity, attributes={"state": ItemState.ACTIVE})]  # marshal refuses it
    listed(units, owner, seen)
    assert _mark(units, owner, identity) is None
    assert listed(units, owner, seen, at=NOW + HOUR).unchanged == 1


def _mark(units: OpenUnitOfWork, owner: Credential, identity: ExternalId) -> str | None:
    with units() as work:
        return work.inventory.known(a_scope(owner))[identity].mark


def test_a_first_appearance_leaves_a_change_without_content(
    engine: Engine, units: OpenUnitOfWork
) -> None:
    listed(units, add_credential(units), [a_resource("i-1", attributes={"big": "x" * 9999})])
    with engine.connect() as connection:
        (before,) = connection.execute(text("SELECT before FROM inventory_changes")).scalars()
    assert before is None


def test_what_postgresql_cannot_keep_is_always_replaced_in_the_same_way(
    units: OpenUnitOfWork,
) -> None:
    odd = a_resource(
        "i-1",
        name="a\x00b",
        status="\ud83d",
        tags={"k\x00": "\udc00v", "fine": "😀"},
        attributes={"deep": [{"\x00": "\ud800"}], "inf": float("inf"), "fine": "\\u0000 as text"},
    )
    listed(units, add_credential(units), [odd])
    (item,) = shown(units)
    assert (item.resource.name, item.resource.status) == ("a␀b", "\ufffd")
    assert item.resource.tags == {"k␀": "\ufffdv", "fine": "😀"}
    assert item.resource.attributes == {
        "deep": [{"␀": "\ufffd"}],
        "inf": "inf",
        "fine": "\\u0000 as text",
    }


def test_nobody_sees_half_of_what_a_unit_writes(engine: Engine, units: OpenUnitOfWork) -> None:
    owner = add_credential(units)
    listed(units, owner, [a_resource("i-1")])
    with SqlUnitOfWork(engine) as writer:
        session = writer.inventory._session
        session.run(text("UPDATE resource_inventory SET name = 'half'"))
        assert [item.resource.name for item in shown(units)] == [None]
