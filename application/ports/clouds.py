"""What a cloud account can be asked, by ability."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol

from application.ports.costs import CloudCosts
from application.ports.owned_objects import OwnedObjects
from application.ports.secret_box import SecretText
from application.ports.terraform import ProviderEnvironment
from domain.accounts import AccountId, Credential, Provider, SealedSecret
from domain.health import HealthCheck
from domain.inventory import Location, ObservedResource, ResourceKind, Scope, UnreadableRecord


class CloudInventory(Protocol):
    """What one cloud account contains right now.

    An inventory may be asked from several threads at once. Any method may raise
    `Unavailable`, `Throttled`, `TimedOut`, `AccessDenied` or `CredentialsExpired`.
    """

    @abstractmethod
    def account_id(self) -> AccountId:
        """Return the account that the credential opens; it needs no permission.

        Raises:
            CredentialsExpired: the cloud does not accept the key.
            Unavailable: the cloud could not answer.
        """

    @abstractmethod
    def locations(self, kind: ResourceKind) -> Sequence[Location]:
        """Return every location that must be listed to see all of *kind*, each once.

        An empty answer means that *kind* can exist nowhere in this account.

        Raises:
            AccessDenied: the credential may not know where to look.
        """

    @abstractmethod
    def list_resources(self, scope: Scope) -> Iterator[ObservedResource | UnreadableRecord]:
        """Yield every resource in *scope*, in any order; an empty scope yields nothing.

        Reaching the end is the proof that the listing is complete: whatever keeps a page from
        being read raises, even after other pages were yielded. A record that names no resource
        is yielded as an `UnreadableRecord` in its place. Resources whose end the cloud still
        reports (an instance that is terminated) are not yielded.

        Raises:
            AccessDenied: the credential may not list here; trying again will not help.
            Unavailable: the cloud could not answer; trying again may help.
            Throttled: the cloud asked to slow down more often than we are ready to wait.
        """


class HealthProbe(Protocol):
    """A cheap look at whether one credential works."""

    @abstractmethod
    def check(self) -> HealthCheck:
        """Ask who we are, then one cheap question per service.

        It reports whatever the cloud says and raises nothing but a defect: a key that is not
        accepted is the check's `failure`, a service that refuses is one of its `troubles`; when
        every service refuses, the gravest of the troubles is the failure too. Witness is PROBE.
        """


class Clouds(Protocol):
    """Opens clouds with credentials whose secrets stay sealed until the last moment."""

    @abstractmethod
    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:
        """Return the inventory that *credential* opens; nothing may be asked of the cloud yet.

        Raises:
            Rejected: the secret cannot be opened, or is not what this provider needs.
        """

    @abstractmethod
    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:
        """Return a probe of what *credential* opens.

        Raises:
            Rejected: as for `inventory`.
        """

    @abstractmethod
    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:
        """Return what *credential* is charged; None if it does not say where that can be read.

        Nothing may be asked of the cloud yet.

        Raises:
            Rejected: as for `inventory`.
        """

    @abstractmethod
    def provider_environment(
        self, credential: Credential, secret: SealedSecret
    ) -> ProviderEnvironment:
        """Return what opens the account to Terraform's provider of this cloud, and which that is.

        Raises:
            Rejected: as for `inventory`, or the secret does not say where things are to be made.
            PortError: a role had to be taken on, or the cloud be asked whose the keys are, and it
                did not let us.
        """

    @abstractmethod
    def owned_objects(self, credential: Credential, secret: SealedSecret) -> OwnedObjects | None:
        """Return what finds our objects by their tags; None where names tell them all.

        Nothing may be asked of the cloud yet.

        Raises:
            Rejected: as for `inventory`.
        """


class SecretFormat(Protocol):
    """Knows what the secret of a credential must look like."""

    @abstractmethod
    def canonical(self, provider: Provider, document: object) -> SecretText:
        """Return *document* as the canonical text to seal.

        Raises:
            Rejected: a field is missing, unknown or malformed; the text names it, never its value.
        """
