"""Users in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select

from adapters.persistence.rows import user_from
from adapters.persistence.session import Session
from adapters.persistence.tables import users
from application.ports.errors import NotFound
from application.ports.repositories import Users
from domain.accounts import EmailAddress, User, UserId


class SqlUsers(Users):
    """The table `users`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, email: EmailAddress, *, at: datetime) -> User:
        """Insert the user; a taken address leaves the unit usable."""
        row = self._session.attempt(
            insert(users).values(email=email.text, created_at=at).returning(users),
            subject=email.text,
        )
        return user_from(row.one())

    def get(self, user_id: UserId) -> User:
        """Return the user with this id."""
        return self._one(users.c.id == user_id, f"with the id {user_id}")

    def many(self, user_ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Return those of the users that exist."""
        rows = self._session.run(select(users).where(users.c.id == func.any(list(user_ids))))
        return {user.id: user for user in map(user_from, rows)}

    def by_email(self, email: EmailAddress) -> User:
        """Return the user with this address."""
        return self._one(users.c.email == email.text, f"with the address {email}")

    def page(self, *, after: UserId | None, limit: int) -> Sequence[User]:
        """Return the next users in the order of their ids."""
        chosen = select(users).where(users.c.id > (after or 0)).order_by(users.c.id).limit(limit)
        return [user_from(row) for row in self._session.run(chosen)]

    def _one(self, condition: ColumnElement[bool], words: str) -> User:
        row = self._session.run(select(users).where(condition)).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no user {words}.",
                remedy="List the users with `multicloud users list`, or add one with "
                "`multicloud users add`.",
            )
        return user_from(row)
