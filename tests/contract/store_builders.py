"""Short ways to put something into a store, and to look at it again."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from application.ports.errors import NotFound
from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import (
    Credential,
    CredentialName,
    EmailAddress,
    Provider,
    SealedSecret,
    User,
)
from domain.inventory import (
    ExternalId,
    InventoryItem,
    ItemState,
    Json,
    Location,
    ObservedResource,
    ResourceKind,
    Scope,
    Tags,
)
from domain.reconciliation import Changes, reconcile

NOW = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERY_STATE = frozenset(ItemState)


def add_user(units: OpenUnitOfWork, email: str = "ada@example.org") -> User:
    with units() as work:
        user = work.users.add(EmailAddress(email), at=NOW)
        work.commit()
    return user


def add_credential(
    units: OpenUnitOfWork,
    *,
    email: str = "ada@example.org",
    name: str = "production",
    provider: Provider = Provider.AWS,
    secret: SealedSecret = SealedSecret(b"sealed"),  # noqa: B008 - a frozen value
) -> Credential:
    """Add a credential to the user of that address, who is added if need be."""
    with units() as work:
        try:
            user = work.users.by_email(EmailAddress(email))
        except NotFound:
            user = work.users.add(EmailAddress(email), at=NOW)
        credential = work.credentials.add(
            user_id=user.id,
            provider=provider,
            name=CredentialName(name),
            secret=secret,
            at=NOW,
        )
        work.commit()
    return credential


def a_scope(credential: Credential, location: str = "eu-central-1") -> Scope:
    return Scope(
        credential_id=credential.id,
        kind=ResourceKind.AWS_EC2_INSTANCE,
        location=Location(location),
    )


def a_resource(
    identity: str,
    *,
    name: str | None = None,
    region: str | None = "eu-central-1",
    status: str | None = "running",
    tags: Tags | None = None,
    tags_readable: bool = True,
    attributes: Mapping[str, Json] | None = None,
) -> ObservedResource:
    return ObservedResource(
        external_id=ExternalId(identity),
        name=name,
        region=region,
        status=status,
        tags=(tags or {}) if tags_readable else None,
        attributes=attributes or {},
    )


def listed(
    units: OpenUnitOfWork,
    owner: Credential,
    resources: Iterable[ObservedResource],
    *,
    at: datetime = NOW,
    scope: Scope | None = None,
) -> Changes:
    """Do what a sync does with one complete listing, and return what it changed."""
    scope = scope or a_scope(owner)
    with units() as work:
        changes = reconcile(known=work.inventory.known(scope), observed=resources)
        work.inventory.apply(scope, changes, user_id=owner.user_id, at=at)
        work.commit()
    return changes


def shown(units: OpenUnitOfWork, at: datetime | None = None) -> list[InventoryItem]:
    """Return every item, whatever its state, as it is or as it was *at* that moment."""
    everything = InventoryFilter(states=EVERY_STATE, at=at)
    with units() as work:
        return list(work.inventory.page(everything, after=None, limit=1000))
