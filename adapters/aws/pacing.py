"""Every request to AWS waits for its turn, each retry anew, and a throttle is told to all."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from adapters.aws.calls import Client
from adapters.aws.meanings import BY_CODE
from adapters.clouds.waiting import seconds_to_wait
from application.ports.errors import Throttled
from application.ports.pacing import Pacing
from domain.accounts import Provider
from domain.pacing import ApiCall

_TOO_MANY_REQUESTS: Final = 429
_SERVICE_UNAVAILABLE: Final = 503


def pace(
    client: Client, pacing: Pacing, *, account: Callable[[], str], longest_wait: float
) -> None:
    """Let *client* send nothing before its turn; *account* tells whose limits count by now."""
    service, region = client.meta.service_model.service_name, client.meta.region_name

    def call(event: str) -> ApiCall:
        operation = event.rpartition(".")[2]
        return ApiCall(
            provider=Provider.AWS,
            account_id=account(),
            region=region,
            api=f"{service}.{operation}",
        )

    def wait(event_name: str, **_: object) -> None:
        pacing.wait(call(event_name), at_most=longest_wait)

    def look(event_name: str, response_dict: Any, parsed_response: Any, **_: object) -> None:  # noqa: ANN401 - the SDK's
        if parsed_response is not None and _is_throttle(service, parsed_response):
            headers = response_dict.get("headers") or {}
            pacing.throttled(call(event_name), retry_after=_asked_wait(headers))

    # These are sent to handlers for each attempt, between the SDK's retries.
    client.meta.events.register("before-send", wait)
    client.meta.events.register("response-received", look)


def _is_throttle(service: str, answer: Mapping[str, Any]) -> bool:
    code = str((answer.get("Error") or {}).get("Code") or "")
    status = (answer.get("ResponseMetadata") or {}).get("HTTPStatusCode")
    known = BY_CODE.get(code)
    if known is not None:
        return issubclass(known.error, Throttled)
    # S3 says it with a status alone where the answer to a HEAD has no body.
    return status == _TOO_MANY_REQUESTS or (service == "s3" and status == _SERVICE_UNAVAILABLE)


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    named = {name.lower(): value for name, value in headers.items()}
    return seconds_to_wait(named.get("retry-after"), sent=named.get("date"))
