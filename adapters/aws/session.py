"""One credential's way into AWS: who it is, and one client per service and region."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Literal

import boto3
from botocore.config import Config
from botocore.configprovider import ConstantProvider
from botocore.session import Session as CoreSession

from adapters.aws.calls import Client, ask
from adapters.aws.errors import SDK_ERRORS, Operation, port_error, unreadable
from adapters.aws.models import models
from adapters.aws.pacing import pace
from adapters.aws.parsing import LenientParsers
from adapters.aws.secret import AwsSecret
from adapters.clouds.counting import counted_for
from adapters.clouds.once import Once
from adapters.clouds.settled import settle
from application.ports.errors import AccessDenied
from application.ports.pacing import LONGEST_WAIT, Pacing
from domain.accounts import AccountId, Provider

THREADS = 16
"""How many questions one listing asks at a time, at most."""

_CONNECTIONS = 4 * THREADS  # per client, so that no thread waits for a connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for AWS, in seconds, and how often to ask again."""

    mode: Literal["standard", "adaptive"]
    attempts: int
    connect_timeout: float
    read_timeout: float
    longest_wait: float = LONGEST_WAIT
    """For how long a request may be held back so that AWS does not refuse it."""


LISTING = Patience(mode="adaptive", attempts=10, connect_timeout=10, read_timeout=60)
ENTERING = Patience(mode="standard", attempts=3, connect_timeout=5, read_timeout=15, longest_wait=5)
"""For asking who we are: whoever starts a sync should not wait a minute to learn it cannot."""
PROBING = Patience(mode="standard", attempts=2, connect_timeout=3, read_timeout=10, longest_wait=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who AWS says we are."""

    account: AccountId
    partition: str
    """Of which cloud of Amazon's the account is: `aws`, `aws-cn`, `aws-us-gov`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What signs a request to AWS; it never shows itself."""

    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def _ignore(_: str) -> None:
    """Nobody keeps logs."""


class AwsSession:
    """Everything said to AWS with one credential goes through here; safe to share by threads."""

    def __init__(
        self,
        secret: AwsSecret,
        *,
        patience: Patience,
        pacing: Pacing,
        learn: Callable[[str], None] = _ignore,
    ) -> None:
        """*learn* is told each secret that AWS hands out, so that it can be hidden in logs."""
        settle(Provider.AWS)
        self._secret = secret
        self._patience = patience
        self._pacing = pacing
        self._account = _key_in_short(secret.access_key_id)
        self._learn = learn
        self._config = _config(secret, patience)
        self._entry_config = _config(secret, min(patience, ENTERING, key=lambda it: it.attempts))
        self._clients: dict[tuple[str, str], Client] = {}
        self._lock = RLock()  # the SDK's sessions may not make two clients at once
        self.keys = Once(self._take_keys)
        self._boto = Once(lambda: _boto_session(self.keys()))
        self.identity = Once(self.ask_identity)

    @property
    def home(self) -> str:
        """The region that answers for the account as a whole."""
        return self._secret.home

    @property
    def chosen_regions(self) -> tuple[str, ...]:
        """The regions the credential is limited to; empty if it is not."""
        return tuple(self._secret.regions or ())

    def client(self, service: str, region: str) -> Client:
        """Return the client of *service* in *region*, always the same one.

        Raises:
            PortError: the credential's role could not be taken on, or there is no such region.
        """
        with self._lock:
            client = self._clients.get((service, region))
            if client is None:
                client = self._clients[service, region] = self._make(self._boto(), service, region)
            return client

    def ask_identity(self) -> Identity:
        """Ask AWS who we are, now.

        Raises:
            PortError: AWS did not accept the key, or did not answer.
        """
        answer = ask(self.client("sts", self.home), "get_caller_identity")
        asked = Operation("sts", "GetCallerIdentity", self.home)
        account, arn = answer.get("Account"), str(answer.get("Arn") or "arn:aws:")
        if not account:
            raise unreadable(asked, lacking="Account")
        if not arn.startswith("arn:"):
            raise unreadable(asked, lacking="Arn")
        self._account = str(account)
        return Identity(account=AccountId(self._account), partition=arn.split(":")[1])

    def _take_keys(self) -> Keys:
        """Return the keys to work with: the credential's own, or those of its role for an hour."""
        secret = self._secret
        own = Keys(
            access_key_id=secret.access_key_id,
            secret_access_key=secret.secret_access_key,
            session_token=secret.session_token,
        )
        if secret.role_arn is None:
            return own
        return self._role_keys(self._make(_boto_session(own), "sts", self.home), secret.role_arn)

    def _role_keys(self, sts: Client, role: str) -> Keys:
        # How long they last is left to AWS. Unless asked otherwise that is one hour, which every
        # role allows and which is the most where the own keys are a role's too.
        proof = {"ExternalId": self._secret.external_id} if self._secret.external_id else {}
        try:
            answer = ask(sts, "assume_role", RoleArn=role, RoleSessionName="multi-cloud", **proof)
        except AccessDenied as denied:
            raise AccessDenied(
                f"AWS does not let this key assume the role {role}.",
                remedy="Let the role trust this key's account with this external id, "
                "and grant sts:AssumeRole to the key.",
                permission="sts:AssumeRole",
            ) from denied
        given: dict[str, str] = answer.get("Credentials") or {}
        if not {"AccessKeyId", "SecretAccessKey", "SessionToken"} <= given.keys():
            raise unreadable(Operation("sts", "AssumeRole", self.home), lacking="Credentials")
        for name in ("SecretAccessKey", "SessionToken"):
            self._learn(given[name])
        return Keys(
            access_key_id=given["AccessKeyId"],
            secret_access_key=given["SecretAccessKey"],
            session_token=given["SessionToken"],
        )

    def _make(self, boto: Any, service: str, region: str) -> Client:  # noqa: ANN401 - as above
        endpoint = self._secret.endpoint_url
        config = self._entry_config if service == "sts" else self._config
        try:
            client = boto.client(service, region, endpoint_url=endpoint, config=config)
        except SDK_ERRORS as exc:
            raise port_error(exc, Operation(service, "*", region)) from exc
        longest = self._patience.longest_wait
        if service == "sts":
            longest = min(longest, ENTERING.longest_wait)
        pace(client, self._pacing, account=self._whose_limits, longest_wait=longest)
        return client

    def _whose_limits(self) -> str:
        return counted_for(self._account, endpoint=self._secret.endpoint_url)


def _key_in_short(access_key_id: str) -> str:
    """Return what stands for the account until AWS has said which it is."""
    return "key-" + hashlib.sha256(access_key_id.encode()).hexdigest()[:12]


def _config(secret: AwsSecret, patience: Patience) -> Config:
    return Config(
        retries={"mode": patience.mode, "total_max_attempts": patience.attempts},
        connect_timeout=patience.connect_timeout,
        read_timeout=patience.read_timeout,
        max_pool_connections=_CONNECTIONS,
        ignore_configured_endpoint_urls=True,
        # A bucket's name is no host name below somebody's own endpoint.
        s3={"addressing_style": "path"} if secret.endpoint_url else None,
        user_agent_extra="multi-cloud",
    )


def _boto_session(keys: Keys) -> Any:  # noqa: ANN401 - boto3 ships no types
    """Return a session that knows these keys and nothing of this machine.

    Proxies and REQUESTS_CA_BUNDLE still count: they are the network's, not the credential's.
    """
    core = CoreSession()
    core.session_var_map.update(_DEAF)
    core.get_component("config_store").set_config_provider("s3", ConstantProvider(value=None))
    core.register_component("data_loader", models())
    core.register_component("response_parser_factory", LenientParsers())
    return boto3.Session(
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        botocore_session=core,
    )


_DEAF = {
    name: (None, None, os.devnull if name in {"config_file", "credentials_file"} else default, read)
    for name, (_, _, default, read) in CoreSession.SESSION_VARIABLES.items()
}
"""The SDK's settings, each with its default and without the variable or file it is read from."""
