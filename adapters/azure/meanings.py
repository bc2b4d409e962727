"""What the error codes of Entra and Azure and the SDK's exceptions mean to us: tables, no logic.

Sentences may name `{permission}`, `{role}`, `{provider}`, `{place}`, `{client}` (the application)
and `{code}`.
"""

from adapters.clouds.meaning import Meaning, each
from application.ports.errors import (
    AccessDenied,
    Conflict,
    CredentialsExpired,
    NotFound,
    Rejected,
    Throttled,
    TimedOut,
    Unavailable,
)

WRONG_SECRET = Meaning(
    CredentialsExpired,
    "The client secret is not one of the application {client} ({code}).",
    "Enter the secret again with `multicloud credentials replace`: its value, not its id.",
)
SECRET_EXPIRED = Meaning(
    CredentialsExpired,
    "The client secret of the application {client} has run out ({code}).",
    "Make a new client secret for the application in Entra ID and enter its value with "
    "`multicloud credentials replace`.",
)
UNKNOWN_APPLICATION = Meaning(
    CredentialsExpired,
    "The tenant has no application {client}, or it is switched off ({code}).",
    "Check client_id and tenant_id, and that the application is enabled in that tenant.",
)
UNKNOWN_TENANT = Meaning(
    CredentialsExpired,
    "Entra ID does not know the tenant of the application {client} ({code}).",
    "Check tenant_id; for another cloud than the public one give its authority_host too.",
)
NOT_ACCEPTED = Meaning(
    CredentialsExpired,
    "Entra ID gives the application {client} no token ({code}).",
    "Enter the credential again with `multicloud credentials replace`; if it is right, look the "
    "code up in Entra's sign-in log.",
)
BLOCKED = Meaning(
    AccessDenied,
    "A policy of the tenant keeps the application {client} from signing in here ({code}).",
    "Let the tenant's conditional access policies admit the application from this network.",
)
NOT_TAKEN = Meaning(
    AccessDenied,
    "Azure does not take a token that Entra ID has just given, for {permission} in {place} "
    "({code}).",
    "Check this machine's clock, and that authority_host and resource_manager_url belong to the "
    "same cloud.",
)
OTHER_TENANT = Meaning(
    AccessDenied,
    "Another tenant than the credential's owns {place} ({code}).",
    "Enter the tenant that owns the subscription, or another subscription_id, with "
    "`multicloud credentials replace`.",
)
UNKNOWN_SUBSCRIPTION = Meaning(
    AccessDenied,
    "The application {client} cannot find {place} ({code}).",
    "Check subscription_id, and grant the {role} role on the subscription to the application.",
)
DISABLED_SUBSCRIPTION = Meaning(
    AccessDenied,
    "Azure does not allow {permission} as {place} is disabled ({code}).",
    "Reactivate the subscription, or leave it out.",
)
NOT_REGISTERED = Meaning(
    AccessDenied,
    "Azure answers nothing about {provider} for {place}, where it is not registered ({code}).",
    "Register the resource provider {provider} for the subscription.",
)
DENIED = Meaning(
    AccessDenied,
    "Azure refuses {permission} in {place} to the application {client} ({code}).",
    "Grant the {role} role on it to the application, and look for a policy that denies it.",
)
HIDDEN_COSTS = Meaning(
    AccessDenied,
    "Whoever pays for {place} lets nobody else see its costs ({code}).",
    "Let the owner of the billing account switch on the view of charges.",
)
SLOW_DOWN = Meaning(
    Throttled,
    "Azure keeps asking to slow down on {permission} in {place} ({code}).",
    "Nothing to do: it is tried again later.",
)
DOWN = Meaning(
    Unavailable,
    "Azure could not answer {permission} in {place} ({code}).",
    "Nothing to do at first: it is tried again; if it stays, check the network and Azure's status.",
)
TOO_SLOW = Meaning(
    TimedOut,
    "Azure did not answer {permission} in {place} in time ({code}).",
    "Nothing to do at first: it is tried again; if it stays, check the network.",
)
UNREADABLE = Meaning(
    Unavailable,
    "The answer to {permission} in {place} was not one that Azure gives ({code}).",
    "Check whether a proxy stands between this machine and Azure.",
)
UNTRUSTED = Meaning(
    Unavailable,
    "This machine does not trust who answered {permission} in {place} ({code}).",
    "Check the credential's ca_certificate, REQUESTS_CA_BUNDLE, and whether a proxy stands between "
    "this machine and Azure.",
)
WRONG_CLOCK = Meaning(
    Rejected,
    "Azure refused {permission} in {place} because this machine's clock is wrong ({code}).",
    "Set this machine's clock.",
)
ABSENT = Meaning(
    NotFound,
    "Azure has nothing that answers {permission} in {place} ({code}).",
    "Check the credential's subscription_id and resource_manager_url.",
)
IN_CONFLICT = Meaning(
    Conflict,
    "Azure cannot do {permission} in {place} as things stand ({code}).",
    "Try again later.",
)
REFUSED = Meaning(
    Rejected,
    "Azure does not accept the request {permission} in {place} ({code}).",
    "Check the credential's addresses; if they are right, this is our mistake.",
)


BY_CODE: dict[str, Meaning] = {
    # Entra ID, when it is asked for a token
    **each(WRONG_SECRET, "AADSTS7000215 AADSTS7000216 AADSTS7000218"),
    **each(SECRET_EXPIRED, "AADSTS7000222"),
    **each(UNKNOWN_APPLICATION, "AADSTS700016 AADSTS7000112"),
    **each(UNKNOWN_TENANT, "AADSTS90002 AADSTS900023 AADSTS50059"),
    **each(NOT_ACCEPTED, "AADSTS50034 AADSTS50057 AADSTS50105 AADSTS500011 AADSTS65001"),
    **each(
        BLOCKED,
        "AADSTS53000 AADSTS53001 AADSTS53002 AADSTS53003 AADSTS53004 AADSTS53011 AADSTS530003 "
        "AADSTS530034 AADSTS530035",
    ),
    **each(WRONG_CLOCK, "AADSTS700024 AADSTS500133"),
    **each(SLOW_DOWN, "AADSTS90055 AADSTS90024 AADSTS50196"),
    **each(
        DOWN,
        "AADSTS90033 AADSTS90012 AADSTS90006 AADSTS50000 temporarily_unavailable server_error",
    ),
    # Azure Resource Manager
    **each(
        NOT_TAKEN,
        "InvalidAuthenticationToken ExpiredAuthenticationToken AuthenticationFailed "
        "InvalidAuthenticationTokenAudience InvalidAuthenticationTokenIssuer "
        "AuthenticationFailedMissingToken AuthenticationFailedInvalidHeader Unauthorized",
    ),
    **each(OTHER_TENANT, "InvalidAuthenticationTokenTenant CrossTenantAuthorizationFailed"),
    **each(
        DENIED,
        "AuthorizationFailed LinkedAuthorizationFailed Forbidden AccessDenied "
        "RequestDisallowedByPolicy RBACAccessDenied DenyAssignmentAuthorizationFailed "
        "InvalidPermissions InsufficientPermissions",
    ),
    **each(HIDDEN_COSTS, "AccountCostDisabled DepartmentCostDisabled IndirectCostDisabled"),
    **each(UNKNOWN_SUBSCRIPTION, "SubscriptionNotFound InvalidSubscriptionId"),
    **each(
        DISABLED_SUBSCRIPTION,
        "ReadOnlyDisabledSubscription DisallowedOperation SubscriptionDisabled "
        "DisabledSubscription SubscriptionNotActive",
    ),
    **each(NOT_REGISTERED, "MissingSubscriptionRegistration SubscriptionNotRegistered"),
    **each(
        SLOW_DOWN,
        "TooManyRequests SubscriptionRequestsThrottled ResourceCollectionRequestsThrottled "
        "ServerBusy ResourceRequestsThrottled TenantRequestsThrottled "
        "RequestThrottled QueryThrottled RateLimitExceeded",
    ),
    **each(
        DOWN,
        "InternalServerError InternalError ServiceUnavailable InternalExecutionError "
        "GatewayError BadGateway ResourceProviderError InvalidSkipToken InvalidContinuationToken "
        "ServerError RetryableError RetryableErrorDueToAnotherOperation",
    ),
    **each(
        TOO_SLOW,
        "GatewayTimeout ServerTimeout OperationTimedOut RequestTimeout AllocationTimeout Timeout",
    ),
    **each(
        ABSENT,
        "ResourceNotFound ResourceGroupNotFound NotFound InvalidResourceNamespace "
        "InvalidResourceType NoRegisteredProviderFound TenantNotFound ParentResourceNotFound",
    ),
    **each(
        IN_CONFLICT, "Conflict AnotherOperationInProgress ResourceGroupBeingDeleted ScopeLocked"
    ),
    **each(
        REFUSED,
        "BadRequest InvalidApiVersionParameter MissingApiVersionParameter InvalidRequestContent "
        "InvalidParameter InvalidRequest NoSuchApiVersion UnsupportedApiVersion",
    ),
}
"""By the code in the answer; those of Entra ID begin with AADSTS."""

BY_STATUS: dict[int, Meaning] = {
    401: NOT_TAKEN,
    403: DENIED,
    404: ABSENT,
    407: UNREADABLE,
    408: TOO_SLOW,
    409: IN_CONFLICT,
    429: SLOW_DOWN,
    504: TOO_SLOW,
}
"""By HTTP status, for codes that are not in `BY_CODE`; other 5xx are DOWN, other 4xx REFUSED, and
what is neither is UNREADABLE."""

BY_TOKEN_STATUS: dict[int, Meaning] = {
    400: NOT_ACCEPTED,
    401: NOT_ACCEPTED,
    403: BLOCKED,
    404: UNREADABLE,
}
"""By HTTP status of Entra ID, which comes before `BY_STATUS` there."""

BY_CLASS: dict[str, Meaning] = {
    **each(
        DOWN,
        "ServiceRequestError ServiceResponseError AzureError IncompleteReadError MsalServiceError "
        "OSError",
    ),
    **each(TOO_SLOW, "ServiceRequestTimeoutError ServiceResponseTimeoutError TimeoutError"),
    **each(
        UNREADABLE,
        "HttpResponseError DecodeError ODataV4Error TooManyRedirectsError StreamConsumedError "
        "StreamClosedError ResponseNotReadError DeserializationError ClientAuthenticationError "
        "MsalError ValueError TypeError KeyError AttributeError RuntimeError "
        "RecursionError",
    ),
    **each(NOT_ACCEPTED, "CredentialUnavailableError AuthenticationRequiredError"),
    **each(
        REFUSED,
        "SerializationError ResourceExistsError ResourceNotFoundError ResourceModifiedError "
        "ResourceNotModifiedError",
    ),
}
"""By the name of the SDK's exception or of its nearest ancestor in this table."""
