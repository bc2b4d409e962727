"""A secret box without cryptography: it keeps the promises, not the secrets."""

import base64
import json
from itertools import count

from application.ports.errors import Rejected, SealedOtherwise
from application.ports.secret_box import SecretBox, SecretText
from domain.accounts import SealedSecret


class FakeSecretBox(SecretBox):
    """Seals by encoding, under keys that are mere names; newest first. For tests only."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys
        self._numbers = count(1)

    def seal(self, secret: SecretText) -> SealedSecret:
        """Return *secret* encoded, under the newest name."""
        text = base64.b85encode(secret.reveal().encode()[::-1]).decode()
        envelope = [self._usable_keys()[0], next(self._numbers), text]
        return SealedSecret(json.dumps(envelope).encode())

    def open(self, sealed: SealedSecret) -> SecretText:
        """Return what was sealed under any of the names."""
        keys = self._usable_keys()
        try:
            key, _, text = json.loads(sealed.ciphertext)
        except ValueError:
            raise Rejected("This is nothing that was sealed here.") from None
        if key not in keys:
            raise SealedOtherwise("A stored secret cannot be opened with these keys.")
        return SecretText(base64.b85decode(text)[::-1].decode())

    def reseal(self, sealed: SealedSecret) -> SealedSecret:
        """Return the same secret under the newest name."""
        return self.seal(self.open(sealed))

    def _usable_keys(self) -> tuple[str, ...]:
        if not self._keys:
            raise Rejected("There is no key to seal and open secrets with.")
        return self._keys
