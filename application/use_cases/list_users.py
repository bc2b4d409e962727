"""Show who uses the service."""

from collections.abc import Iterator

from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import EmailAddress, User, UserId


class ListUsers:
    """Show every user, in the order in which they came, page by page."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, page_size: int = 500) -> None:
        self._unit_of_work = unit_of_work
        self._page_size = page_size

    def __call__(self) -> Iterator[User]:
        """Yield all users; none if there are none."""
        after: UserId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.users.page(after=after, limit=self._page_size)
            yield from page
            if len(page) < self._page_size:
                return
            after = page[-1].id

    def with_email(self, email: str) -> User:
        """Return the one user with this address.

        Raises:
            InvalidValue: that is no e-mail address.
            NotFound: nobody has it.
        """
        with self._unit_of_work() as work:
            return work.users.by_email(EmailAddress(email))
