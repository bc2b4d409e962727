"""An access token for a service account, as Google's own libraries get one."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

from entrypoints.sandbox.terraform.google.http import OPENER, PATIENCE, unreachable
from entrypoints.sandbox.terraform.resource_type import CloudRefused

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE: Final = "https://www.googleapis.com/auth/cloud-platform"
_HOUR: Final = 3600
_FIELDS: Final = ("client_email", "private_key", "private_key_id", "token_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A service account and its key."""

    email: str
    key_id: str
    key: str = field(repr=False)
    """PEM text."""
    token_uri: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the account of a key file.

        Raises:
            CloudRefused: *text* is none; it says what is missing and never what is there.
        """
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        missing = [each for each in _FIELDS if not _has(document, each)]
        if missing:
            raise CloudRefused(
                "The credentials of Google Cloud are no service account's key file.",
                f"It lacks {', '.join(missing)}. Give the whole file in GOOGLE_CREDENTIALS.",
            )
        return cls(
            email=document["client_email"],
            key_id=document["private_key_id"],
            key=document["private_key"],
            token_uri=document["token_uri"],
        )

    def token(self) -> str:
        """Return an access token that is good for an hour.

        Raises:
            CloudRefused: the key is not accepted, or nobody answers.
        """
        form = urlencode({"grant_type": _GRANT, "assertion": self._assertion()}).encode()
        try:
            with OPENER.open(Request(self.token_uri, data=form), timeout=PATIENCE) as answer:  # noqa: S310 - the sandbox
                return str(json.load(answer)["access_token"])
        except HTTPError as error:
            with error:
                raise _not_granted(error) from None
        except OSError as error:
            raise unreachable(self.token_uri, error) from None

    def _assertion(self) -> str:
        now = int(time.time())
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        claims = {"iss": self.email, "scope": _SCOPE, "aud": self.token_uri}
        signed = f"{_part(head)}.{_part({**claims, 'iat': now, 'exp': now + _HOUR})}"
        return f"{signed}.{_encoded(self._signature(signed.encode()))}"

    def _signature(self, signed: bytes) -> bytes:
        # Imported here: validate and plan of something new need no token.
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_pem_private_key,
        )

        try:
            key = load_pem_private_key(self.key.encode(), password=None)
        except ValueError:
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise CloudRefused(
                f"The private key of {self.email} cannot be read.",
                "Download the key file again and give it as it is.",
            )
        return key.sign(signed, PKCS1v15(), SHA256())


def _has(document: object, name: str) -> bool:
    return isinstance(document, dict) and isinstance(document.get(name), str)


def _not_granted(error: HTTPError) -> CloudRefused:
    try:
        document = json.load(error)
    except ValueError:
        document = {}
    words = f"{document.get('error', 'refused')}: {document.get('error_description', '')}"
    return CloudRefused(
        f"oauth2: cannot fetch token: {error.code}: {words}",
        "Check that the key of the service account was not deleted or disabled.",
    )


def _part(document: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(document).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
