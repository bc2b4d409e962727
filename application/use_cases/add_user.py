"""Let somebody in."""

from dataclasses import dataclass

from application.ports.clock import Clock
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import EmailAddress, User


@dataclass(frozen=True, slots=True, kw_only=True)
class AddUserRequest:
    """Who."""

    email: str


class AddUser:
    """Add a user; one e-mail address is one user."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def __call__(self, request: AddUserRequest) -> User:
        """Return the new user.

        Raises:
            InvalidValue: that is no e-mail address.
            Conflict: the address is taken.
        """
        email = EmailAddress(request.email)
        with self._unit_of_work() as work:
            user = work.users.add(email, at=self._clock.now())
            work.commit()
        return user
