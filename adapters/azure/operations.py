"""What is asked of Azure Resource Manager: each question with its version and permission."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Service(Enum):
    """Which of the SDK's clients asks."""

    COMPUTE = auto()
    STORAGE = auto()
    RESOURCES = auto()
    SUBSCRIPTIONS = auto()
    COSTS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One question that Azure Resource Manager answers."""

    service: Service
    path: str
    """Below the endpoint; `{subscription}` stands for the subscription's id."""
    version: str
    """The API version whose answers we know how to read."""
    permission: str
    """The action that a role must allow."""
    role: str = "Reader"
    """The smallest built-in role that allows it."""

    @property
    def provider(self) -> str:
        """The resource provider that answers."""
        return self.permission.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An operation in a place."""

    operation: Operation
    subscription: str | None = None
    """None: the tenant as a whole."""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the question is put."""
        return self.operation.path.format(subscription=self.subscription)

    @property
    def place(self) -> str:
        """The place in words."""
        return f"the subscription {self.subscription}" if self.subscription else "the tenant"


LIST_SUBSCRIPTIONS = Operation(
    service=Service.SUBSCRIPTIONS,
    path="/subscriptions",
    version="2022-12-01",
    permission="Microsoft.Resources/subscriptions/read",
)
GET_SUBSCRIPTION = Operation(
    service=Service.SUBSCRIPTIONS,
    path="/subscriptions/{subscription}",
    version="2022-12-01",
    permission="Microsoft.Resources/subscriptions/read",
)
LIST_RESOURCE_GROUPS = Operation(
    service=Service.RESOURCES,
    path="/subscriptions/{subscription}/resourcegroups",
    version="2021-04-01",
    permission="Microsoft.Resources/subscriptions/resourceGroups/read",
)
LIST_VIRTUAL_MACHINES = Operation(
    service=Service.COMPUTE,
    path="/subscriptions/{subscription}/providers/Microsoft.Compute/virtualMachines",
    version="2024-07-01",
    permission="Microsoft.Compute/virtualMachines/read",
)
LIST_NETWORK_INTERFACES = Operation(
    service=Service.COMPUTE,
    path="/subscriptions/{subscription}/providers/Microsoft.Network/networkInterfaces",
    version="2024-05-01",
    permission="Microsoft.Network/networkInterfaces/read",
)
LIST_PUBLIC_ADDRESSES = Operation(
    service=Service.COMPUTE,
    path="/subscriptions/{subscription}/providers/Microsoft.Network/publicIPAddresses",
    version="2024-05-01",
    permission="Microsoft.Network/publicIPAddresses/read",
)
LIST_STORAGE_ACCOUNTS = Operation(
    service=Service.STORAGE,
    path="/subscriptions/{subscription}/providers/Microsoft.Storage/storageAccounts",
    version="2023-05-01",
    permission="Microsoft.Storage/storageAccounts/read",
)
QUERY_COSTS = Operation(
    service=Service.COSTS,
    path="/subscriptions/{subscription}/providers/Microsoft.CostManagement/query",
    version="2023-11-01",
    permission="Microsoft.CostManagement/query/action",
    role="Cost Management Reader",
)
