"""Stop using a key."""

from dataclasses import dataclass

from application.ports.clock import Clock
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, CredentialName, EmailAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableCredentialRequest:
    """Whose key, by name."""

    user_email: str
    name: str


class DisableCredential:
    """Stop using a credential; what was seen with it stays in the inventory."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def __call__(self, request: DisableCredentialRequest) -> Credential:
        """Return the credential, disabled; disabling it twice changes nothing.

        Raises:
            InvalidValue: the address or the name is not valid.
            NotFound: there is no such user, or no such credential of theirs.
        """
        with self._unit_of_work() as work:
            user = work.users.by_email(EmailAddress(request.user_email))
            credential = work.credentials.named(user.id, CredentialName(request.name))
            disabled = work.credentials.disable(credential.id, at=self._clock.now())
            work.commit()
        return disabled
