"""Take a credential in hand, if it may be used."""

from application.owning import credential_for
from application.ports.errors import Rejected
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import (
    AccountId,
    Credential,
    CredentialId,
    Provider,
    SealedSecret,
    SubAccountId,
    UserId,
)
from domain.errors import AccountChanged, BuiltElsewhere


def usable_credential(
    unit_of_work: OpenUnitOfWork,
    *,
    user_id: UserId,
    credential_id: CredentialId,
    provider: Provider | None = None,
) -> tuple[Credential, SealedSecret]:
    """Return the credential and its sealed secret; *provider*, if given, must be its cloud.

    Raises:
        NotFound: this user has no such credential.
        Rejected: the credential is disabled, or is for another cloud.
    """
    with unit_of_work() as work:
        credential = credential_for(work, user_id, credential_id)
        secret = work.credentials.secret(credential_id)
    must_be_active(credential)
    if provider not in {None, credential.provider}:
        raise Rejected(
            f"Credential {credential.name.text!r} is for {credential.provider}, not for {provider}."
        )
    return credential, secret


def must_be_active(credential: Credential) -> None:
    """Check that the service may use *credential*.

    Raises:
        Rejected: it is disabled.
    """
    if not credential.active:
        raise Rejected(
            f"Credential {credential.name.text!r} is disabled.",
            remedy="Give it a secret that works with `multicloud credentials replace`.",
        )


def must_open_the_same_account(credential: Credential, found: AccountId) -> None:
    """Check that *credential* still opens the account it opened before, if it ever did.

    Raises:
        AccountChanged: it opens another one, whose resources and cost are not this credential's.
    """
    if credential.account_id not in {None, found}:
        raise AccountChanged(
            credential=credential.name.text, known=str(credential.account_id), found=found
        )


def must_open_where_it_is_built(
    credential: Credential, *, built_in: SubAccountId, found: SubAccountId
) -> None:
    """Check that *credential* leads to where a resource is *built_in*.

    Raises:
        BuiltElsewhere: it leads elsewhere, where nothing of the resource would be found.
    """
    if found != built_in:
        raise BuiltElsewhere(
            credential=credential.name.text,
            sub_account=credential.provider.sub_account,
            known=built_in,
            found=found,
        )
