"""AWS's wire protocols, as far as needed to tell what is asked and to refuse it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlsplit

from entrypoints.sandbox.rest.wire import Reply

__all__ = ["JSON", "XML", "Answer", "Reply", "Request", "refusal", "request_from"]

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question, with what its signature and its protocol say about it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    service: str
    region: str
    operation: str

    @property
    def parameters(self) -> dict[str, str]:
        """What is asked for, by name, for protocols that send forms or query strings."""
        text = self.body.decode() or urlsplit(self.path).query
        return dict(parse_qsl(text, keep_blank_values=True))

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for two requests that ask the same."""
        return self.service, self.region, self.operation, self.path, self.body


Answer = Callable[[Request], Reply]


def request_from(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Return what is asked; header names are spelled as the SDK sends them."""
    scope = _SCOPE.search(headers.get("Authorization") or "")
    service = scope["service"] if scope else ""
    return Request(
        method=method,
        path=path,
        headers=headers,
        body=body,
        service=service,
        region=scope["region"] if scope else "",
        operation=_operation(service, method, path, headers, body),
    )


def _operation(
    service: str, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> str:
    if service == "s3":
        return _s3_operation(method, path)
    target = headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    return parse_qs(body.decode("ascii", "replace")).get("Action", [""])[0]


def _s3_operation(method: str, path: str) -> str:
    parts = urlsplit(path)
    if parts.path == "/":
        return "ListBuckets"
    if method == "HEAD":
        return "HeadBucket"
    return "GetBucketTagging" if "tagging" in parts.query else "Other"


def refusal(request: Request, *, status: int, code: str) -> Reply:
    """Return an error as the service that was asked would put it."""
    said = f"<Code>{code}</Code><Message>as the test wished</Message>"
    if "X-Amz-Target" in request.headers:
        return Reply(status=status, body=json.dumps({"__type": code}).encode(), headers=JSON)
    if request.service == "s3":
        body = f"<Error>{said}</Error>"
    elif request.service == "ec2":
        body = f"<Response><Errors><Error>{said}</Error></Errors></Response>"
    else:
        body = f"<ErrorResponse><Error>{said}</Error></ErrorResponse>"
    return Reply(status=status, body=body.encode(), headers=XML)


XML = {"Content-Type": "text/xml"}
JSON = {"Content-Type": "application/x-amz-json-1.1"}
