"""What Google's reasons and its SDK's exceptions mean to us: tables, no logic.

Sentences may name `{asked}`, `{place}`, `{project}`, `{role}`, `{service}` and `{code}`.
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

UNKNOWN_ACCOUNT = Meaning(
    CredentialsExpired,
    "Google does not know the service account, or it is disabled ({code}).",
    "Check that the service account exists and is enabled, and enter a key of it with "
    "`multicloud credentials replace`.",
)
WRONG_KEY = Meaning(
    CredentialsExpired,
    "The private key is none of the service account's, or no longer ({code}).",
    "Make a new key for the service account and enter its JSON key file with "
    "`multicloud credentials replace`.",
)
KEY_NOT_ACCEPTED = Meaning(
    CredentialsExpired,
    "Google gives no access token for this key ({code}).",
    "Make a new key for the service account and enter its JSON key file with "
    "`multicloud credentials replace`.",
)
TOKEN_NOT_ACCEPTED = Meaning(
    CredentialsExpired,
    "Google does not accept the service account's token for {asked} in {place} ({code}).",
    "Check that the service account is enabled, and enter a current key of it with "
    "`multicloud credentials replace`.",
)
WRONG_CLOCK = Meaning(
    Rejected,
    "Google gives no access token because this machine's clock is wrong ({code}).",
    "Set this machine's clock.",
)
WRONG_TOKEN_URI = Meaning(
    Rejected,
    "What answers at the key's token_uri does not take this key for its own ({code}).",
    "Enter the JSON key file as Google made it, with `multicloud credentials replace`.",
)
DENIED = Meaning(
    AccessDenied,
    "Google Cloud refuses {asked} in {place} to the service account ({code}).",
    "Grant {role} on the project {project} to the service account, and look for a policy that "
    "denies it.",
)
EXPORT_CLOSED = Meaning(
    AccessDenied,
    "Google Cloud refuses {asked} on the billing export to the service account ({code}).",
    "Grant {role} on the dataset of the billing export to the service account, and check "
    "billing_export_table.",
)
PERMISSION_LACKS = (DENIED, EXPORT_CLOSED)
"""Those that a permission would mend."""
API_OFF = Meaning(
    AccessDenied,
    "The {service} is not enabled for the project {project} ({code}).",
    "Enable the {service} for the project {project}; it takes some minutes to be seen.",
)
BILLING_OFF = Meaning(
    AccessDenied,
    "Google Cloud refuses {asked} in {place} because its billing is not enabled ({code}).",
    "Link the project {project} to a billing account that is in good order.",
)
SLOW_DOWN = Meaning(
    Throttled,
    "Google Cloud keeps asking to slow down on {asked} in {place} ({code}).",
    "Nothing to do: it is tried again later.",
)
DOWN = Meaning(
    Unavailable,
    "Google Cloud could not answer {asked} in {place} ({code}).",
    "Nothing to do at first: it is tried again; if it stays, check the network and Google Cloud's "
    "status.",
)
TOO_SLOW = Meaning(
    TimedOut,
    "Google Cloud did not answer {asked} in {place} in time ({code}).",
    "Nothing to do at first: it is tried again; if it stays, check the network.",
)
UNREADABLE = Meaning(
    Unavailable,
    "The answer to {asked} in {place} was not one that Google Cloud gives ({code}).",
    "Check whether a proxy stands between this machine and Google Cloud.",
)
UNTRUSTED = Meaning(
    Unavailable,
    "This machine does not trust who answered {asked} in {place} ({code}).",
    "Check REQUESTS_CA_BUNDLE, and whether a proxy stands between this machine and Google Cloud.",
)
SILENT_ZONE = Meaning(
    Unavailable,
    "Google Cloud could not reach {place}, so that nobody knows what is there ({code}).",
    "Nothing to do at first: its instances stay as last seen, and the next sync asks again; if it "
    "stays, check Google Cloud's status.",
)
NO_KEY = Meaning(
    CredentialsExpired,
    "There was no usable key to ask {asked} in {place} with ({code}).",
    "Enter the credential again with `multicloud credentials replace`.",
)
ABSENT = Meaning(
    NotFound,
    "Google Cloud has nothing that answers {asked} in {place} ({code}).",
    "Check the credential's project_id and endpoints.",
)
IN_CONFLICT = Meaning(
    Conflict,
    "Google Cloud cannot do {asked} in {place} as things stand ({code}).",
    "Try again later.",
)
NO_EXPORT = Meaning(
    NotFound,
    "There is no billing export where the credential of {place} says ({code}).",
    "Check project_id and billing_export_table, and that billing_export_location is where its "
    "dataset is; a new export takes up to a day to appear.",
)
NOT_AN_EXPORT = Meaning(
    Rejected,
    "The table that the credential of {place} names is not a billing export ({code}).",
    "Name the table gcp_billing_export_v1_... or gcp_billing_export_resource_v1_... as "
    "billing_export_table.",
)
TOO_MUCH = Meaning(
    Rejected,
    "To answer {asked} in {place} takes more than is allowed ({code}).",
    "Check that billing_export_table names a table that is partitioned by day.",
)
REFUSED = Meaning(
    Rejected,
    "Google Cloud does not accept the request {asked} in {place} ({code}).",
    "Check the credential's project_id and endpoints; if they are right, this is our mistake.",
)

BY_REASON: dict[str, Meaning] = {
    **each(
        SLOW_DOWN,
        "rateLimitExceeded userRateLimitExceeded quotaExceeded limitExceeded dailyLimitExceeded "
        "concurrentLimitExceeded variableTermLimitExceeded servingLimitExceeded "
        "jobRateLimitExceeded RATE_LIMIT_EXCEEDED RESOURCE_QUOTA_EXCEEDED",
    ),
    **each(API_OFF, "accessNotConfigured SERVICE_DISABLED"),
    **each(
        DENIED,
        "forbidden accessDenied insufficientPermissions UserProjectAccessDenied countryBlocked "
        "blocked policyViolation IAM_PERMISSION_DENIED CONSUMER_INVALID USER_PROJECT_DENIED "
        "SECURITY_POLICY_VIOLATED ORG_RESTRICTION_VIOLATION LOCATION_ORG_POLICY_VIOLATED "
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    ),
    **each(
        BILLING_OFF,
        "billingNotEnabled billingTierLimitExceeded accountDisabled BILLING_DISABLED "
        "CONSUMER_SUSPENDED",
    ),
    **each(
        TOKEN_NOT_ACCEPTED,
        "authError CREDENTIALS_MISSING ACCESS_TOKEN_EXPIRED ACCESS_TOKEN_TYPE_UNSUPPORTED "
        "ACCOUNT_STATE_INVALID",
    ),
    **each(
        DOWN, "backendError internalError jobBackendError jobInternalError stopped tableUnavailable"
    ),
    **each(TOO_SLOW, "timeout deadlineExceeded"),
    **each(ABSENT, "notFound"),
    **each(NOT_AN_EXPORT, "invalidQuery"),
    **each(IN_CONFLICT, "conflict duplicate conditionNotMet resourceInUse resourceNotReady"),
    **each(TOO_MUCH, "responseTooLarge bytesBilledLimitExceeded resourcesExceeded"),
    **each(REFUSED, "invalid invalidParameter badRequest parseError notImplemented"),
}
"""By the reason in Google's answer."""

BY_GRANT: tuple[tuple[str, Meaning], ...] = (
    ("account not found", UNKNOWN_ACCOUNT),
    ("robot is disabled", UNKNOWN_ACCOUNT),
    ("deleted", UNKNOWN_ACCOUNT),
    ("disabled", UNKNOWN_ACCOUNT),
    ("not a valid email", UNKNOWN_ACCOUNT),
    ("signature", WRONG_KEY),
    ("no valid verifier", WRONG_KEY),
    ("key", WRONG_KEY),
    ("reasonable timeframe", WRONG_CLOCK),
    ("short-lived", WRONG_CLOCK),
    ("expired", WRONG_CLOCK),
    ("audience", WRONG_TOKEN_URI),
)
"""By words in what the token service says of an assertion, which has no finer code; the first
that is found counts, and none means KEY_NOT_ACCEPTED."""

BY_STATUS: dict[int, Meaning] = {
    401: TOKEN_NOT_ACCEPTED,
    403: DENIED,
    404: ABSENT,
    408: TOO_SLOW,
    409: IN_CONFLICT,
    412: IN_CONFLICT,
    429: SLOW_DOWN,
    504: TOO_SLOW,
}
"""By HTTP status, for reasons that are not in `BY_REASON`; other 5xx are DOWN, 3xx UNREADABLE,
the rest REFUSED."""

BY_CLASS: dict[str, Meaning] = {
    **each(
        DOWN,
        "TransportError ConnectionError ProxyError ChunkedEncodingError RetryError "
        "StreamConsumedError OSError ServerError DataLoss Unknown",
    ),
    **each(TOO_SLOW, "Timeout ConnectTimeout ReadTimeout TimeoutError"),
    **each(
        UNREADABLE,
        "ValueError TypeError KeyError AttributeError RecursionError OverflowError "
        "InvalidJSONError JSONDecodeError ContentDecodingError TooManyRedirects ResponseError "
        "Redirection InvalidResponse DataCorruption",
    ),
    **each(UNTRUSTED, "SSLError"),
    **each(
        NO_KEY,
        "DefaultCredentialsError UserAccessTokenError ClientCertError MutualTLSChannelError "
        "OAuthError DuplicateCredentialArgs MalformedError InvalidOperation InvalidResource "
        "InvalidType InvalidValue",
    ),
    **each(KEY_NOT_ACCEPTED, "RefreshError ReauthFailError ReauthSamlChallengeFailError"),
    **each(
        REFUSED,
        "GoogleAPIError GoogleAuthError GoogleAPICallError ClientError ResumableTransferError "
        "MissingStatusHeaderError TransferStalledError UnseekableStreamError UploadCancelledError "
        "BigQueryError BigQueryStorageNotFoundError LegacyBigQueryStorageError LegacyPandasError "
        "LegacyPyarrowError InvalidPathError RequestException HTTPError URLRequired "
        "MissingSchema InvalidSchema InvalidURL InvalidProxyURL InvalidHeader "
        "UnrewindableBodyError",
    ),
}
"""By the name of the SDK's exception, or else of its nearest ancestor in this table; not for those
that carry an HTTP status. A bundle of certificates that is not there is UNTRUSTED."""
