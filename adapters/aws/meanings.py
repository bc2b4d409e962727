"""What AWS's error codes and its SDK's exceptions mean to us: tables, no logic.

Sentences may name `{permission}`, `{region}` and `{code}`.
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

UNKNOWN_KEY = Meaning(
    CredentialsExpired,
    "AWS does not know this access key id ({code}).",
    "Enter an access key that exists and is active, with `multicloud credentials replace`.",
)
WRONG_SECRET = Meaning(
    CredentialsExpired,
    "The secret access key does not belong to this access key id ({code}).",
    "Enter the secret access key again with `multicloud credentials replace`; if it is right, "
    "check this machine's clock.",
)
EXPIRED = Meaning(
    CredentialsExpired,
    "The temporary keys have run out or are not valid ({code}).",
    "Enter fresh keys with their session token, or let the service assume a role: "
    "`multicloud credentials replace`.",
)
NOT_ACCEPTED = Meaning(
    CredentialsExpired,
    "AWS did not accept the key in {region} ({code}).",
    "Enter an access key that exists and is active, with `multicloud credentials replace`.",
)
NO_KEYS = Meaning(
    CredentialsExpired,
    "There were no usable keys to sign {permission} with ({code}).",
    "Enter the credential again with `multicloud credentials replace`.",
)
DENIED = Meaning(
    AccessDenied,
    "AWS refuses {permission} in {region} to this key ({code}).",
    "Grant {permission}, and look for a policy that denies it or the region.",
)
NOT_OPTED_IN = Meaning(
    AccessDenied,
    "The account is not signed up for what {permission} asks in {region} ({code}).",
    "Enable the region or the service for the account, or leave the region out.",
)
SLOW_DOWN = Meaning(
    Throttled,
    "AWS keeps asking to slow down on {permission} in {region} ({code}).",
    "Nothing to do: it is tried again later.",
)
DOWN = Meaning(
    Unavailable,
    "AWS could not answer {permission} in {region} ({code}).",
    "Nothing to do at first: it is tried again; if it stays, check the network and AWS's status.",
)
TOO_SLOW = Meaning(
    TimedOut,
    "AWS did not answer {permission} in {region} in time ({code}).",
    "Nothing to do at first: it is tried again; if it stays, check the network.",
)
UNREADABLE = Meaning(
    Unavailable,
    "The answer to {permission} in {region} was not one that AWS gives ({code}).",
    "Check whether a proxy stands between this machine and AWS.",
)
WRONG_CLOCK = Meaning(
    Rejected,
    "AWS refused {permission} because this machine's clock is wrong ({code}).",
    "Set this machine's clock.",
)
ABSENT = Meaning(
    NotFound, "AWS has nothing that answers {permission} in {region} ({code}).", "Check the region."
)
IN_CONFLICT = Meaning(
    Conflict, "AWS cannot do {permission} in {region} as things stand ({code}).", "Try again later."
)
REFUSED = Meaning(
    Rejected,
    "AWS does not accept the request {permission} in {region} ({code}).",
    "Check the credential's regions and endpoint; if they are right, this is our mistake.",
)
NO_BILL = Meaning(
    NotFound,
    "Cost Explorer has no data for this account yet ({code}).",
    "Enable Cost Explorer in the billing console; it then takes up to 24 hours.",
)
BILL_DENIED = Meaning(
    AccessDenied,
    "AWS refuses {permission} to this key, so the bill cannot be read ({code}).",
    "Grant {permission}; if it is granted, let IAM users and roles see billing in the account's "
    "settings, and member accounts use Cost Explorer in those of the organisation's payer.",
)
BILL_TOO_OLD = Meaning(
    Rejected,
    "Cost Explorer does not answer for the days it was asked about ({code}).",
    "Ask for fewer days back: it keeps 13 months unless more is enabled in the billing console.",
)

BY_CODE: dict[str, Meaning] = {
    **each(UNKNOWN_KEY, "InvalidClientTokenId InvalidAccessKeyId UnrecognizedClientException"),
    **each(WRONG_SECRET, "SignatureDoesNotMatch InvalidSignatureException IncompleteSignature"),
    **each(EXPIRED, "ExpiredToken ExpiredTokenException InvalidToken TokenRefreshRequired"),
    **each(NOT_ACCEPTED, "AuthFailure MissingAuthenticationToken InvalidSecurity"),
    **each(
        DENIED,
        "AccessDenied AccessDeniedException AuthorizationError AuthorizationErrorException "
        "UnauthorizedOperation UnauthorizedAccess AllAccessDisabled AccountProblem Blocked "
        "Forbidden ForbiddenException MethodNotAllowed InvalidPayer",
    ),
    **each(
        NOT_OPTED_IN,
        "OptInRequired NotSignedUp SubscriptionRequiredException "
        "PendingVerification RegionDisabledException IllegalLocationConstraintException",
    ),
    **each(
        SLOW_DOWN,
        "RequestLimitExceeded Throttling ThrottlingException ThrottledException RequestThrottled "
        "RequestThrottledException TooManyRequestsException SlowDown BandwidthLimitExceeded "
        "LimitExceededException PriorRequestNotComplete ProvisionedThroughputExceededException "
        "EC2ThrottledException TransactionInProgressException ReducedDataAvailability",
    ),
    **each(
        DOWN,
        "InternalError InternalFailure InternalServerError InternalServerErrorException "
        "InternalServiceException ServiceUnavailable ServiceUnavailableException Unavailable "
        "InvalidNextToken InvalidNextTokenException InvalidPaginationToken "
        "PaginationTokenExpiredException RequestChangedException InvalidPaginationTokenException",
    ),
    **each(TOO_SLOW, "RequestTimeout RequestTimeoutException"),
    **each(WRONG_CLOCK, "RequestExpired RequestTimeTooSkewed RequestInTheFuture"),
    **each(
        ABSENT,
        "NoSuchBucket NoSuchTagSet NotFound InvalidAction "
        "UnknownOperationException ResourceNotFoundException NotImplemented",
    ),
    **each(NO_BILL, "DataUnavailableException"),
    **each(BILL_TOO_OLD, "BillExpirationException"),
    **each(IN_CONFLICT, "OperationAborted ConflictException IncorrectState"),
    **each(
        REFUSED,
        "ValidationError ValidationException InvalidParameterValue UnsupportedOperation "
        "InvalidParameterCombination InvalidParameterException InvalidArgument InvalidRequest "
        "MalformedQueryString",
    ),
}
"""By the code in AWS's answer."""

_BILL = "ce:GetCostAndUsage"
BY_QUESTION: dict[tuple[str, str], Meaning] = {
    (_BILL, "AccessDenied"): BILL_DENIED,
    (_BILL, "AccessDeniedException"): BILL_DENIED,
    (_BILL, "ValidationException"): BILL_TOO_OLD,
}
"""By permission and code, where one question gives a common code a meaning of its own."""

BY_STATUS: dict[int, Meaning] = {
    401: NOT_ACCEPTED,
    403: DENIED,
    404: ABSENT,
    408: TOO_SLOW,
    409: IN_CONFLICT,
    429: SLOW_DOWN,
    501: ABSENT,
    504: TOO_SLOW,
}
"""By HTTP status, for codes that are not in `BY_CODE`; other 5xx are DOWN, the rest REFUSED."""

BY_CLASS: dict[str, Meaning] = {
    **each(
        DOWN,
        "ConnectionError HTTPClientError EndpointConnectionError ConnectionClosedError SSLError "
        "ProxyConnectionError ResponseStreamingError IncompleteReadError CapacityNotAvailableError "
        "MetadataRetrievalError RetriesExceededError",
    ),
    **each(TOO_SLOW, "ReadTimeoutError ConnectTimeoutError WaiterError"),
    **each(
        UNREADABLE,
        "PaginationError ResponseParserError ValueError TypeError KeyError AttributeError "
        "ChecksumError FlexibleChecksumError "
        "AwsChunkedWrapperError EventStreamError",
    ),
    **each(
        NO_KEYS,
        "NoCredentialsError NoAuthTokenError PartialCredentialsError CredentialRetrievalError "
        "TokenRetrievalError UnknownCredentialError UnknownTokenProviderError SSOError LoginError "
        "RefreshWithMFAUnsupportedError",
    ),
    **each(
        REFUSED,
        "DataNotFoundError UnknownRegionError ApiVersionNotFoundError InvalidIMDSEndpointError "
        "InvalidIMDSEndpointModeError UnknownSignatureVersionError ServiceNotInRegionError "
        "BaseEndpointResolverError ProfileNotFound ConfigParseError ConfigNotFound "
        "MissingParametersError ValidationError ParamValidationError UnknownServiceStyle "
        "OperationNotPageableError UnseekableStreamError InvalidExpressionError WaiterConfigError "
        "UnknownClientMethodError UnsupportedSignatureVersionError InvalidDNSNameError "
        "InvalidS3AddressingStyleError UnsupportedS3ArnError UnsupportedS3ControlArnError "
        "InvalidHostLabelError UnsupportedOutpostResourceError UnsupportedS3ConfigurationError "
        "UnsupportedS3AccesspointConfigurationError InvalidEndpointDiscoveryConfigurationError "
        "UnsupportedS3ControlConfigurationError InvalidRetryConfigurationError "
        "InvalidS3UsEast1RegionalEndpointConfigError InvalidSTSRegionalEndpointsConfigError "
        "StubResponseError InvalidConfigError MD5UnavailableError MissingDependencyException "
        "UndefinedModelAttributeError InvalidProxiesConfigError InvalidDefaultsMode "
        "InvalidEndpointConfigurationError EndpointProviderError InvalidChecksumConfigError "
        "UnsupportedServiceProtocolsError ResourceLoadException NoVersionFound "
        "UnknownAPIVersionError ResourceNotExistsError S3TransferFailedError S3UploadFailedError "
        "DynamoDBOperationNotSupportedError DynamoDBNeedsConditionError "
        "DynamoDBNeedsKeyConditionError InvalidCrtTransferConfigError",
    ),
}
"""By the name of the SDK's exception or of its nearest ancestor in this table."""
