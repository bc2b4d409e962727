"""The sandbox's clouds by name; each is imported when it is asked for, and not before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol


class Server(Protocol):
    """A cloud in a box."""

    @property
    def endpoint(self) -> str:
        """Its address, once it is started."""

    def start(self) -> None:
        """Listen and answer, in a thread.

        Raises:
            CannotListen: another program uses the port, or this machine does not allow it.
        """

    def stop(self) -> None:
        """Stop answering."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A server, what opens it, and what is still to be done once it answers."""

    server: Server
    credential: Callable[[], Mapping[str, Any]]
    furnish: Callable[[], None] = lambda: None


def _aws(port: int, *, furnished: bool) -> Cloud:
    from entrypoints.sandbox.aws.clients import KEYS  # noqa: PLC0415 - see above
    from entrypoints.sandbox.aws.seed import REGIONS, furnish  # noqa: PLC0415
    from entrypoints.sandbox.aws.server import AwsServer, forget_aws_settings  # noqa: PLC0415

    forget_aws_settings()
    server = AwsServer(port)
    return Cloud(
        server=server,
        credential=lambda: {**KEYS, "regions": list(REGIONS), "endpoint_url": server.endpoint},
        furnish=lambda: furnish(server.endpoint) if furnished else None,
    )


def _azure(port: int, *, furnished: bool) -> Cloud:
    from entrypoints.sandbox.azure.seed import furnish  # noqa: PLC0415 - see above
    from entrypoints.sandbox.azure.server import AzureServer  # noqa: PLC0415
    from entrypoints.sandbox.azure.shop import PRODUCTION  # noqa: PLC0415

    server = AzureServer(port=port)
    if furnished:
        furnish(server.tenant)
    else:
        server.tenant.subscribe(PRODUCTION)
    # limited to one subscription, because Terraform must be told in which one to build
    credential = partial(server.credential, subscription_id=PRODUCTION.id)
    return Cloud(server=server, credential=credential)


def _gcp(port: int, *, furnished: bool) -> Cloud:
    from entrypoints.sandbox.gcp.project import GcpProject  # noqa: PLC0415 - see above
    from entrypoints.sandbox.gcp.seed import demo_project  # noqa: PLC0415
    from entrypoints.sandbox.gcp.server import GcpServer  # noqa: PLC0415

    server = GcpServer(demo_project() if furnished else GcpProject(), port=port)
    return Cloud(server=server, credential=server.credential)


class Make(Protocol):
    """Makes a cloud that will listen on *port*; 0 is any that is free."""

    def __call__(self, port: int, *, furnished: bool) -> Cloud:
        """Return it; it neither listens nor answers yet."""


CLOUDS: Final[Mapping[str, Make]] = {"aws": _aws, "azure": _azure, "gcp": _gcp}
"""In the order of their ports, when they are not just any."""
