"""A service account: its key, the tokens it was given, and what proves that it is asking."""

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from entrypoints.sandbox.gcp.scopes import Authority, scopes_in

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_HOUR = 3600
_SKEW = 300
"""Seconds by which a client's clock may differ."""
_PUBLISHED_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_WRONG_TIMES = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A private key as PEM text, and the half of it that a cloud keeps."""

    id: str
    pem: str = field(repr=False)
    public: "RSAPublicKey" = field(repr=False)


@cache
def key_pair() -> KeyPair:
    """Return this process's key, made when it is first needed, because making one is slow."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - for this alone
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(id=secrets.token_hex(20), pem=pem.decode(), public=key.public_key())


class GrantRefused(Exception):
    """No access token is given; the text is the description that is sent."""


class ServiceAccount:
    """One account of a project, with one key."""

    def __init__(self, *, project: str, name: str = "inventory-reader") -> None:
        self.email = f"{name}@{project}.iam.gserviceaccount.com"
        self.project = project
        self._revoked = False
        self._tokens: dict[str, tuple[float, Authority]] = {}
        self._lock = Lock()

    @property
    def valid(self) -> bool:
        """Whether the key was not taken back."""
        with self._lock:
            return not self._revoked

    def key_file(self, token_uri: str) -> dict[str, str]:
        """Return the file that the console would let one download."""
        return {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": key_pair().id,
            "private_key": key_pair().pem,
            "client_email": self.email,
            "client_id": "104711471147114711471",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "universe_domain": "googleapis.com",
        }

    def revoke(self) -> None:
        """Take back the key, and every token it was exchanged for."""
        with self._lock:
            self._revoked = True
            self._tokens.clear()

    def restore(self) -> None:
        """Accept the key again."""
        with self._lock:
            self._revoked = False

    def expire_tokens(self) -> None:
        """Accept no token that was given so far; the key stays good."""
        with self._lock:
            self._tokens.clear()

    def grant(self, assertion: str, token_uri: str) -> str:
        """Return an access token for an hour.

        Raises:
            GrantRefused: the assertion is not of this account, not signed with its key, or its
                times are not of now.
        """
        claims = self._proven(assertion)
        now = time.time()
        issued, expires = claims.get("iat", 0), claims.get("exp", 0)
        if issued > now + _SKEW or expires < now - _SKEW or expires - issued > _HOUR + _SKEW:
            raise GrantRefused(_WRONG_TIMES)
        if claims.get("aud") not in {token_uri, _PUBLISHED_TOKEN_URI}:
            raise GrantRefused("Invalid JWT: Failed audience check.")
        token = f"ya29.{secrets.token_urlsafe(48)}"
        with self._lock:
            self._tokens[token] = now + _HOUR, Authority(scopes=scopes_in(claims.get("scope")))
        return token

    def authority_of(self, bearer: str) -> Authority | None:
        """Return what *bearer* allows: a token that was given, or one the account signed itself.

        None: it is neither, or too old.
        """
        with self._lock:
            known = self._tokens.get(bearer)
        if known is not None:
            return known[1] if known[0] > time.time() else None
        try:
            claims = self._proven(bearer)
        except GrantRefused:
            return None
        if claims.get("sub") != self.email or claims.get("exp", 0) < time.time():
            return None
        return Authority(scopes=scopes_in(claims.get("scope")), audience=claims.get("aud"))

    def _proven(self, token: str) -> dict[str, Any]:
        """Return what *token* claims.

        Raises:
            GrantRefused: nothing proves that it comes from this account.
        """
        head, claims = _part(token, 0), _part(token, 1)
        if not self.valid or head.get("kid") != key_pair().id or claims.get("iss") != self.email:
            raise GrantRefused("Invalid grant: account not found")
        if not _signed(token):
            raise GrantRefused("Invalid JWT Signature.")
        return claims


def _part(token: str, place: int) -> dict[str, Any]:
    try:
        part = json.loads(_decoded(token.split(".")[place]))
    except (ValueError, IndexError):
        part = None
    if not isinstance(part, dict):
        raise GrantRefused("Bad Request")
    return part


def _signed(token: str) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    signed, _, signature = token.rpartition(".")
    try:
        key_pair().public.verify(_decoded(signature), signed.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
