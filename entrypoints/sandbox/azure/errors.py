"""How Azure says no: Resource Manager's errors, in its shape and its words."""

from collections.abc import Mapping
from uuid import uuid4

from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.rest.wire import Reply, json_reply

_COST_WAITS = "x-ms-ratelimit-microsoft.costmanagement-{}-retry-after"


class ArmError(Exception):
    """An answer that is not the one hoped for."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self._status = status
        self._error = error_document(code, message)
        self._headers = headers

    def reply(self) -> Reply:
        """Return it as it goes over the wire."""
        return json_reply(self._error, status=self._status, headers=self._headers)


def error_document(code: str, message: str) -> dict[str, dict[str, str]]:
    """Return an error as every part of Resource Manager writes it."""
    return {"error": {"code": code, "message": message}}


def unauthenticated(code: str, message: str, *, tenant: str) -> ArmError:
    """401: the token is missing, too old, or no token."""
    challenge = (
        f'Bearer authorization_uri="https://login.windows.net/{tenant}", '
        f'error="invalid_token", error_description="{message}"'
    )
    return ArmError(401, code, message, {"WWW-Authenticate": challenge})


def unauthorized(*, client: str, action: str, scope: str) -> ArmError:
    """403: who asks has no role that allows it."""
    return ArmError(
        403,
        "AuthorizationFailed",
        f"The client '{client}' with object id '{client}' does not have authorization to perform "
        f"action '{action}' over scope '{scope}' or the scope is invalid. If access was recently "
        "granted, please refresh your credentials.",
    )


def no_subscription(identity: str) -> ArmError:
    """404: the tenant has no such subscription."""
    return ArmError(
        404, "SubscriptionNotFound", f"The subscription '{identity}' could not be found."
    )


def no_resource_group(name: str) -> ArmError:
    """404: the subscription has no such resource group."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def no_resource(kind: str, name: str, group: str) -> ArmError:
    """404: the resource group has no such resource."""
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{kind}/{name}' under resource group '{group}' was not found. For more "
        "details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def no_api_version() -> ArmError:
    """400: every call must name the version it means."""
    return ArmError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def bad_request(message: str) -> ArmError:
    """400: what was sent makes no sense."""
    return ArmError(400, "BadRequest", message)


def throttled(pattern: str, *, seconds: int | None = 1, times: int | None = None) -> Fault:
    """Let Resource Manager answer 429; without *seconds* it does not say how long to wait."""
    said = "" if seconds is None else f" Please try again after '{seconds}' seconds."
    message = f"The request is being throttled as the limit has been reached.{said}"
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    document = error_document("TooManyRequests", message)
    return Fault(pattern=pattern, status=429, document=document, headers=headers, times=times)


def cost_throttled(*, seconds: int = 1, limit: str = "entity", times: int | None = None) -> Fault:
    """Let Cost Management answer 429, with the wait in a header of its own.

    *limit* is the one that was reached: qpu, entity, tenant or client.
    """
    document = error_document("429", "Too many requests. Please retry.")
    headers = {_COST_WAITS.format(limit): str(seconds)}
    pattern = "Microsoft.CostManagement/query"
    return Fault(pattern=pattern, status=429, document=document, headers=headers, times=times)


def cost_denied() -> Fault:
    """Let Cost Management refuse as it does by itself: with 401 although the token is good."""
    said = f"The client does not have authorization to perform action. Request ID: {uuid4()}"
    document = error_document("RBACAccessDenied", said)
    return Fault(pattern="Microsoft.CostManagement/query", status=401, document=document)


def cost_hidden() -> Fault:
    """Let Cost Management say that the owner of the contract shows costs to nobody."""
    said = "Access to cost data has been disabled for account admins."
    document = error_document("AccountCostDisabled", said)
    return Fault(pattern="Microsoft.CostManagement/query", status=400, document=document)


def page_before(link: str, pattern: str, *, times: int | None = None) -> Fault:
    """Let lists begin with an empty page before *link*: another host, or the same for ever."""
    document = {"value": [], "nextLink": link}
    return Fault(pattern=pattern, status=200, document=document, times=times)
