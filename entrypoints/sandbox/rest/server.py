"""A server for a cloud that speaks REST."""

from entrypoints.sandbox.rest.certificate import Certificate
from entrypoints.sandbox.rest.faulty import FaultyServer
from entrypoints.sandbox.rest.wire import Answer, Request, request_from


class RestServer(FaultyServer[Request]):
    """Serves *answer* on the loopback interface; with a *certificate* as https.

    It is *delay* seconds late, remembers what it was asked, and fails on demand.
    """

    def __init__(
        self,
        answer: Answer,
        *,
        port: int = 0,
        certificate: Certificate | None = None,
        delay: float = 0.0,
    ) -> None:
        super().__init__(
            read=request_from, answer=answer, port=port, certificate=certificate, delay=delay
        )
