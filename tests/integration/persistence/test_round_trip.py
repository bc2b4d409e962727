"""Whatever may be observed comes back as it was, through COPY and through JSON alike."""

import string
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId
from domain.health import HealthStatus, Trouble
from domain.inventory import (
    EVERYWHERE,
    ExternalId,
    Location,
    ObservedResource,
    ResourceKind,
    Scope,
)
from domain.syncs import ScopeRecord, ScopeStatus
from tests.contract.store_builders import HOUR, NOW, add_credential, listed

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
tricky = st.sampled_from(
    ["", "\\N", "\\.", "\t", "\n", "\r\n", "\\", "\\t", "'", '"', "NULL", "{}"]
)
any_text = texts | tricky | st.text(string.printable, max_size=10)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
numbers = st.integers() | st.floats(-1e15, 1e15).map(lambda number: number + 0.0)
documents: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)
resources = st.builds(
    ObservedResource,
    external_id=any_text.filter(bool).map(ExternalId),
    name=st.none() | any_text,
    region=st.none() | any_text,
    status=st.none() | any_text,
    uri=st.none() | any_text,
    created_at=st.none() | moments,
    tags=st.none() | st.dictionaries(any_text, any_text, max_size=4),
    attributes=st.dictionaries(any_text, documents, max_size=4),
)
listings = st.lists(resources, max_size=6, unique_by=lambda resource: resource.external_id)
troubles = st.builds(
    Trouble,
    cause=st.sampled_from(HealthStatus),
    detail=any_text,
    remedy=any_text,
    kind=st.none() | st.sampled_from(ResourceKind),
    location=st.none() | any_text.map(Location),
    permission=st.none() | any_text,
)
on_one_database = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


_numbers = count()


@on_one_database
@given(first=listings)
def test_every_observation_comes_back_from_its_row_and_from_its_before_image(
    units: OpenUnitOfWork, first: list[ObservedResource]
) -> None:
    owner = add_credential(units, name=f"credential {next(_numbers)}")
    scope = Scope(credential_id=owner.id, kind=ResourceKind.AWS_VPC, location=EVERYWHERE)
    listed(units, owner, first, scope=scope)
    listed(units, owner, [], scope=scope, at=NOW + HOUR)
    for state in ("as a row", "as a before-image"):
        at = None if state == "as a row" else NOW
        assert _kept(units, owner.id, at) == {seen.external_id: seen for seen in first}


def _kept(
    units: OpenUnitOfWork, credential_id: CredentialId, at: datetime | None
) -> dict[str, ObservedResource]:
    chosen = InventoryFilter(credential_id=credential_id, at=at)
    with units() as work:
        items = work.inventory.page(chosen, after=None, limit=100)
    return {item.resource.external_id: item.resource for item in items}


@on_one_database
@given(trouble=troubles, held=st.frozensets(any_text.filter(bool).map(ExternalId), max_size=5))
def test_every_scope_record_comes_back(
    units: OpenUnitOfWork, trouble: Trouble, held: frozenset[ExternalId]
) -> None:
    owner = add_credential(units, name=f"credential {next(_numbers)}")
    record = ScopeRecord(
        scope=Scope(credential_id=owner.id, kind=ResourceKind.AWS_VPC, location=EVERYWHERE),
        status=ScopeStatus.SUSPECT,
        attempted_at=NOW,
        held=held,
        trouble=trouble,
    )
    with units() as work:
        work.scopes.save(record)
        work.commit()
    with units() as work:
        assert dict(work.scopes.of_credential(owner.id)) == {record.scope: record}
