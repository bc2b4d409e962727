"""A believable tenant: the shop's other half, in two subscriptions and three regions."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from entrypoints.sandbox.azure.costs import Charge
from entrypoints.sandbox.azure.prices import charges_for
from entrypoints.sandbox.azure.resources import resource_group, storage_account, virtual_machine
from entrypoints.sandbox.azure.shop import (
    ACCOUNTS,
    CLOSED,
    DEVELOPMENT,
    FLEETS,
    GONE,
    GROUPS,
    PRODUCTION,
    SUPPORT,
    Account,
    Fleet,
    Group,
)
from entrypoints.sandbox.azure.tenant import AzureTenant, Document

_GONE_FOR: Final = timedelta(days=10)


def furnish(tenant: AzureTenant) -> None:
    """Put the demo into an empty tenant; it gets the same ids and the same costs every time."""
    tenant.subscribe(PRODUCTION, DEVELOPMENT, CLOSED)
    for group in GROUPS:
        tags = {"environment": group.environment}
        tenant.put(
            resource_group(group.subscription.id, group.name, location=group.location, tags=tags)
        )
        for document in _contents(group):
            tenant.put(document)
            tenant.charge(*charges_for(document))
    _charge_for_what_is_not_there(tenant)


def _contents(group: Group) -> Iterator[Document]:
    started = 4  # Azure keeps the first four addresses of a network
    for fleet in FLEETS:
        if fleet.group == group.name:
            yield from _machines(group, fleet, started)
            started += fleet.count
    for account in ACCOUNTS:
        if account.group == group.name:
            yield _account(group, account)


def _machines(group: Group, fleet: Fleet, first: int) -> Iterator[Document]:
    for number in range(1, fleet.count + 1):
        running = number <= fleet.count - fleet.deallocated
        address = first + number - 1
        yield from virtual_machine(
            group.subscription.id,
            group.name,
            f"{fleet.name}-{number}",
            location=group.location,
            size=fleet.size,
            power="running" if running else "deallocated",
            spot=fleet.spot,
            tags={"team": fleet.team, "environment": group.environment},
            private_ip=f"{group.network}.{address}",
            public_ip=f"203.0.113.{_last_byte(group, address)}" if fleet.public else None,
            created=_created(group, address),
        )


def _account(group: Group, account: Account) -> Document:
    tags = {"team": account.team, "environment": group.environment} if account.team else None
    return storage_account(
        group.subscription.id,
        group.name,
        account.name,
        location=group.location,
        sku=account.sku,
        public=account.public,
        tags=tags,
        created=_created(group, ACCOUNTS.index(account)),
    )


def _created(group: Group, number: int) -> str:
    """Return a moment in one of the years in which the shop has grown."""
    place = GROUPS.index(group)
    day = date(2020 + place % 6, number % 12 + 1, place + 10)
    return f"{day.isoformat()}T07:0{place}:{number % 60:02}.1234567+00:00"


def _last_byte(group: Group, address: int) -> int:
    return GROUPS.index(group) * 32 + address


def _charge_for_what_is_not_there(tenant: AzureTenant) -> None:
    group = next(each for each in GROUPS if each.name == GONE.group)
    (machine,) = (each for each in _machines(group, GONE, 200) if each["name"] == f"{GONE.name}-1")
    tenant.charge(*charges_for(machine, until=tenant.now().date() - _GONE_FOR))
    for subscription in (PRODUCTION, DEVELOPMENT):
        scope = f"/subscriptions/{subscription.id}"
        tenant.charge(Charge(scope=scope, service="Microsoft Defender for Cloud", daily=SUPPORT))
