"""Bring every secret under the newest key."""

from dataclasses import dataclass

from application.ports.errors import Rejected
from application.ports.secret_box import SecretBox, SecretText
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.accounts import CredentialId


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecretKeysReport:
    """How many secrets are under the newest key now, and which open with none of the keys."""

    resealed: int
    unreadable: tuple[CredentialId, ...] = ()

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"resealed": self.resealed, "unreadable": len(self.unreadable)}


class RotateSecretKeys:
    """Seal every stored secret anew with the newest key, so that older keys can be retired.

    It may be interrupted and run again: what is under the newest key stays readable. A secret
    that opens with none of the keys is left as it is and reported.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, secret_box: SecretBox, page_size: int = 100
    ) -> None:
        self._unit_of_work = unit_of_work
        self._secret_box = secret_box
        self._page_size = page_size

    def __call__(self) -> RotateSecretKeysReport:
        """Reseal page by page, each page in one transaction.

        Raises:
            Rejected: there is no usable key to seal with.
            Unavailable: the store cannot be reached; whole pages are done or not begun.
        """
        self._secret_box.seal(SecretText(""))  # without a key every secret would seem unreadable
        resealed = 0
        unreadable: list[CredentialId] = []
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(after=after, limit=self._page_size)
                refused = [each.id for each in page if not self._reseal(work, each.id)]
                work.commit()
            resealed += len(page) - len(refused)
            unreadable += refused
            if len(page) < self._page_size:
                return RotateSecretKeysReport(resealed=resealed, unreadable=tuple(unreadable))
            after = page[-1].id

    def _reseal(self, work: UnitOfWork, credential_id: CredentialId) -> bool:
        try:
            sealed = self._secret_box.reseal(work.credentials.secret(credential_id))
        except Rejected:
            return False
        work.credentials.replace_secret(credential_id, sealed)
        return True
