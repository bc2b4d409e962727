"""What the secret of an AWS credential looks like."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from adapters.clouds.secret_documents import (
    SecretDocument,
    Wording,
    is_safe_endpoint,
    parse_document,
)

DEFAULT_HOME = "us-east-1"

_ONE_WORD = "one line of text without spaces"
_WORDING = Wording(
    whose="an AWS",
    shapes={
        "access_key_id": "4 to 128 letters, digits and underscores",
        "secret_access_key": _ONE_WORD,
        "session_token": _ONE_WORD,
        "role_arn": "a role such as arn:aws:iam::123456789012:role/name",
        "external_id": "2 to 1224 letters, digits and any of +=,.@:_/-",
        "regions": "a list of region names such as eu-west-1",
        "endpoint_url": "an https address, or http on this machine only",
    },
    fields="The document needs access_key_id and secret_access_key, and may have session_token, "
    "role_arn, external_id, regions and endpoint_url.",
    rules={
        "role_arn": "The AWS credential has an external_id and lacks the role_arn that goes "
        "with it."
    },
)

# One line of visible ASCII: anything else would break the request header it travels in.
_Visible = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,8192}$")]
_AccessKeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{4,128}$")]
_RoleArn = Annotated[
    str,
    StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}$"),
]
_ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+=,.@:_/-]{2,1224}$")]
_Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$")]


class AwsSecret(SecretDocument):
    """The keys to one AWS account, and where to use them."""

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
        if url is not None and not is_safe_endpoint(url):
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

    @property
    def custom_endpoints(self) -> tuple[str, ...]:
        """The fields that lead elsewhere than to AWS itself."""
        return ("endpoint_url",) if self.endpoint_url is not None else ()


def parse_secret(document: object, *, allow_custom_endpoints: bool) -> AwsSecret:
    """Return *document*, a JSON object or its text, as a secret.

    Raises:
        Rejected: a field is missing, unknown or malformed; the text names it, never its value.
    """
    return parse_document(
        AwsSecret, document, wording=_WORDING, allow_custom_endpoints=allow_custom_endpoints
    )
