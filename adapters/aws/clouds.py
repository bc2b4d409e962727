"""Opens AWS accounts with sealed credentials."""

from functools import cached_property
from typing import TYPE_CHECKING

from adapters.aws.secret import AwsSecret, parse_secret
from adapters.clouds.opening import CheckedFormat, SealedClouds
from application.ports.clouds import CloudInventory, HealthProbe
from application.ports.costs import CloudCosts
from application.ports.owned_objects import OwnedObjects
from application.ports.terraform import ProviderEnvironment
from domain.accounts import AccountId, Credential, Provider, SealedSecret

if TYPE_CHECKING:
    from adapters.aws.session import AwsSession, Patience

# The SDK is imported when a cloud is opened, and not before: it takes longer to load than most
# commands take to run.


class AwsClouds(SealedClouds[AwsSecret]):
    """Opens what an AWS credential opens; the secret is unsealed only for that."""

    provider = Provider.AWS
    title = "AWS"
    parse = staticmethod(parse_secret)

    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:
        """Return the account's inventory; nothing is asked of AWS yet."""
        from adapters.aws.inventory import AwsInventory  # noqa: PLC0415 - see above
        from adapters.aws.session import LISTING  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AwsInventory(session=self._session(keys, LISTING))

    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:
        """Return a probe of the account; it waits for AWS far less long than a listing."""
        from adapters.aws.health import AwsHealthProbe  # noqa: PLC0415 - see above
        from adapters.aws.session import PROBING  # noqa: PLC0415

        keys = self._open(credential, secret)
        session = self._session(keys, PROBING)
        return AwsHealthProbe(session=session, clock=self._clock)

    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:
        """Return what the account is charged, as Cost Explorer says it."""
        from adapters.aws.costs import AwsCosts  # noqa: PLC0415 - see above
        from adapters.aws.session import LISTING  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AwsCosts(session=self._session(keys, LISTING))

    def provider_environment(
        self, credential: Credential, secret: SealedSecret
    ) -> ProviderEnvironment:
        """Return the keys for Terraform, once AWS has said whose they are.

        Those of a role are taken anew, and last an hour.
        """
        from adapters.aws.session import ENTERING  # noqa: PLC0415 - see above
        from adapters.aws.terraform_environment import terraform_environment  # noqa: PLC0415

        keys = self._open(credential, secret)
        session = self._session(keys, ENTERING)
        account = self._owners.get(secret) or session.identity().account
        if keys.role_arn is None:
            self._owners[secret] = account
        return terraform_environment(keys, session.keys(), account=account)

    @cached_property
    def _owners(self) -> dict[SealedSecret, AccountId]:
        """The account of each credential's own keys: they never change hands, so ask once."""
        return {}

    def owned_objects(self, credential: Credential, secret: SealedSecret) -> OwnedObjects:
        """Return what finds the objects of EC2, whose ids AWS chooses; nothing is asked yet."""
        from adapters.aws.owned_objects import AwsOwnedObjects  # noqa: PLC0415 - see above
        from adapters.aws.session import LISTING  # noqa: PLC0415

        keys = self._open(credential, secret)
        return AwsOwnedObjects(session=self._session(keys, LISTING))

    def _session(self, keys: AwsSecret, patience: "Patience") -> "AwsSession":
        from adapters.aws.session import AwsSession  # noqa: PLC0415 - see above

        return AwsSession(keys, patience=patience, pacing=self._pacing, learn=self._learn)


class AwsSecretFormat(CheckedFormat[AwsSecret]):
    """Knows what the secret of an AWS credential must look like."""

    provider = Provider.AWS
    title = "AWS"
    parse = staticmethod(parse_secret)
