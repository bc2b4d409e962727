"""Opens Google Cloud projects with sealed credentials."""

from typing import TYPE_CHECKING

from adapters.clouds.opening import CheckedFormat, SealedClouds
from adapters.gcp.secret import GcpSecret, parse_secret
from adapters.gcp.terraform_environment import terraform_environment
from application.ports.clouds import CloudInventory, HealthProbe
from application.ports.costs import CloudCosts
from application.ports.terraform import ProviderEnvironment
from domain.accounts import Credential, Provider, SealedSecret

if TYPE_CHECKING:
    from adapters.gcp.retrying import Patience
    from adapters.gcp.session import GcpSession

# The SDK is imported when a cloud is opened, and not before: it takes longer to load than most
# commands take to run.


class GcpClouds(SealedClouds[GcpSecret]):
    """Opens what a Google Cloud credential opens; the secret is unsealed only for that."""

    provider = Provider.GCP
    title = "Google Cloud"
    parse = staticmethod(parse_secret)

    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:
        """Return the project's inventory; nothing is asked of Google yet."""
        keys = self._open(credential, secret)

        from adapters.gcp.inventory import GcpInventory  # noqa: PLC0415 - see above
        from adapters.gcp.retrying import LISTING  # noqa: PLC0415

        return GcpInventory(session=self._session(keys, LISTING))

    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:
        """Return a probe of the project; it waits for Google far less long than a listing."""
        keys = self._open(credential, secret)

        from adapters.gcp.health import GcpHealthProbe  # noqa: PLC0415 - see above
        from adapters.gcp.retrying import PROBING  # noqa: PLC0415

        return GcpHealthProbe(session=self._session(keys, PROBING), clock=self._clock)

    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:
        """Return what the project is charged; None when no billing export is named."""
        keys = self._open(credential, secret)
        if keys.billing_export is None:
            return None

        from adapters.gcp.costs import GcpCosts  # noqa: PLC0415 - see above
        from adapters.gcp.retrying import LISTING  # noqa: PLC0415

        return GcpCosts(session=self._session(keys, LISTING), export=keys.billing_export)

    def provider_environment(
        self, credential: Credential, secret: SealedSecret
    ) -> ProviderEnvironment:
        """Return the key for Terraform, and where to use it; nothing is asked of Google."""
        return terraform_environment(self._open(credential, secret))

    def owned_objects(self, credential: Credential, secret: SealedSecret) -> None:
        """Return None: an object's id is made of the names that Terraform gives it."""
        self._open(credential, secret)

    def _session(self, keys: GcpSecret, patience: "Patience") -> "GcpSession":
        from adapters.gcp.session import GcpSession  # noqa: PLC0415 - see above

        return GcpSession(keys, patience=patience, pacing=self._pacing, learn=self._learn)


class GcpSecretFormat(CheckedFormat[GcpSecret]):
    """Knows what the secret of a Google Cloud credential must look like."""

    provider = Provider.GCP
    title = "Google Cloud"
    parse = staticmethod(parse_secret)
