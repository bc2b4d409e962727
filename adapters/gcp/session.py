"""One credential's way into Google Cloud: who it is, and one connection per service."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from threading import RLock
from typing import TypeAlias

import requests

from adapters.clouds.counting import counted_for
from adapters.clouds.once import Once
from adapters.clouds.settled import settle
from adapters.gcp.connections import (
    AccountCredentials,
    BigQueryConnection,
    ComputeConnection,
    StorageConnection,
    authorized,
    token_request,
)
from adapters.gcp.errors import SDK_ERRORS, port_error, refusal
from adapters.gcp.operations import TOKEN, Call, Service
from adapters.gcp.pacing import in_turn
from adapters.gcp.retrying import ENTERING, Patience, patiently
from adapters.gcp.secret import GOOGLE_TOKEN_URI, GcpSecret
from application.ports.pacing import Pacing
from domain.accounts import AccountId, Provider

Connection: TypeAlias = ComputeConnection | StorageConnection | BigQueryConnection

_GOOGLES_OWN: Mapping[Service, str] = {
    Service.COMPUTE: "https://compute.googleapis.com",
    Service.STORAGE: "https://storage.googleapis.com",
    Service.BIGQUERY: "https://bigquery.googleapis.com",
    Service.TOKENS: GOOGLE_TOKEN_URI,
}

_READING = [
    f"https://www.googleapis.com/auth/{scope}"
    for scope in ("compute.readonly", "devstorage.read_only", "cloud-platform.read-only")
]
_REFUSED = 300  # none of Google's answers to these questions leads elsewhere


def _ignore(_: str) -> None:
    """Nobody keeps logs."""


class GcpSession:
    """Everything said to Google with one credential goes through here; safe to share by threads."""

    def __init__(
        self,
        secret: GcpSecret,
        *,
        patience: Patience,
        pacing: Pacing,
        learn: Callable[[str], None] = _ignore,
    ) -> None:
        """*learn* is told each token that Google hands out, so that it can be hidden in logs."""
        settle(Provider.GCP)
        self._secret = secret
        self._patience = patience
        self._pacing = pacing
        self._learn = learn
        token = Call(operation=TOKEN, project=secret.project_id)
        self._request = token_request(lambda: self._turn(token, self._entering))
        self._lock = RLock()
        self._connections: dict[Service, Connection] = {}
        self._account = Once(self._load)
        self._pool = Once(lambda: authorized(self._account(), self._request))
        self.identity = Once(self.ask_identity)

    @property
    def project(self) -> str:
        """The project that the credential is for."""
        return self._secret.project_id

    @property
    def patience(self) -> Patience:
        """How patient this session is."""
        return self._patience

    def ask_identity(self) -> AccountId:
        """Return the project, once Google has given a token for it just now.

        Raises:
            PortError: Google did not accept the key, or did not answer.
        """
        patience = self._entering
        times = (patience.connect_timeout, patience.read_timeout)

        def fetch() -> None:
            self._account().refresh(lambda **asked: self._request(**{"timeout": times, **asked}))

        try:
            patiently(fetch, patience)
        except SDK_ERRORS as exc:
            raise port_error(exc, Call(operation=TOKEN, project=self.project)) from exc
        return AccountId(self.project)

    def get(self, call: Call, patience: Patience | None = None) -> requests.Response:
        """Return Google's answer to *call*.

        Raises:
            PortError: Google refused, or did not answer, or it is too long until it may be asked.
        """
        patient = patience or self._patience

        def fetch() -> requests.Response:
            with self._turn(call, patient):
                return _fetched(connection, call, patient)

        try:
            connection = self.connection(call.operation.service)
            return patiently(fetch, patient)
        except SDK_ERRORS as exc:
            raise port_error(exc, call) from exc

    def connection(self, service: Service) -> Connection:
        """Return the connection to *service*, always the same one."""
        with self._lock:
            known = self._connections.get(service)
            if known is None:
                known = self._connections[service] = self._connect(service)
            return known

    @property
    def _entering(self) -> Patience:
        return min(self._patience, ENTERING, key=lambda it: it.total)

    def _turn(self, call: Call, patience: Patience) -> AbstractContextManager[None]:
        service = call.operation.service
        account = counted_for(
            call.project, endpoint=self._endpoint(service), own=_GOOGLES_OWN[service]
        )
        return in_turn(self._pacing, call, account=account, longest_wait=patience.longest_wait)

    def _endpoint(self, service: Service) -> str:
        secret = self._secret
        chosen = {
            Service.COMPUTE: secret.compute_endpoint,
            Service.STORAGE: secret.storage_endpoint,
            Service.BIGQUERY: secret.bigquery_endpoint,
            Service.TOKENS: secret.service_account_info.token_uri,
        }
        return (chosen[service] or _GOOGLES_OWN[service]).rstrip("/")

    def _connect(self, service: Service) -> Connection:
        endpoint, session = self._endpoint(service), self._pool()
        if service is Service.COMPUTE:
            return ComputeConnection(endpoint=endpoint, session=session)
        if service is Service.STORAGE:
            return StorageConnection(endpoint=endpoint, project=self.project, session=session)
        return BigQueryConnection(endpoint=endpoint, project=self.project, session=session)

    def _load(self) -> AccountCredentials:
        info = self._secret.service_account_info.model_dump(exclude_none=True)
        return AccountCredentials.reading(info, scopes=_READING, learn=self._learn)


def _fetched(connection: Connection, call: Call, patience: Patience) -> requests.Response:
    """Return what is answered.

    Raises:
        GoogleAPICallError: that is a refusal.
    """
    times = (patience.connect_timeout, patience.read_timeout)
    posted = {} if call.body is None else {"json": call.body}
    answer = connection.fetch(call.path, params=call.query, timeout=times, **posted)
    if answer.status_code >= _REFUSED:
        raise refusal(answer)
    return answer
