"""Bring every secret under the newest key."""

from dataclasses import dataclass

from application.ports.secret_box import SecretBox
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecretKeysReport:
    """How many secrets are under the newest key now."""

    resealed: int

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"resealed": self.resealed}


class RotateSecretKeys:
    """Seal every stored secret anew with the newest key, so that older keys can be retired.

    It may be interrupted and run again: what is under the newest key stays readable.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, secret_box: SecretBox, page_size: int = 500
    ) -> None:
        self._unit_of_work = unit_of_work
        self._secret_box = secret_box
        self._page_size = page_size

    def __call__(self) -> RotateSecretKeysReport:
        """Reseal page by page, each page in one transaction.

        Raises:
            Rejected: a secret opens with none of the keys; its page is left as it was.
        """
        resealed = 0
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(after=after, limit=self._page_size)
                for credential in page:
                    sealed = work.credentials.secret(credential.id)
                    work.credentials.replace_secret(credential.id, self._secret_box.reseal(sealed))
                work.commit()
            resealed += len(page)
            if len(page) < self._page_size:
                return RotateSecretKeysReport(resealed=resealed)
            after = page[-1].id
