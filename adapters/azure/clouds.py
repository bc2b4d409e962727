"""Opens Azure tenants with sealed credentials."""

from typing import TYPE_CHECKING

from adapters.azure.secret import AzureSecret, parse_secret
from adapters.azure.terraform_environment import terraform_environment
from adapters.clouds.opening import CheckedFormat, SealedClouds
from application.ports.clouds import CloudInventory, HealthProbe
from application.ports.costs import CloudCosts
from application.ports.terraform import ProviderEnvironment
from domain.accounts import Credential, Provider, SealedSecret

if TYPE_CHECKING:
    from adapters.azure.retrying import Patience
    from adapters.azure.session import AzureSession

# The SDK is imported when a cloud is opened, and not before: it takes longer to load than most
# commands take to run.


class AzureClouds(SealedClouds[AzureSecret]):
    """Opens what an Azure credential opens; the secret is unsealed only for that."""

    provider = Provider.AZURE
    title = "Azure"
    parse = staticmethod(parse_secret)

    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:
        """Return the tenant's inventory; nothing is asked of Azure yet."""
        from adapters.azure.inventory import AzureInventory  # noqa: PLC0415 - see above
        from adapters.azure.retrying import LISTING  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AzureInventory(session=self._session(keys, LISTING))

    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:
        """Return a probe of the tenant; it waits for Azure far less long than a listing."""
        from adapters.azure.health import AzureHealthProbe  # noqa: PLC0415 - see above
        from adapters.azure.retrying import PROBING  # noqa: PLC0415

        keys = self._open(credential, secret)
        session = self._session(keys, PROBING)
        return AzureHealthProbe(session=session, clock=self._clock)

    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:
        """Return what the subscriptions are charged, as Cost Management says it."""
        from adapters.azure.costs import AzureCosts  # noqa: PLC0415 - see above
        from adapters.azure.retrying import LISTING  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AzureCosts(session=self._session(keys, LISTING))

    def provider_environment(
        self, credential: Credential, secret: SealedSecret
    ) -> ProviderEnvironment:
        """Return the key for Terraform, and where to use it; nothing is asked of Azure."""
        return terraform_environment(self._open(credential, secret))

    def owned_objects(self, credential: Credential, secret: SealedSecret) -> None:
        """Return None: an object's id is made of the names that Terraform gives it."""
        self._open(credential, secret)

    def _session(self, keys: AzureSecret, patience: "Patience") -> "AzureSession":
        from adapters.azure.session import AzureSession  # noqa: PLC0415 - see above

        return AzureSession(keys, patience=patience, pacing=self._pacing, learn=self._learn)


class AzureSecretFormat(CheckedFormat[AzureSecret]):
    """Knows what the secret of an Azure credential must look like."""

    provider = Provider.AZURE
    title = "Azure"
    parse = staticmethod(parse_secret)
