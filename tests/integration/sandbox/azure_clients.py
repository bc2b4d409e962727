"""Microsoft's own clients, as its documentation has them, pointed at the sandbox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.costmanagement import CostManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient

from entrypoints.sandbox.azure.server import AzureServer

SCOPE = "https://management.azure.com/.default"

Client: TypeAlias = Any
"""Every field of the SDK's models may be None; tests read those that are there."""


@dataclass(frozen=True, kw_only=True)
class Azure:
    """The server, and clients that trust it."""

    server: AzureServer
    certificate: Path
    stack: ExitStack

    def sign_in(self, **fields: str) -> ClientSecretCredential:
        document = self.server.credential(**fields)
        credential = ClientSecretCredential(
            document["tenant_id"],
            document["client_id"],
            document["client_secret"],
            authority=document["authority_host"],
            disable_instance_discovery=True,
            connection_verify=str(self.certificate),
        )
        return self.stack.enter_context(credential)

    def subscriptions(self, **fields: str) -> Client:
        return self._client(SubscriptionClient, **fields)

    def compute(self, subscription: str) -> Client:
        return self._client(ComputeManagementClient, subscription)

    def storage(self, subscription: str) -> Client:
        return self._client(StorageManagementClient, subscription)

    def groups(self, subscription: str) -> Client:
        return self._client(ResourceManagementClient, subscription)

    def costs(self) -> Client:
        return self._client(CostManagementClient)

    def _client(self, kind: Callable[..., Client], *place: str, **fields: str) -> Client:
        client = kind(
            self.sign_in(**fields),
            *place,
            base_url=self.server.endpoint,
            credential_scopes=[SCOPE],
            connection_verify=str(self.certificate),
            retry_total=0,
        )
        self.stack.callback(client.close)
        return client


@contextmanager
def running_azure(server: AzureServer, folder: Path) -> Iterator[Azure]:
    server.start()
    certificate = folder / "certificate.pem"
    certificate.write_text(server.credential()["ca_certificate"])
    with ExitStack() as stack:
        yield Azure(server=server, certificate=certificate, stack=stack)
    server.stop()


def code_of(error: HttpResponseError) -> str | None:
    """What Resource Manager calls the error."""
    return error.error.code if error.error else None
