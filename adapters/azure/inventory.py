"""What one Azure tenant contains right now, as far as one application may see it."""

from collections.abc import Callable, Iterator, Sequence

from adapters.azure.resource_groups import list_resource_groups
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Reading
from adapters.azure.storage_accounts import list_storage_accounts
from adapters.azure.subscriptions import open_subscriptions
from adapters.azure.virtual_machines import list_virtual_machines
from adapters.clouds.once import Once
from application.ports.clouds import CloudInventory
from domain.accounts import AccountId
from domain.inventory import Location, ResourceKind, Scope

_LISTINGS: dict[ResourceKind, Callable[[AzureSession, str], Iterator[Reading]]] = {
    ResourceKind.AZURE_VIRTUAL_MACHINE: list_virtual_machines,
    ResourceKind.AZURE_STORAGE_ACCOUNT: list_storage_accounts,
    ResourceKind.AZURE_RESOURCE_GROUP: list_resource_groups,
}


class AzureInventory(CloudInventory):
    """Lists each kind in each subscription; a location is a subscription's id."""

    def __init__(self, *, session: AzureSession) -> None:
        self._session = session
        self._open = Once(lambda: open_subscriptions(session))

    def account_id(self) -> AccountId:
        """Return the tenant, once Entra ID has given the application a token for it."""
        return self._session.identity()

    def locations(self, kind: ResourceKind) -> Sequence[Location]:  # noqa: ARG002 - the same for all
        """Return the subscription the credential is limited to, else every open one.

        A chosen subscription that turns out not to exist stays: its listing says so.
        """
        chosen = self._session.chosen_subscription
        return tuple(map(Location, (chosen,) if chosen else self._open()))

    def list_resources(self, scope: Scope) -> Iterator[Reading]:
        """Yield everything in *scope*."""
        yield from _LISTINGS[scope.kind](self._session, scope.location)
