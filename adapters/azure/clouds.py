"""Opens Azure tenants with sealed credentials."""

from collections.abc import Callable

from adapters.azure.secret import AzureSecret, parse_secret
from application.ports.clock import Clock
from application.ports.clouds import CloudInventory, Clouds, HealthProbe, SecretFormat
from application.ports.costs import CloudCosts
from application.ports.errors import Rejected
from application.ports.secret_box import SecretBox, SecretText
from domain.accounts import Credential, Provider, SealedSecret

# The SDK is imported when a cloud is opened, and not before: it takes longer to load than most
# commands take to run.


class AzureClouds(Clouds):
    """Opens what an Azure credential opens; the secret is unsealed only for that."""

    def __init__(
        self,
        *,
        secret_box: SecretBox,
        clock: Clock,
        allow_custom_endpoints: bool,
        learn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """*learn* is told the tokens that Entra ID hands out, so that logs can hide them."""
        self._secret_box = secret_box
        self._clock = clock
        self._allow_custom_endpoints = allow_custom_endpoints
        self._learn = learn

    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:
        """Return the tenant's inventory; nothing is asked of Azure yet."""
        from adapters.azure.inventory import AzureInventory  # noqa: PLC0415 - see above
        from adapters.azure.retrying import LISTING  # noqa: PLC0415
        from adapters.azure.session import AzureSession  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AzureInventory(session=AzureSession(keys, patience=LISTING, learn=self._learn))

    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:
        """Return a probe of the tenant; it waits for Azure far less long than a listing."""
        from adapters.azure.health import AzureHealthProbe  # noqa: PLC0415 - see above
        from adapters.azure.retrying import PROBING  # noqa: PLC0415
        from adapters.azure.session import AzureSession  # noqa: PLC0415

        keys = self._open(credential, secret)
        session = AzureSession(keys, patience=PROBING, learn=self._learn)
        return AzureHealthProbe(session=session, clock=self._clock)

    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:
        """Return what the subscriptions are charged, as Cost Management says it."""
        from adapters.azure.costs import AzureCosts  # noqa: PLC0415 - see above
        from adapters.azure.retrying import LISTING  # noqa: PLC0415
        from adapters.azure.session import AzureSession  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AzureCosts(session=AzureSession(keys, patience=LISTING, learn=self._learn))

    def _open(self, credential: Credential, secret: SealedSecret) -> AzureSecret:
        if credential.provider is not Provider.AZURE:
            raise _not_ours(credential.provider)
        text = self._secret_box.open(secret).reveal()
        return parse_secret(text, allow_custom_endpoints=self._allow_custom_endpoints)


class AzureSecretFormat(SecretFormat):
    """Knows what the secret of an Azure credential must look like."""

    def __init__(self, *, allow_custom_endpoints: bool) -> None:
        self._allow_custom_endpoints = allow_custom_endpoints

    def canonical(self, provider: Provider, document: object) -> SecretText:
        """Return *document* as text, without what is null."""
        if provider is not Provider.AZURE:
            raise _not_ours(provider)
        secret = parse_secret(document, allow_custom_endpoints=self._allow_custom_endpoints)
        return secret.canonical()


def _not_ours(provider: Provider) -> Rejected:
    return Rejected(
        f"This is a credential for {provider}, not for Azure.",
        remedy="Choose the provider that the credential is for.",
    )
