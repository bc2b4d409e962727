"""Put a current key in the place of an old one."""

from dataclasses import dataclass, field

from application.ports.clouds import SecretFormat
from application.ports.secret_box import SecretBox
from application.ports.unit_of_work import OpenUnitOfWork
from application.rounds import urgent_sync
from domain.accounts import Credential, CredentialName, EmailAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCredentialSecretRequest:
    """Whose credential, by name, and the new key itself."""

    user_email: str
    name: str
    document: object = field(repr=False)
    """The parsed credential file."""


class ReplaceCredentialSecret:
    """Give a credential a current key; what was seen with the old one stays with it.

    A disabled credential is used again from then on, and its health is due at once. The new key
    must open the same account: the next sync refuses another one.
    """

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

    def __call__(self, request: ReplaceCredentialSecretRequest) -> Credential:
        """Return the credential, active.

        Raises:
            InvalidValue: the address or the name is not valid.
            Rejected: a field of the document is missing, unknown or malformed.
            NotFound: there is no such user, or no such credential of theirs.
        """
        with self._unit_of_work() as work:
            user = work.users.by_email(EmailAddress(request.user_email))
            credential = work.credentials.named(user.id, CredentialName(request.name))
            document = self._secret_format.canonical(credential.provider, request.document)
            work.credentials.replace_secret(credential.id, self._secret_box.seal(document))
            enabled = work.credentials.enable(credential.id)
            work.jobs.request([urgent_sync(credential, at=work.now())])
            health = work.health.get(credential.id, for_update=True)
            if health is not None:
                work.health.save(health.due_at(work.now()))
            work.commit()
        return enabled
