"""A cloud in a process of its own, so that its work is not counted as that of its client.

What it has answered once it remembers: whoever is measured waits for the way there and back, and
not for a cloud that thinks.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from entrypoints.sandbox.aws.bulk import BulkAccount, record
from entrypoints.sandbox.aws.replay import ReplayServer
from entrypoints.sandbox.aws.wire import Answer, Reply, Request
from entrypoints.sandbox.azure.bulk import BulkSubscription
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.gcp.bulk import BulkProject
from entrypoints.sandbox.gcp.server import GcpServer
from tests.architecture.source import ROOT
from tests.integration.aws.rig import KEYS

_PATIENCE = 60  # seconds until it must have gone


class CloudApart:
    """The near side of a cloud that runs elsewhere."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.document: str = self._heard()
        """The credential that opens it, as JSON."""

    def asked(self) -> int:
        """Return how many requests came since this was last called."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._heard())

    def _heard(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def running(cloud: str, **size: object) -> Iterator[CloudApart]:
    """Run the *cloud* called so, with what *size* says in it."""
    command = [sys.executable, "-m", "tests.benchmarks.cloud_apart", cloud, json.dumps(size)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield CloudApart(process)
        finally:
            process.communicate(timeout=_PATIENCE)


class _Server(Protocol):
    """What every cloud's server can do."""

    @property
    def requests(self) -> tuple[object, ...]: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def forget(self) -> None: ...


_Made = tuple[_Server, Callable[[], Mapping[str, Any]]]
"""A server, and what tells the credential that opens it once it runs."""


def _aws(*, delay: float, **size: Any) -> _Made:  # noqa: ANN401 - of the account
    instance, vpc = record()
    account = BulkAccount(instance=instance, vpc=vpc, **size)
    server = ReplayServer(_remembered(account), delay=delay)
    return server, lambda: {**KEYS, "endpoint_url": server.endpoint}


def _azure(**size: Any) -> _Made:  # noqa: ANN401 - of the subscription
    bulk = BulkSubscription(**size)
    bulk.warm_up()
    server = AzureServer(bulk=bulk)
    return server, server.credential


def _gcp(**size: Any) -> _Made:  # noqa: ANN401 - of the project
    server = GcpServer(bulk=BulkProject(**size))
    return server, server.credential


def _remembered(answer: Answer) -> Answer:
    known: dict[tuple[object, ...], Reply] = {}

    def reply(request: Request) -> Reply:
        if request.identity not in known:
            known[request.identity] = answer(request)
        return known[request.identity]

    return reply


_CLOUDS: Mapping[str, Callable[..., _Made]] = {"aws": _aws, "azure": _azure, "gcp": _gcp}


def _serve(cloud: str, size: str) -> None:
    """Serve until nobody listens; a line in is answered by the number of requests since."""
    server, credential = _CLOUDS[cloud](**json.loads(size))
    server.start()
    _say(json.dumps(credential()))
    for _ in sys.stdin:
        _say(str(len(server.requests)))
        server.forget()
    server.stop()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
