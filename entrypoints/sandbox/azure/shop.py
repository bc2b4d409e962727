"""What the shop runs on Azure: two subscriptions in use, seven resource groups, three regions."""

from dataclasses import dataclass
from typing import Final

from entrypoints.sandbox.azure.tenant import Subscription

PRODUCTION: Final = Subscription(id="5a0f0c1e-1b7d-4f0e-8a55-1f6f00000001", name="Shop Production")
DEVELOPMENT: Final = Subscription(
    id="5a0f0c1e-1b7d-4f0e-8a55-1f6f00000002", name="Shop Development"
)
CLOSED: Final = Subscription(
    id="5a0f0c1e-1b7d-4f0e-8a55-1f6f00000003", name="Shop Trial 2019", state="Disabled"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A resource group, and where it is."""

    subscription: Subscription
    name: str
    location: str
    environment: str
    network: str
    """The first three numbers of its addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Machines that do the same."""

    group: str
    name: str
    count: int
    size: str
    team: str
    deallocated: int = 0
    """How many of them, the last ones, are switched off."""
    public: bool = False
    """Whether they can be reached from outside."""
    spot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A storage account; one without a team is one that nobody remembers."""

    group: str
    name: str
    sku: str = "Standard_LRS"
    team: str | None = None
    public: bool = False


GROUPS: Final = (
    Group(
        subscription=PRODUCTION,
        name="shop-api-prod",
        location="westeurope",
        environment="prod",
        network="10.80.1",
    ),
    Group(
        subscription=PRODUCTION,
        name="shop-data-prod",
        location="northeurope",
        environment="prod",
        network="10.81.1",
    ),
    Group(
        subscription=PRODUCTION,
        name="Shop-Recovery",
        location="eastus",
        environment="recovery",
        network="10.82.1",
    ),
    Group(
        subscription=PRODUCTION,
        name="shop-web-archive",
        location="westeurope",
        environment="prod",
        network="10.83.1",
    ),
    Group(
        subscription=DEVELOPMENT,
        name="shop-dev",
        location="westeurope",
        environment="dev",
        network="10.90.1",
    ),
    Group(
        subscription=DEVELOPMENT,
        name="shop-build",
        location="northeurope",
        environment="tools",
        network="10.91.1",
    ),
    Group(
        subscription=DEVELOPMENT,
        name="shop-sandbox",
        location="eastus",
        environment="dev",
        network="10.92.1",
    ),
)
FLEETS: Final = (
    Fleet(
        group="shop-api-prod",
        name="api",
        count=3,
        size="Standard_D4s_v5",
        team="storefront",
        public=True,
    ),
    Fleet(group="shop-api-prod", name="ledger", count=2, size="Standard_E4s_v5", team="payments"),
    Fleet(
        group="shop-data-prod",
        name="report",
        count=3,
        size="Standard_E4s_v5",
        team="data",
        deallocated=1,
    ),
    Fleet(
        group="Shop-Recovery",
        name="standby",
        count=1,
        size="Standard_D2s_v5",
        team="platform",
        deallocated=1,
    ),
    Fleet(
        group="shop-dev",
        name="dev",
        count=2,
        size="Standard_B2s",
        team="storefront",
        deallocated=1,
        public=True,
    ),
    Fleet(
        group="shop-build",
        name="build",
        count=3,
        size="Standard_F4s_v2",
        team="platform",
        deallocated=1,
        spot=True,
    ),
)
ACCOUNTS: Final = (
    Account(group="shop-api-prod", name="shopapimedia", sku="Standard_ZRS", team="storefront"),
    Account(group="shop-api-prod", name="shopledgerfiles", sku="Standard_GRS", team="payments"),
    Account(group="shop-data-prod", name="shopreportlake", sku="Standard_ZRS", team="data"),
    Account(group="Shop-Recovery", name="shoprecoverycopies", sku="Standard_GRS", team="platform"),
    Account(group="shop-web-archive", name="oldwebsitebackup", public=True),
    Account(group="shop-build", name="shopbuildcache", sku="Premium_LRS", team="platform"),
)
GONE: Final = Fleet(
    group="shop-data-prod", name="migration", count=1, size="Standard_D4s_v5", team="data"
)
"""Its machine was deleted ten days ago; it still shows in what was paid."""
SUPPORT: Final = 0.95
"""Euros a day that belong to no resource."""
