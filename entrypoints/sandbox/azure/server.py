"""An Azure on this machine: Entra ID and Resource Manager behind one certificate of its own."""

from collections.abc import Mapping
from typing import Any

from entrypoints.sandbox.azure.bulk import BulkSubscription
from entrypoints.sandbox.azure.changes import changes_of
from entrypoints.sandbox.azure.entra import EntraId
from entrypoints.sandbox.azure.environment import environment_reply
from entrypoints.sandbox.azure.manager import ResourceManager
from entrypoints.sandbox.azure.tenant import CLIENT_ID, CLIENT_SECRET, AzureTenant
from entrypoints.sandbox.rest.certificate import Certificate, self_signed
from entrypoints.sandbox.rest.changes import sandbox_reply
from entrypoints.sandbox.rest.server import RestServer
from entrypoints.sandbox.rest.wire import Reply, Request


class AzureServer(RestServer):
    """Serves one tenant on https; `start` returns when it listens.

    With *bulk* the tenant has that subscription too.
    """

    def __init__(
        self,
        tenant: AzureTenant | None = None,
        *,
        port: int = 0,
        delay: float = 0.0,
        bulk: BulkSubscription | None = None,
    ) -> None:
        self.tenant = tenant or AzureTenant()
        if bulk is not None:
            self.tenant.subscribe(bulk.subscription)
        self._certificate: Certificate = self_signed()
        self._entra = EntraId(self.tenant.directory)
        self._manager = ResourceManager(self.tenant, shortcut=bulk)
        super().__init__(self._reply_to, port=port, certificate=self._certificate, delay=delay)

    def credential(self, **fields: object) -> Mapping[str, Any]:
        """Return the document that opens the tenant, with *fields* in place of its own."""
        return {
            "tenant_id": self.tenant.id,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "authority_host": self.endpoint,
            "resource_manager_url": self.endpoint,
            "ca_certificate": self._certificate.pem,
            **fields,
        }

    def _reply_to(self, request: Request) -> Reply:
        return (
            sandbox_reply(request, cloud="azure", changes=changes_of(self.tenant))
            or environment_reply(request)
            or self._entra(request)
            or self._manager(request)
        )
