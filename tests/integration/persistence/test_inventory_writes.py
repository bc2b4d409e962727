from sqlalchemy import Engine, text

from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from tests.contract.store_builders import HOUR, NOW, a_resource, add_credential, listed, shown
from tests.integration.persistence.catalog import rows_written

MANY = 2_000
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
