"""What the secret of a Google Cloud credential looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from adapters.clouds.secret_documents import (
    SecretDocument,
    Wording,
    is_safe_endpoint,
    parse_document,
)
from application.ports.errors import Rejected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers

GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, no token

_GOOGLES_OWN = frozenset(
    {
        GOOGLE_TOKEN_URI,
        # keys that were made years ago name these
        "https://accounts.google.com/o/oauth2/token",
        "https://www.googleapis.com/oauth2/v4/token",
    }
)
_UNIVERSE = "googleapis.com"
_ENDPOINT = "an https address, or http on this machine only"
_WORDING = Wording(
    whose="a Google Cloud",
    shapes={
        "project_id": "the id of a project such as my-project-123",
        "service_account_info": "the JSON key file of a service account, as an object",
        "service_account_info.type": "service_account, as in the JSON key file",
        "service_account_info.project_id": "the id of a project such as my-project-123",
        "service_account_info.private_key": "the RSA private key as the JSON key file has it",
        "service_account_info.private_key_id": "the key's id as the JSON key file has it",
        "service_account_info.client_email": "the e-mail address of the service account",
        "service_account_info.token_uri": _ENDPOINT,
        "service_account_info.universe_domain": f"{_UNIVERSE}: other universes are not served",
        "billing_export_table": "the table of the billing export as project.dataset.table",
        "billing_export_location": "the location of the billing export such as EU",
        "compute_endpoint": _ENDPOINT,
        "storage_endpoint": _ENDPOINT,
        "bigquery_endpoint": _ENDPOINT,
    },
    fields="The document needs project_id and service_account_info, which is the JSON key file of "
    "a service account, and may have billing_export_table, billing_export_location, "
    "compute_endpoint, storage_endpoint and bigquery_endpoint.",
    rules={
        "billing_export_table": "The Google Cloud credential has a billing_export_location and "
        "lacks the billing_export_table that goes with it."
    },
)

_PROJECT = r"([a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"
_ProjectId = Annotated[str, StringConstraints(pattern=f"^{_PROJECT}$")]
_KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
_Email = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9._%+-]{1,128}@[A-Za-z0-9.-]{1,255}$")
]
_Pem = Annotated[str, StringConstraints(max_length=16_384)]
# It becomes part of an SQL statement: nothing that could end a quoted name may get through.
_Table = Annotated[
    str, StringConstraints(pattern=rf"^{_PROJECT}\.[A-Za-z0-9_]{{1,300}}\.[A-Za-z0-9_-]{{1,300}}$")
]
_Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,40}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingExport:
    """Where BigQuery keeps what a billing account is charged."""

    table: str
    """As `project.dataset.table`, safe within backquotes."""
    location: str | None = None
    """None: BigQuery finds out by itself."""

    @property
    def tells_resources(self) -> bool:
        """Whether it is the detailed export, which goes into resources."""
        return self.table.rpartition(".")[2].startswith("gcp_billing_export_resource_")


class ServiceAccountKey(BaseModel):
    """The key file of a service account; what it has beside these fields is not kept."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    type: Literal["service_account"]
    project_id: _ProjectId | None = None
    """The project that the account itself belongs to."""
    private_key_id: _KeyId | None = None
    private_key: _Pem = Field(repr=False)
    client_email: _Email
    token_uri: str = GOOGLE_TOKEN_URI
    universe_domain: Literal["googleapis.com"] = "googleapis.com"

    @field_validator("private_key")
    @classmethod
    def _rsa(cls, pem: str) -> str:
        if not _is_rsa_key(pem):
            raise ValueError("unusable")
        return pem

    @field_validator("token_uri")
    @classmethod
    def _safe_endpoint(cls, url: str) -> str:
        if not is_safe_endpoint(url):
            raise ValueError("unsafe")
        return url


class GcpSecret(SecretDocument):
    """The key to one Google Cloud project, and where to use it."""

    project_id: _ProjectId
    service_account_info: ServiceAccountKey
    billing_export_table: _Table | None = None
    """None: there are no costs to be read."""
    billing_export_location: _Place | None = None
    """None: BigQuery finds out by itself where the table is."""
    compute_endpoint: str | None = None
    storage_endpoint: str | None = None
    bigquery_endpoint: str | None = None

    @field_validator("compute_endpoint", "storage_endpoint", "bigquery_endpoint")
    @classmethod
    def _safe_endpoint(cls, url: str | None) -> str | None:
        if url is not None and not is_safe_endpoint(url):
            raise ValueError("unsafe")
        return url

    @model_validator(mode="after")
    def _location_goes_with_a_table(self) -> Self:
        if self.billing_export_location is not None and self.billing_export_table is None:
            raise ValueError("billing_export_table")
        return self

    @property
    def billing_export(self) -> BillingExport | None:
        """Where the project's costs are; None if the credential does not say."""
        if self.billing_export_table is None:
            return None
        return BillingExport(table=self.billing_export_table, location=self.billing_export_location)

    @property
    def custom_endpoints(self) -> tuple[str, ...]:
        """The fields that lead elsewhere than to Google itself."""
        fields = {
            "service_account_info.token_uri": self.service_account_info.token_uri
            not in _GOOGLES_OWN,
            "compute_endpoint": self.compute_endpoint is not None,
            "storage_endpoint": self.storage_endpoint is not None,
            "bigquery_endpoint": self.bigquery_endpoint is not None,
        }
        return tuple(name for name, custom in fields.items() if custom)


def parse_secret(document: object, *, allow_custom_endpoints: bool) -> GcpSecret:
    """Return *document*, a JSON object or its text, as a secret.

    Raises:
        Rejected: a field is missing, unknown or malformed; the text names it, never its value.
    """
    if _is_key_file(document):
        raise Rejected(
            "This is the key file of a service account: it lacks the project to look at.",
            remedy='Put it into {"project_id": "...", "service_account_info": THE KEY FILE}, or '
            "let GOOGLE_APPLICATION_CREDENTIALS name it and use --from-env.",
        )
    return parse_document(
        GcpSecret, document, wording=_WORDING, allow_custom_endpoints=allow_custom_endpoints
    )


def _is_key_file(document: object) -> bool:
    """Tell whether *document* is what goes into a credential as `service_account_info`."""
    its_own = {"type", "private_key", "client_email"}
    return isinstance(document, Mapping) and its_own <= set(document)


def _is_rsa_key(pem: str) -> bool:
    """Tell whether *pem* is a private key that can sign for a service account."""
    # Imported here: it takes longer to load than most commands take to run.
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    try:
        # Whether the primes are prime takes a fifth of a second, and is asked for each use.
        key = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPrivateKey) and _is_whole(key.private_numbers())


def _is_whole(key: "RSAPrivateNumbers") -> bool:
    """Tell whether the numbers of a key belong together, which those of a damaged one do not."""
    exponents = key.public_numbers.e * key.d
    return (
        min(key.p, key.q) > 1
        and key.p * key.q == key.public_numbers.n
        and exponents % (key.p - 1) == exponents % (key.q - 1) == 1
    )
