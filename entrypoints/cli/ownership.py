"""Finding whom and which key a command means by an e-mail address and a name."""

from typing import TYPE_CHECKING

from application.use_cases.list_credentials import CredentialChoice
from domain.accounts import CredentialId, UserId
from entrypoints.cli.failures import CommandFailed

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container


def user_called(service: "Container", email: str | None) -> UserId | None:
    """Return the user with that address; None if none was given.

    Raises:
        InvalidValue: that is no e-mail address.
        NotFound: nobody has it.
    """
    return service.list_users().with_email(email).id if email else None


def credential_called(
    service: "Container", name: str | None, *, user: str | None
) -> CredentialId | None:
    """Return the one credential with that name, disabled or not; None if no name was given.

    Raises:
        CommandFailed: there is none, or several users have one.
    """
    if not name:
        return None
    found = tuple(service.list_credentials()(CredentialChoice(user_email=user, name=name)))
    if not found:
        raise CommandFailed(f"There is no credential {name!r}: see multicloud credentials list.")
    if len(found) > 1:
        raise CommandFailed(f"Several users have a credential {name!r}: add --user EMAIL.")
    return found[0].credential.id
