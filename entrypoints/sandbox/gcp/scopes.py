"""What a token is good for: no more than was asked for when it was made."""

from collections.abc import Mapping
from dataclasses import dataclass

from entrypoints.sandbox.gcp.errors import Json, Refused
from entrypoints.sandbox.rest.wire import Request

_EVERYTHING = "cloud-platform"
_LOOKING: Mapping[str, frozenset[str]] = {
    "compute": frozenset({"compute.readonly"}),
    "storage": frozenset({"devstorage.read_only", "cloud-platform.read-only"}),
    "bigquery": frozenset({"bigquery.readonly", "cloud-platform.read-only"}),
}
_CHANGING: Mapping[str, frozenset[str]] = {
    "compute": frozenset({_EVERYTHING, "compute"}),
    "storage": frozenset({_EVERYTHING, "devstorage.full_control", "devstorage.read_write"}),
    "bigquery": frozenset({_EVERYTHING, "bigquery"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What a token allows, whoever holds it."""

    scopes: frozenset[str]
    """The last parts of their addresses."""
    audience: str | None = None
    """The one service that a token without scopes is for, as an address."""

    def covers(self, service: str, request: Request) -> bool:
        """Tell whether *request* may be made of *service*."""
        if not self.scopes:
            return self.audience == f"https://{service}.googleapis.com/"
        enough = _CHANGING[service]
        if request.method == "GET":
            enough |= _LOOKING[service]
        elif service == "bigquery" and request.path.endswith("/queries"):
            enough |= {"cloud-platform.read-only"}  # a query is a POST, and changes nothing
        return bool(self.scopes & enough)


def scopes_in(claim: object) -> frozenset[str]:
    """Return the scopes that a claim of a token lists."""
    return frozenset(each.rpartition("/")[2] for each in str(claim or "").split())


def insufficient(service: str) -> Refused:
    """Return the refusal of a token that is good, but not for this."""
    details: Json = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": f"{service}.googleapis.com"},
    }
    message = "Request had insufficient authentication scopes."
    return Refused(403, message, reason="insufficientPermissions", details=[details])
