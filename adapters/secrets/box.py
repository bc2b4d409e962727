"""Sealing secrets with Fernet (AES-128-CBC and HMAC-SHA256), newest key first."""

import base64
import binascii
from collections.abc import Callable
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from application.ports.errors import Rejected, SealedOtherwise
from application.ports.secret_box import SecretBox, SecretText
from domain.accounts import SealedSecret

KEY_SETTING = "MULTICLOUD_SECRET_KEY"

_MAKES_A_KEY = (
    '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`'
)
_ENTER_IT_AGAIN = "give the credential its cloud key again with `multicloud credentials replace`."
_VERSION = b"\x80"
_BLOCK = 16
_AROUND_THE_BLOCKS = 1 + 8 + 16 + 32


class FernetSecretBox(SecretBox):
    """Seals with the first of its keys and opens with any of them."""

    def __init__(self, *, keys: SecretText | None, learn: Callable[[str], None]) -> None:
        """Take *keys* comma-separated, newest first; *learn* is told every secret that is handled.

        Keys that are missing or malformed are reported when the box is first used.
        """
        self._keys = keys
        self._learn = learn

    def seal(self, secret: SecretText) -> SealedSecret:
        """Return *secret* under the newest key."""
        self._learn(secret.reveal())
        return SealedSecret(self._fernet.encrypt(secret.reveal().encode()))

    def open(self, sealed: SealedSecret) -> SecretText:
        """Return what was sealed under any of the keys."""
        try:
            text = self._fernet.decrypt(sealed.ciphertext).decode()
        except InvalidToken as exc:
            raise _unopened(sealed) from exc
        self._learn(text)
        return SecretText(text)

    def reseal(self, sealed: SealedSecret) -> SealedSecret:
        """Return the same secret under the newest key."""
        try:
            return SealedSecret(self._fernet.rotate(sealed.ciphertext))
        except InvalidToken as exc:
            raise _unopened(sealed) from exc

    @cached_property
    def _fernet(self) -> MultiFernet:
        texts = [key.strip() for key in (self._keys.reveal() if self._keys else "").split(",")]
        texts = [text for text in texts if text]
        if not texts:
            raise Rejected(
                "There is no key to seal and open secrets with.",
                remedy=f"Set {KEY_SETTING} to what {_MAKES_A_KEY} prints, or start "
                "`multicloud up`, which makes a key of its own.",
            )
        return MultiFernet([self._usable(text, position=n) for n, text in enumerate(texts, 1)])

    def _usable(self, text: str, *, position: int) -> Fernet:
        self._learn(text)
        try:
            return Fernet(text)
        except ValueError:
            # from None: the text of the cause may quote the key
            raise Rejected(
                f"Key number {position} in {KEY_SETTING} is not a key: it must be 32 bytes in "
                "URL-safe base64, 44 characters.",
                remedy=f"Make one with {_MAKES_A_KEY}.",
            ) from None


def new_key() -> SecretText:
    """Return a fresh random key."""
    return SecretText(Fernet.generate_key().decode())


def _unopened(sealed: SealedSecret) -> Rejected:
    """Return why *sealed* does not open: our keys are others, or it is none that any key opens."""
    if _is_whole(sealed.ciphertext):
        return SealedOtherwise(
            f"A stored secret cannot be opened with any key in {KEY_SETTING}.",
            remedy=f"Add the key it was sealed with to {KEY_SETTING}, after the newest one and a "
            f"comma; if that key is lost, {_ENTER_IT_AGAIN}",
        )
    return Rejected(
        "A stored secret is damaged: no key can open it.",
        remedy=_ENTER_IT_AGAIN.capitalize(),
    )


def _is_whole(ciphertext: bytes) -> bool:
    """Tell whether it has the form of what Fernet seals, the one thing to be known without a key.

    That is a version, a moment, a starting value, blocks of 16 bytes, at least one, and a mark.
    """
    try:
        token = base64.urlsafe_b64decode(ciphertext)
    except (binascii.Error, ValueError):
        return False
    blocks = len(token) - _AROUND_THE_BLOCKS
    return token[:1] == _VERSION and blocks > 0 and blocks % _BLOCK == 0
