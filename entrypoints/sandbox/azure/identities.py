"""Who may ask: applications of a tenant, their secrets and the tokens they were given."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from uuid import NAMESPACE_URL, uuid5

from entrypoints.sandbox.azure.errors import unauthenticated


@dataclass(slots=True, kw_only=True)
class Application:
    """A service principal with one secret."""

    client_id: str
    secret: str = field(repr=False)
    secret_expired: bool = False

    @property
    def object_id(self) -> str:
        """What roles are given to, and what refusals name."""
        return str(uuid5(NAMESPACE_URL, f"principal/{self.client_id}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    application: Application
    until: datetime


class Directory:
    """The applications of one tenant; every method may be called by any thread."""

    def __init__(self, tenant: str, *, now: Callable[[], datetime], lifetime: timedelta) -> None:
        self.tenant = tenant
        self.lifetime = lifetime
        self._now = now
        self._applications: dict[str, Application] = {}
        self._grants: dict[str, _Grant] = {}
        self._lock = Lock()

    def register(self, client_id: str, secret: str) -> Application:
        """Let the holder of *secret* ask as *client_id* from now on."""
        with self._lock:
            application = Application(client_id=client_id, secret=secret)
            self._applications[client_id] = application
            return application

    def find(self, client_id: str) -> Application | None:
        """Return the application, if there is one."""
        with self._lock:
            return self._applications.get(client_id)

    def grant(self, application: Application) -> str:
        """Return a new token."""
        with self._lock:
            until = self._now() + self.lifetime
            token = self._token(application, until)
            self._grants[token] = _Grant(application=application, until=until)
            return token

    def holder(self, authorization: str) -> Application:
        """Return who holds the token in an Authorization header.

        Raises:
            ArmError: 401, and why.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            message = "Authentication failed. The 'Authorization' header is missing."
            raise unauthenticated("AuthenticationFailed", message, tenant=self.tenant)
        with self._lock:
            grant = self._grants.get(token)
        if grant is None:
            message = "The access token is invalid."
            raise unauthenticated("InvalidAuthenticationToken", message, tenant=self.tenant)
        if grant.until <= self._now():
            message = "The access token expiry UTC time is earlier than current UTC time."
            raise unauthenticated("ExpiredAuthenticationToken", message, tenant=self.tenant)
        return grant.application

    def revoke_tokens(self) -> None:
        """Let no token given so far be good for anything."""
        with self._lock:
            self._grants.clear()

    def expire_secret(self, client_id: str) -> bool:
        """Let a secret be good for nothing, nor any token; False if it was so before."""
        application = self.find(client_id)
        if application is None or application.secret_expired:
            return False
        application.secret_expired = True
        self.revoke_tokens()
        return True

    def _token(self, application: Application, until: datetime) -> str:
        """Return a token of the usual form: some clients read in it who they are."""
        claims = {
            "aud": "https://management.azure.com",
            "iss": f"https://sts.windows.net/{self.tenant}/",
            "tid": self.tenant,
            "appid": application.client_id,
            "oid": application.object_id,
            "idtyp": "app",
            "exp": int(until.timestamp()),
        }
        head = {"typ": "JWT", "alg": "RS256"}
        return f"{_base64(head)}.{_base64(claims)}.{secrets.token_urlsafe(32)}"


def _base64(document: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
