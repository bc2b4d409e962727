"""Google's errors, as its services put them."""

from collections.abc import Mapping, Sequence
from typing import Any

from entrypoints.sandbox.rest.wire import Reply, json_reply

Json = dict[str, Any]

TITLES = {
    "compute": "Compute Engine API",
    "storage": "Cloud Storage JSON API",
    "bigquery": "BigQuery API",
}
"""What each service is called in a sentence."""

_STATUS: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class Refused(Exception):
    """A request is answered with an error; `document` is what is sent."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        reason: str,
        domain: str = "global",
        details: Sequence[Json] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.document = error_document(code, message, reason=reason, domain=domain, details=details)

    def reply(self) -> Reply:
        """Return what is answered."""
        return json_reply(self.document, status=self.code)


def error_document(
    code: int,
    message: str,
    *,
    reason: str,
    domain: str = "global",
    details: Sequence[Json] = (),
) -> Json:
    """Return the body of an error, for a fault as well as for a refusal."""
    error: Json = {
        "code": code,
        "message": message,
        "errors": [{"message": message, "domain": domain, "reason": reason}],
        "status": _STATUS.get(code, "UNKNOWN"),
    }
    if details:
        error["details"] = list(details)
    return {"error": error}


def rate_limited(*, code: int = 403) -> Json:
    """Return the body of a throttled request, which the compute service answers with 403."""
    message = "Rate Limit Exceeded"
    return error_document(code, message, reason="rateLimitExceeded", domain="usageLimits")


def unavailable() -> Json:
    """Return the body of an answer of a service that has trouble of its own."""
    message = "The service is currently unavailable. Please retry later."
    return error_document(503, message, reason="backendError")


def unauthenticated() -> Refused:
    """Return the refusal of a request without a valid access token."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, "
        "login cookie or other valid authentication credential."
    )
    error_info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED",
        "domain": "googleapis.com",
    }
    return Refused(401, message, reason="authError", details=[error_info])


def api_disabled(service: str, project_number: str) -> Refused:
    """Return the refusal of a service that the project has not switched on."""
    host = f"{service}.googleapis.com"
    place = f"https://console.developers.google.com/apis/api/{host}/overview"
    place += f"?project={project_number}"
    message = (
        f"{TITLES[service]} has not been used in project {project_number} before or it is "
        f"disabled. Enable it by visiting {place} then retry. If you enabled this API recently, "
        "wait a few minutes for the action to propagate to our systems and retry."
    )
    details: list[Json] = [
        {
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [{"description": "Google developers console API activation", "url": place}],
        },
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": {"service": host, "consumer": f"projects/{project_number}"},
        },
    ]
    return Refused(
        403, message, reason="accessNotConfigured", domain="usageLimits", details=details
    )


def not_found(message: str) -> Refused:
    """Return the refusal of a request about something that is not there."""
    return Refused(404, message, reason="notFound")


def invalid(message: str) -> Refused:
    """Return the refusal of a request that makes no sense."""
    return Refused(400, message, reason="invalid")


def taken(path: str) -> Refused:
    """Return the refusal to create what exists; *path* is that of the resource."""
    return Refused(409, f"The resource '{path}' already exists", reason="alreadyExists")


def missing(path: str) -> Refused:
    """Return the refusal of a request about a resource of the compute service that is not there."""
    return not_found(f"The resource '{path}' was not found")


def stale(message: str) -> Refused:
    """Return the refusal of a change to something that has changed since it was read."""
    return Refused(412, message, reason="conditionNotMet")


def zone_trouble(zone: str) -> Refused:
    """Return the refusal of a request to a zone that does not answer."""
    return Refused(
        503, f"The zone '{zone}' does not currently answer. Try again.", reason="backendError"
    )
