"""What is said of credentials that reach the same, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Final

from application.ports.unit_of_work import UnitOfWork
from domain.accounts import Overlap, User, UserId

MOST_OVERLAPS: Final = 20
"""How many are told of at a time."""
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOverlap:
    """Credentials of one user that reach the same; two may be meant, as one reads and one builds.

    Only their owner, or an operator, may hear of them.
    """

    owner: User
    overlap: Overlap

    @property
    def told(self) -> str:
        """Which credentials reach what, and what comes of it, in a sentence without its full stop.

        Cost is left out of that: a bill that two read counts once.
        """
        names = [each.text for each in self.overlap.credentials]
        places = self.overlap.sub_accounts
        which = self.overlap.provider.sub_account + ("s" if len(places) > 1 else "")
        all_of_them = "both" if len(names) == 2 else "all"  # noqa: PLR2004 - two are both
        return (
            f"{_listed(names)} of {self.owner.email} {all_of_them} reach {which} "
            f"{_listed(places)}: the inventory lists what is there once for each of them; its cost "
            "is counted once"
        )

    @property
    def what_to_do(self) -> str:
        """The commands to look at one of them alone, and to do without another."""
        first, *_, last = (quote(each.text) for each in self.overlap.credentials)
        user = f"--user {quote(self.owner.email.text)}"
        return (
            f"See it listed once with multicloud inventory {user} --credential {first}. If one is "
            f"enough, stop using the other: multicloud credentials disable {user} --name {last}; "
            "what was seen with it stays, and what was built with it cannot be destroyed then."
        )


def found_overlaps(work: UnitOfWork, user_id: UserId | None) -> Sequence[FoundOverlap]:
    """Return the first of them, of this user or, with None, of any one user; empty if none."""
    overlaps = work.credentials.overlaps(user_id, limit=MOST_OVERLAPS)
    owners = work.users.many({each.user_id for each in overlaps})
    return [FoundOverlap(owner=owners[each.user_id], overlap=each) for each in overlaps]


def _listed(words: Sequence[str]) -> str:
    if len(words) > _MOST_NAMED:
        return f"{', '.join(words[:_MOST_NAMED])} and {len(words) - _MOST_NAMED} more"
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
