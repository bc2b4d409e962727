"""Keeping secrets unreadable at rest."""

from abc import abstractmethod
from typing import Protocol

from domain.accounts import SealedSecret


class SecretText:
    """A secret in the clear; it shows itself to nobody who does not ask by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself; never log, print or store what comes back."""
        return self._text

    def __repr__(self) -> str:
        return "SecretText(****)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretText) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("A secret in the clear may not be pickled.")


class SecretBox(Protocol):
    """Seals secrets with the service's newest key and opens them with any of its keys."""

    @abstractmethod
    def seal(self, secret: SecretText) -> SealedSecret:
        """Return *secret* sealed; sealing twice gives two different ciphertexts.

        Raises:
            Rejected: the service has no usable key.
        """

    @abstractmethod
    def open(self, sealed: SealedSecret) -> SecretText:
        """Return what was sealed.

        Raises:
            SealedOtherwise: it is whole, and no key of the service opens it.
            Rejected: it is damaged, or the service has no usable key.
        """

    @abstractmethod
    def reseal(self, sealed: SealedSecret) -> SealedSecret:
        """Return the same secret under the newest key, whichever key it was under before.

        Raises:
            SealedOtherwise, Rejected: as for `open`.
        """
