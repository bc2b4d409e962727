"""What belongs to one user is out of another's reach, whatever use case is tried.

Each is tried for one user on what another has, on PostgreSQL and in memory.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Final, cast, get_type_hints

import psycopg2
import pytest
from dependency_injector import providers

from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.ports.errors import Conflict, NotFound
from application.ports.inventory import InventoryFilter
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.request_resource import RequestResourceRequest
from application.use_cases.show_resource import ShowResourceRequest
from domain.accounts import CredentialId
from domain.inventory import ItemId
from domain.provisioning import ResourceId
from entrypoints.bootstrap.container import Container
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.aws.rig import post
from tests.reliability.rig import a_container
from tests.reliability.two_users import (
    BY_NUMBER,
    FOR_A_USER,
    FOR_OPERATORS,
    NEVER_WAS,
    REFUSED,
    SHOWING,
    Person,
    a_bucket,
)

NUMBERS: Final = {"credential_id", "credential_ids", "item_id", "resource_id", "run_id"}
"""How requests name a thing that belongs to somebody."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The service, and every row about somebody or what they have, by table."""

    service: Container
    belongings: Callable[[Person], Mapping[str, list[str]]]


@pytest.fixture(scope="module", params=["postgresql", "memory"])
def ground(environment: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Ground]:
    with a_container(environment) as service:
        if request.param == "postgresql":
            url = environment["DATABASE_URL"]
            yield Ground(service=service, belongings=lambda person: rows_about(url, person))
            return
        store = MemoryStore(clock=service.clock())
        service.unit_of_work.override(providers.Factory(MemoryUnitOfWork, store))
        yield Ground(service=service, belongings=lambda person: entries_about(store, person))


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    """An AWS account with a bill."""
    aws = AwsServer()
    aws.start()
    post(f"{aws.endpoint}/sandbox/bill/shop", b"")
    yield aws.endpoint
    aws.stop()


@pytest.fixture(scope="module")
def two(ground: Ground, account: str) -> tuple[Person, Person]:
    """Ann and Bob, each in a region of their own."""
    return (
        settled(ground.service, "ann", "eu-west-1", account),
        settled(ground.service, "bob", "us-east-1", account),
    )


def settled(service: Container, name: str, region: str, endpoint: str) -> Person:
    """Return a new user who has one of everything."""
    user = service.add_user()(AddUserRequest(email=f"{name}@example.org"))
    person = Person(
        email=f"{name}@example.org",
        key=f"{name}s-key",
        region=region,
        user_id=user.id,
        credential_id=CredentialId(user.id),
        endpoint=endpoint,
        resource_id=ResourceId(user.id),
        item_id=ItemId(NEVER_WAS),
    )
    added = service.add_credential()(
        AddCredentialRequest(
            user_email=person.email, provider="aws", name=person.key, document=person.document
        )
    )
    assert added.id == person.credential_id
    for use_case in ("sync_credential", "update_cost_data"):
        FOR_A_USER[use_case](service, person, person)
    requested = service.request_resource()(
        RequestResourceRequest(
            user_email=person.email, credential_name=person.key, spec=a_bucket(f"{name}s-bucket")
        )
    )
    assert requested.resource.id == person.resource_id
    item = next(service.browse_inventory()(InventoryFilter(user_id=user.id)))
    return replace(person, item_id=item.id)


def seen(result: object) -> str:
    """Return all that a use case tells."""
    if isinstance(result, Iterable) and not isinstance(result, str):
        return "\n".join(map(repr, result))
    return repr(result)


def rows_about(database_url: str, person: Person) -> dict[str, list[str]]:
    """Return every row about *person* or what is hers, by table and column."""
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = 'bigint' "
            "AND column_name IN ('user_id', 'credential_id', 'resource_id')"
        )
        found: dict[str, list[str]] = {}
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT whole::text FROM "{table}" AS whole WHERE {column} = %s ORDER BY 1',
                (getattr(person, column),),
            )
            found[f"{table}.{column}"] = [row[0] for row in cursor.fetchall()]
    connection.close()
    return found


def entries_about(store: MemoryStore, person: Person) -> dict[str, list[str]]:
    """Return every entry about *person* or what is hers, by table; all her ids are one number."""
    number = person.user_id
    about = re.compile(rf"\b(user_id=|credential_id=|resource_id=|credential:|resource:){number}\b")
    tables = {each.name: getattr(store.committed, each.name) for each in fields(store.committed)}
    return {
        name: [
            repr(entry)
            for entry in table.items()
            if entry[0] == number or about.search(repr(entry))
        ]
        for name, table in tables.items()
    }


def use_cases() -> dict[str, type]:
    """Return everything in the container that is a use case, by name."""
    found = {name: _use_case(provider) for name, provider in Container.providers.items()}
    return {name: use_case for name, use_case in found.items() if use_case is not None}


def _use_case(provider: object) -> type | None:
    """Return the use case that *provider* makes, however it is wrapped; None if it makes none."""
    if not isinstance(provider, providers.Factory | providers.BaseSingleton | providers.Callable):
        return None
    if str(getattr(provider.provides, "__module__", "")).startswith("application.use_cases."):
        return cast("type", provider.provides)
    within = map(_use_case, provider.args)
    return next((each for each in within if each is not None), None)


def numbers_taken(use_case: type) -> set[str]:
    """Return by which numbers somebody can tell *use_case* what to act on."""
    takes = get_type_hints(use_case.__call__)
    requests = [hint for name, hint in takes.items() if name != "return" and is_dataclass(hint)]
    return NUMBERS & {field.name for request in requests for field in fields(request)}


def test_every_use_case_is_known_to_act_for_one_user_or_to_be_for_operators() -> None:
    assert use_cases().keys() == FOR_A_USER.keys() | FOR_OPERATORS.keys()
    assert not FOR_A_USER.keys() & FOR_OPERATORS.keys()


def test_whatever_takes_the_number_of_a_thing_asks_whose_it_is() -> None:
    taking = {name for name, use_case in use_cases().items() if numbers_taken(use_case)}

    assert taking >= set(BY_NUMBER)
    assert taking & FOR_OPERATORS.keys() == {"destroy_resource", "provision_resource"}


def test_both_have_something_that_the_other_could_reach_for(
    ground: Ground, two: tuple[Person, Person]
) -> None:
    for person in two:
        theirs = ground.belongings(person)
        for kind in ("credentials", "resources", "terraform_runs"):
            assert [table for table in theirs if table.startswith(kind) and theirs[table]], kind
        assert len([table for table in theirs if theirs[table]]) >= 9
        assert person.item_id != NEVER_WAS


@pytest.mark.parametrize("name", FOR_A_USER)
def test_for_bob_nothing_of_anns_is_shown_used_or_changed(
    ground: Ground, two: tuple[Person, Person], name: str
) -> None:
    ann, bob = two
    before = ground.belongings(ann)
    told, refused = "", False

    try:
        told = seen(FOR_A_USER[name](ground.service, bob, ann))
    except NotFound:
        refused = True

    assert refused is (name in REFUSED)
    assert name in {"add_credential", "sync_user_resources"} or not _marks_in(told, ann)
    assert ground.belongings(ann) == before


@pytest.mark.parametrize("name", BY_NUMBER)
def test_bob_is_told_of_anns_what_he_is_told_of_what_never_was(
    ground: Ground, two: tuple[Person, Person], name: str
) -> None:
    ann, bob = two
    nobody = replace(
        ann,
        credential_id=CredentialId(NEVER_WAS),
        resource_id=ResourceId(NEVER_WAS),
        item_id=ItemId(NEVER_WAS),
    )

    assert refusal(ground.service, name, bob, ann) == refusal(ground.service, name, bob, nobody)


def refusal(service: Container, name: str, who: Person, owner: Person) -> str:
    """Return in which words somebody is refused; the number of the thing is left out."""
    with pytest.raises(NotFound) as caught:
        seen(FOR_A_USER[name](service, who, owner))
    number = owner.item_id if name == "show_inventory_item" else owner.resource_id
    return repr(caught.value).replace(f" {number}.", " N.")


@pytest.mark.parametrize("name", SHOWING)
def test_what_ann_has_is_shown_to_herself(
    ground: Ground, two: tuple[Person, Person], name: str
) -> None:
    ann, _ = two

    told = seen(FOR_A_USER[name](ground.service, ann, ann))

    assert _marks_in(told, ann) or (name == "show_costs" and told)


def test_an_operator_is_shown_what_belongs_to_either(
    ground: Ground, two: tuple[Person, Person]
) -> None:
    ann, bob = two

    told = seen(ground.service.browse_inventory()(InventoryFilter()))
    shown = (ShowResourceRequest(resource_id=each.resource_id) for each in two)
    stories = [seen(ground.service.show_resource()(request)) for request in shown]

    assert _marks_in(told, ann) and _marks_in(told, bob)
    assert _marks_in(stories[0], ann) and _marks_in(stories[1], bob)


@pytest.mark.parametrize("name", REFUSED)
def test_what_bob_is_refused_ann_may_do(
    ground: Ground, two: tuple[Person, Person], name: str
) -> None:
    ann, _ = two
    before = ground.belongings(ann)

    try:
        told = seen(FOR_A_USER[name](ground.service, ann, ann))
    except Conflict:  # nothing was built, so nothing can be compared, tried again or destroyed
        assert name in {"confirm_drift", "retry_resource", "request_destruction"}
    else:
        assert ground.belongings(ann) != before or _marks_in(told, ann)


def _marks_in(text: str, person: Person) -> list[str]:
    return [mark for mark in person.marks if mark in text]
