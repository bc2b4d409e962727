"""Take a key to a cloud into custody."""

from dataclasses import dataclass, field

from application.ports.clouds import SecretFormat
from application.ports.secret_box import SecretBox
from application.ports.unit_of_work import OpenUnitOfWork
from application.rounds import urgent_sync
from domain.accounts import Credential, CredentialName, EmailAddress, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCredentialRequest:
    """Whose key, to which cloud, under which name, and the key itself."""

    user_email: str
    provider: str
    name: str
    document: object = field(repr=False)
    """The parsed credential file."""


class AddCredential:
    """Store a user's key to a cloud, sealed; nobody can read it back from the service."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        secret_box: SecretBox,
        secret_format: SecretFormat,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._secret_box = secret_box
        self._secret_format = secret_format

    def __call__(self, request: AddCredentialRequest) -> Credential:
        """Return the new credential.

        Raises:
            InvalidValue: the provider, the name or the address is not valid.
            Rejected: a field of the document is missing, unknown or malformed.
            NotFound: there is no such user.
            Conflict: the user has a credential of that name.
        """
        provider = Provider.named(request.provider)
        name = CredentialName(request.name)
        secret = self._secret_box.seal(self._secret_format.canonical(provider, request.document))
        with self._unit_of_work() as work:
            user = work.users.by_email(EmailAddress(request.user_email))
            now = work.now()
            credential = work.credentials.add(
                user_id=user.id, provider=provider, name=name, secret=secret, at=now
            )
            work.jobs.request([urgent_sync(credential, at=now)])
            work.commit()
        return credential
