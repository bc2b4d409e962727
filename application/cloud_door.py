"""What a run needs of the cloud besides Terraform, asked for when it is needed and not before."""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property

from application.opening import (
    must_be_active,
    must_open_the_same_account,
    must_open_where_it_is_built,
)
from application.ports.clouds import Clouds
from application.ports.errors import Transient
from application.ports.owned_objects import OwnedObjects
from application.ports.terraform import ProviderEnvironment
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import AccountId, Credential, SealedSecret, SubAccountId


class CloudDoor:
    """One credential, as Terraform uses it for one resource."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clouds: Clouds,
        credential: Credential,
        secret: SealedSecret,
        built_in: SubAccountId | None,
        settle_in: Callable[[SubAccountId], None] | None = None,
    ) -> None:
        """*built_in* is where something of the resource may exist; None if that is nowhere.

        Then *settle_in*, if given, is told where the credential leads, before it is handed out.
        """
        self._unit_of_work = unit_of_work
        self._clouds = clouds
        self._credential = credential
        self._secret = secret
        self._built_in = built_in
        self._settle_in = settle_in

    @cached_property
    def _account(self) -> AccountId:
        must_be_active(self._credential)
        account = self._clouds.inventory(self._credential, self._secret).account_id()
        must_open_the_same_account(self._credential, account)
        if self._credential.account_id is None:
            self._remember(account)
        return account

    def unseal(self) -> None:
        """Open the secret and ask nothing: from now on it is hidden wherever it is repeated.

        Raises:
            Rejected: it cannot be opened.
        """
        self._clouds.inventory(self._credential, self._secret)

    def environment(self) -> ProviderEnvironment:
        """Return what opens the account to Terraform; ask anew for each command, for keys expire.

        Raises:
            Rejected: the credential is disabled, or cannot be opened.
            AccountChanged: it opens another account than before, where nothing of ours is.
            BuiltElsewhere: it opens another place in that account, where nothing of this is.
            PortError: the cloud does not let us in.
        """
        _ = self._account
        environment = self._clouds.provider_environment(self._credential, self._secret)
        self._enter(environment.sub_account_id)
        return environment

    def owned_objects(self) -> OwnedObjects | None:
        """Return what finds objects by our tags; None where each is found by its name.

        Raises:
            Rejected: the credential is disabled, or cannot be opened.
            AccountChanged: it opens another account than before.
            PortError: the cloud cannot be asked.
        """
        _ = self._account
        return self._clouds.owned_objects(self._credential, self._secret)

    def _enter(self, found: SubAccountId) -> None:
        if self._built_in is None:
            self._built_in = found
            if self._settle_in is not None:
                self._settle_in(found)
        must_open_where_it_is_built(self._credential, built_in=self._built_in, found=found)

    def _remember(self, account: AccountId) -> None:
        with suppress(Transient), self._unit_of_work() as work:
            work.credentials.remember_account(self._credential.id, account)
            work.commit()
