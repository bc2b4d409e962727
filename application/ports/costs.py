"""What a cloud can be asked about its bill."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.accounts import AccountId
from domain.costs import DailyCharges, Period, SubAccountId


class CloudCosts(Protocol):
    """What the cloud charges for what one credential opens, and for nothing else.

    Another credential for the same organisation reads its own sub accounts, so that no cost is
    counted twice. Any method may raise `Unavailable`, `Throttled`, `TimedOut`, `AccessDenied`,
    `CredentialsExpired`, `NotFound` or `Rejected`.
    """

    @abstractmethod
    def account_id(self) -> AccountId:
        """Return the account that the credential opens, the same as its inventory's.

        Raises:
            CredentialsExpired: the cloud does not accept the key.
            Unavailable: the cloud could not answer.
        """

    @abstractmethod
    def sub_accounts(self) -> Sequence[SubAccountId]:
        """Return what is billed apart, each once.

        Raises:
            CredentialsExpired: the cloud does not accept the key.
            AccessDenied: the credential sees nothing that could be billed.
        """

    @abstractmethod
    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        """Yield every day of *period* in order, each once, those without any charge too.

        Days that the bill does not go back to are yielded as not known. A day is yielded whole or
        not at all: when a page cannot be read the call raises, and the days before stay true. Days
        that were read but make no sense are left out, and the call raises after all others.
        Nothing is asked of the cloud before the first day is wanted.

        Raises:
            AccessDenied: the credential may not see the bill; `permission` names what it lacks.
            NotFound: there is no bill where the credential says that it is.
        """
