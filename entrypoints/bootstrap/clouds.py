"""All clouds as one: each credential goes to the adapter of its provider."""

from collections.abc import Mapping

from application.ports.clouds import CloudInventory, Clouds, HealthProbe, SecretFormat
from application.ports.costs import CloudCosts
from application.ports.errors import Rejected
from application.ports.owned_objects import OwnedObjects
from application.ports.secret_box import SecretText
from application.ports.terraform import ProviderEnvironment
from domain.accounts import Credential, Provider, SealedSecret


class CloudsByProvider(Clouds):
    """Opens each credential with the adapter of its provider."""

    def __init__(self, *, adapters: Mapping[Provider, Clouds]) -> None:
        self._adapters = adapters

    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:
        """Return the inventory that *credential* opens."""
        return self._adapter(credential).inventory(credential, secret)

    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:
        """Return a probe of what *credential* opens."""
        return self._adapter(credential).probe(credential, secret)

    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:
        """Return what *credential* is charged."""
        return self._adapter(credential).costs(credential, secret)

    def provider_environment(
        self, credential: Credential, secret: SealedSecret
    ) -> ProviderEnvironment:
        """Return what opens the account of *credential* to Terraform's provider."""
        return self._adapter(credential).provider_environment(credential, secret)

    def owned_objects(self, credential: Credential, secret: SealedSecret) -> OwnedObjects | None:
        """Return what finds our objects by their tags; None where names tell them all."""
        return self._adapter(credential).owned_objects(credential, secret)

    def _adapter(self, credential: Credential) -> Clouds:
        try:
            return self._adapters[credential.provider]
        except KeyError:
            raise no_adapter(credential.provider, self._adapters) from None


class FormatByProvider(SecretFormat):
    """Checks the secret of each credential as its provider's adapter does."""

    def __init__(self, *, formats: Mapping[Provider, SecretFormat]) -> None:
        self._formats = formats

    def canonical(self, provider: Provider, document: object) -> SecretText:
        """Return *document* as the canonical text to seal."""
        try:
            secret_format = self._formats[provider]
        except KeyError:
            raise no_adapter(provider, self._formats) from None
        return secret_format.canonical(provider, document)


def no_adapter(provider: Provider, served: Mapping[Provider, object]) -> Rejected:
    """Return the error for a cloud that this version cannot talk to."""
    return Rejected(
        f"This version has no adapter for {provider} yet.",
        remedy=f"It serves {', '.join(sorted(served)) or 'no cloud'}.",
    )
