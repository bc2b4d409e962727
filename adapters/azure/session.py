"""One credential's way into Azure: who it is, and one client per service and subscription."""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any, TypeAlias

from azure.core import AzureClouds
from azure.core.pipeline.policies import RequestIdPolicy, UserAgentPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.costmanagement import CostManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.storage import StorageManagementClient

from adapters.azure.connections import connections, transport
from adapters.azure.errors import Subject
from adapters.azure.operations import Call, Service
from adapters.azure.pacing import API_OPTION, Paced
from adapters.azure.retrying import ENTERING, Patience, PatientRetries
from adapters.azure.secret import PUBLIC_RESOURCE_MANAGER, AzureSecret, trusting
from adapters.azure.tokens import USER_AGENT, Authorized, Tokens
from adapters.clouds.counting import counted_for
from adapters.clouds.once import Once
from adapters.clouds.settled import settle
from application.ports.pacing import Pacing
from domain.accounts import AccountId, Provider

Client: TypeAlias = (
    ComputeManagementClient
    | StorageManagementClient
    | ResourceManagementClient
    | SubscriptionClient
    | CostManagementClient
)

_OF_SUBSCRIPTIONS: Mapping[Service, Callable[..., Client]] = {
    Service.COMPUTE: ComputeManagementClient,
    Service.STORAGE: StorageManagementClient,
    Service.RESOURCES: ResourceManagementClient,
}
_OF_TENANTS: Mapping[Service, Callable[..., Client]] = {
    Service.SUBSCRIPTIONS: SubscriptionClient,
    Service.COSTS: CostManagementClient,
}

_SENDERS = ("send_request", "_send_request")
"""What newer and older versions of the SDK call one and the same thing."""


def _ignore(_: str) -> None:
    """Nobody keeps logs."""


class AzureSession:
    """Everything said to Azure with one credential goes through here; safe to share by threads."""

    def __init__(
        self,
        secret: AzureSecret,
        *,
        patience: Patience,
        pacing: Pacing,
        learn: Callable[[str], None] = _ignore,
    ) -> None:
        """*learn* is told each token that Entra ID hands out, so that it can be hidden in logs."""
        settle(Provider.AZURE)
        self._secret = secret
        self._patience = patience
        self._pacing = pacing
        self.subject = Subject(client=secret.client_id)
        trust = trusting(secret.ca_certificate) if secret.ca_certificate else None
        self._session = connections(trust)
        self._tokens = Tokens(
            secret,
            session=self._session,
            patience=min(patience, ENTERING, key=lambda it: it.total),
            pacing=pacing,
            subject=self.subject,
            learn=learn,
        )
        self._clients: dict[tuple[Service, str | None], Client] = {}
        self._lock = RLock()
        self.identity = Once(self.ask_identity)

    @property
    def endpoint(self) -> str:
        """The address of Azure Resource Manager, without a slash at its end."""
        return self._secret.resource_manager_url or PUBLIC_RESOURCE_MANAGER

    @property
    def client_id(self) -> str:
        """The application as which we speak."""
        return self._secret.client_id

    @property
    def chosen_subscription(self) -> str | None:
        """The subscription the credential is limited to, if it is."""
        return self._secret.subscription_id

    def ask_identity(self) -> AccountId:
        """Return the tenant, once Entra ID has given a token for it just now.

        Raises:
            PortError: Entra ID did not accept the secret, or did not answer.
        """
        self._tokens.fresh()
        return AccountId(self._secret.tenant_id)

    def client(self, service: Service, subscription: str | None = None) -> Client:
        """Return the client of *service* in *subscription*, always the same one."""
        with self._lock:
            client = self._clients.get((service, subscription))
            if client is None:
                client = self._clients[service, subscription] = self._make(service, subscription)
            return client

    def send(
        self,
        request: HttpRequest,
        call: Call,
        **options: Any,  # noqa: ANN401 - the SDK's
    ) -> HttpResponse:
        """Return whatever Azure answers to *call*, put as *request*, refusals included.

        Raises:
            PortError: Entra ID gave no token, or it is too long until the request may be sent.
            Exception: one of `SDK_ERRORS`, when there is no answer.
        """
        options[API_OPTION] = call.operation.permission
        client = self.client(call.operation.service, call.subscription)
        return _sender(client)(request, **options)

    def _make(self, service: Service, subscription: str | None) -> Client:
        common = {
            "base_url": self.endpoint,
            "credential_scopes": [f"{self.endpoint}/.default"],
            # The environment may not name another cloud.
            "cloud_setting": AzureClouds.AZURE_PUBLIC_CLOUD,
            "transport": transport(self._session, self._patience),
            # Ours and no others: the SDK's would follow redirections, write to its log, and
            # register resource providers in the subscription.
            "policies": [
                RequestIdPolicy(),
                UserAgentPolicy(user_agent=USER_AGENT, user_agent_use_env=False),
                PatientRetries(self._patience),
                Authorized(self._tokens),
                Paced(
                    self._pacing,
                    account=self._whose_limits(service, subscription),
                    longest_wait=self._patience.longest_wait,
                ),
            ],
        }
        if service in _OF_TENANTS:
            return _OF_TENANTS[service](self._tokens, **common)
        return _OF_SUBSCRIPTIONS[service](self._tokens, subscription, **common)

    def _whose_limits(self, service: Service, subscription: str | None) -> str:
        """Return what Azure counts for: a tenant's questions about costs, else an application's."""
        tenant = self._secret.tenant_id
        whose = tenant if service is Service.COSTS else f"{subscription or tenant}/{self.client_id}"
        return counted_for(whose, endpoint=self.endpoint, own=PUBLIC_RESOURCE_MANAGER)


def _sender(client: Client) -> Callable[..., HttpResponse]:
    named = (getattr(client, name, None) for name in _SENDERS)
    found: Callable[..., HttpResponse] = next(filter(None, named))
    return found
