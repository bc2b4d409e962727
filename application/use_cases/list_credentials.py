"""Show the keys to the clouds, and how well they work."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.accounts import Credential, CredentialId, EmailAddress, Provider, User
from domain.health import ProviderHealth
from domain.syncs import SyncRun


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialChoice:
    """Which credentials to show; each field narrows the choice, None does not."""

    user_email: str | None = None
    provider: Provider | None = None
    name: str | None = None
    active_only: bool = False

    def admits(self, credential: Credential) -> bool:
        """Tell whether *credential* is chosen, its user aside."""
        return (
            self.provider in {None, credential.provider}
            and self.name in {None, credential.name.text}
            and (credential.active or not self.active_only)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialOverview:
    """One credential with its owner, its health and its last sync."""

    credential: Credential
    user: User
    health: ProviderHealth | None
    last_run: SyncRun | None


class ListCredentials:
    """Show credentials with what is known of them; their secrets are never shown."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, page_size: int = 500) -> None:
        self._unit_of_work = unit_of_work
        self._page_size = page_size

    def __call__(self, choice: CredentialChoice) -> Iterator[CredentialOverview]:
        """Yield the chosen credentials in the order in which they came; none if none fit.

        Raises:
            NotFound: nobody has the address asked for.
        """
        if choice.user_email is not None:
            with self._unit_of_work() as work:
                user = work.users.by_email(EmailAddress(choice.user_email))
                overviews = tuple(_overviews(work, choice, work.credentials.of_user(user.id)))
            yield from overviews
            return
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(
                    after=after, limit=self._page_size, active_only=choice.active_only
                )
                overviews = tuple(_overviews(work, choice, page))
            yield from overviews
            if len(page) < self._page_size:
                return
            after = page[-1].id


def _overviews(
    work: UnitOfWork, choice: CredentialChoice, credentials: Sequence[Credential]
) -> Iterator[CredentialOverview]:
    chosen = list(filter(choice.admits, credentials))
    ids = [credential.id for credential in chosen]
    users = work.users.many({credential.user_id for credential in chosen})
    health, runs = work.health.many(ids), work.sync_runs.latest_of(ids)
    for credential in chosen:
        yield CredentialOverview(
            credential=credential,
            user=users[credential.user_id],
            health=health.get(credential.id),
            last_run=runs.get(credential.id),
        )
