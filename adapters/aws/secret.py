"""What the secret of an AWS credential looks like, and what is refused."""

import re
from collections.abc import Sequence
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from application.ports.errors import Rejected
from application.ports.secret_box import SecretText

DEFAULT_HOME = "us-east-1"

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_REMEDY = (
    "The document needs access_key_id and secret_access_key, and may have session_token, "
    "role_arn, external_id, regions and endpoint_url."
)

_NAME = re.compile(r"[a-z_]{1,40}")
_MOST_NAMED = 5
_ONE_WORD = "one line of text without spaces"
_SHAPES = {
    "access_key_id": "4 to 128 letters, digits and underscores",
    "secret_access_key": _ONE_WORD,
    "session_token": _ONE_WORD,
    "role_arn": "a role such as arn:aws:iam::123456789012:role/name",
    "external_id": "2 to 1224 letters, digits and any of +=,.@:_/-",
    "regions": "a list of region names such as eu-west-1",
    "endpoint_url": "an https address, or http on this machine only",
}
"""What the value of each field looks like, in words."""

# One line of visible ASCII: anything else would break the request header it travels in.
_Visible = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,8192}$")]
_AccessKeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{4,128}$")]
_RoleArn = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}$"),
]
_ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+=,.@:_/-]{2,1224}$")]
_Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$")]


class AwsSecret(BaseModel):
    """The keys to one AWS account, and where to use them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    access_key_id: _AccessKeyId = Field(repr=False)
    secret_access_key: _Visible = Field(repr=False)
    session_token: _Visible | None = Field(default=None, repr=False)
    role_arn: _RoleArn | None = None
    """The role to work as; the keys then only serve to take it on."""
    external_id: _ExternalId | None = Field(default=None, repr=False)
    regions: list[_Region] | None = Field(default=None, min_length=1)
    """None: every region that is enabled for the account."""
    endpoint_url: str | None = None

    @field_validator("regions")
    @classmethod
    def _each_once(cls, regions: list[str] | None) -> list[str] | None:
        return None if regions is None else list(dict.fromkeys(regions))

    @field_validator("endpoint_url")
    @classmethod
    def _safe_endpoint(cls, url: str | None) -> str | None:
        if url is not None and not _is_safe(url):
            raise ValueError("unsafe")
        return url

    @model_validator(mode="after")
    def _external_id_goes_with_a_role(self) -> Self:
        if self.external_id is not None and self.role_arn is None:
            raise ValueError("role_arn")
        return self

    @property
    def home(self) -> str:
        """The region that answers questions about the account as a whole."""
        return self.regions[0] if self.regions else DEFAULT_HOME

    def canonical(self) -> SecretText:
        """Return the one text that stands for this secret."""
        return SecretText(self.model_dump_json(exclude_none=True))


def parse_secret(document: object, *, allow_custom_endpoints: bool) -> AwsSecret:
    """Return *document*, a JSON object or its text, as a secret.

    Raises:
        Rejected: a field is missing, unknown or malformed; the text names it, never its value.
    """
    try:
        if isinstance(document, str | bytes):
            secret = AwsSecret.model_validate_json(document)
        else:
            secret = AwsSecret.model_validate(document)
    except ValidationError as error:
        # Not chained: the values that were refused stay out of every traceback.
        raise Rejected(_complaint(error), remedy=_REMEDY) from None
    if secret.endpoint_url is not None and not allow_custom_endpoints:
        raise Rejected(
            "The AWS credential names an endpoint_url, which this service does not allow.",
            remedy="Remove endpoint_url, or set MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS=true.",
        )
    return secret


def _complaint(error: ValidationError) -> str:
    """Put pydantic's findings into words, without the values."""
    missing, unknown, others = [], [], []
    for problem in error.errors(include_url=False, include_input=False):
        field = str(problem["loc"][0]) if problem["loc"] else ""
        match problem["type"]:
            case "missing":
                missing.append(field)
            case "extra_forbidden":
                unknown.append(field)
            case kind:
                others.append(_malformed(field, kind))
    found = (_lacking(missing), _unknown(unknown), *dict.fromkeys(others))
    return " ".join(filter(None, found))


def _lacking(fields: Sequence[str]) -> str:
    if not fields:
        return ""
    plural = "s" if len(fields) > 1 else ""
    return f"The AWS credential lacks the field{plural} {' and '.join(fields)}."


def _unknown(fields: Sequence[str]) -> str:
    """Name those *fields* that look like names; whoever swaps key and value writes a secret."""
    if not fields:
        return ""
    names = [field for field in fields if _NAME.fullmatch(field)][:_MOST_NAMED]
    if len(names) > 1:
        return f"The AWS credential has the unknown fields {', '.join(names)}."
    return " ".join(("The AWS credential has an unknown field", *names)) + "."


def _malformed(field: str, kind: str) -> str:
    if field:
        return f"The field {field} of the AWS credential must be {_SHAPES[field]}."
    if kind == "value_error":
        return "The AWS credential has an external_id and lacks the role_arn that goes with it."
    return "The AWS credential is not a JSON object."


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    return bool(host) and plain and secure and url.isprintable() and " " not in url
