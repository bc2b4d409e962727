"""Changing one thing in a sandbox that runs somewhere else on this machine."""

import json
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from entrypoints.sandbox.happening import NothingToChange
from entrypoints.sandbox.rest.listening import HOST

_PATIENCE: Final = 10.0
"""Seconds to wait for an answer."""


class NoSandbox(Exception):
    """Nothing at that address is a sandbox."""


class UnknownChange(Exception):
    """The cloud has no change of that name; the text says which it has."""


def change(endpoint: str, name: str | None, *, resource: str | None = None) -> Mapping[str, object]:
    """Let the change *name* happen at *endpoint*, or the usual one, and return what happened.

    It happens to what is named *resource*, or to the usual one.

    Raises:
        NoSandbox: nothing answers there.
        UnknownChange: there is no such change.
        NothingToChange: what it is about is not there.
    """
    if not _tells_its_cloud(endpoint):
        return _change_aws(endpoint, name, resource)
    status, document = _ask(endpoint, "/sandbox/changes", {"name": name, "resource": resource})
    match status:
        case 200:
            return document
        case 404:
            raise UnknownChange(document["error"])
        case 409:
            raise NothingToChange(document["error"])
        case _:
            raise NoSandbox(endpoint)


def _tells_its_cloud(endpoint: str) -> bool:
    """Tell whether a cloud of the REST kind is there; moto cannot be asked."""
    if urlsplit(endpoint).hostname not in {HOST, "localhost"}:
        return False
    try:
        status, document = _ask(endpoint, "/sandbox", None)
    except NoSandbox:
        return False
    return status == 200 and "cloud" in document  # noqa: PLR2004 - HTTP


def _ask(endpoint: str, path: str, body: object) -> tuple[int, dict[str, Any]]:
    data = None if body is None else json.dumps(body).encode()
    question = Request(endpoint + path, data=data, headers={"Content-Type": "application/json"})  # noqa: S310 - loopback
    try:
        with _opener().open(question, timeout=_PATIENCE) as answer:
            return answer.status, _document(answer.read())
    except HTTPError as error:
        with error:
            return error.code, _document(error.read())
    except (OSError, ValueError) as exc:
        raise NoSandbox(endpoint) from exc


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _opener() -> OpenerDirector:
    """Go there directly, and believe any certificate: the sandbox made its own.

    Nothing secret is sent, and nothing leaves this machine.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return build_opener(ProxyHandler({}), HTTPSHandler(context=context))


def _change_aws(endpoint: str, name: str | None, resource: str | None) -> Mapping[str, object]:
    # Imported here: the other clouds do without boto3.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from entrypoints.sandbox.aws.changes import CHANGES  # noqa: PLC0415
    from entrypoints.sandbox.aws.server import forget_aws_settings  # noqa: PLC0415

    forget_aws_settings()
    happen = CHANGES.get(name or next(iter(CHANGES)))
    if happen is None:
        raise UnknownChange(f"There is no change {name!r}; choose one of {', '.join(CHANGES)}.")
    try:
        return happen(endpoint, name=resource).as_dict()
    except (BotoCoreError, ClientError, ValueError) as exc:
        raise NoSandbox(endpoint) from exc
