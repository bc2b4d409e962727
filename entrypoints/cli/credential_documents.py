"""Reading the secret of a credential from a file, standard input or the environment."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from domain.accounts import Provider
from entrypoints.cli.failures import CommandFailed

LARGEST_FILE: Final = 1_000_000
"""Characters; a credential is a few thousand at most."""

_FROM_ENVIRONMENT: Final[Mapping[Provider, Mapping[str, str]]] = {
    Provider.AWS: {
        "access_key_id": "AWS_ACCESS_KEY_ID",
        "secret_access_key": "AWS_SECRET_ACCESS_KEY",
        "session_token": "AWS_SESSION_TOKEN",
    },
    Provider.AZURE: {
        "tenant_id": "AZURE_TENANT_ID",
        "client_id": "AZURE_CLIENT_ID",
        "client_secret": "AZURE_CLIENT_SECRET",
        "subscription_id": "AZURE_SUBSCRIPTION_ID",
    },
}
_OPTIONAL: Final = frozenset({"session_token", "subscription_id"})
_KEY_FILE: Final = "GOOGLE_APPLICATION_CREDENTIALS"
_PROJECT: Final = "GOOGLE_CLOUD_PROJECT"


def document_from_file(path: str) -> object:
    """Return the JSON document in the file at *path*; `-` is standard input.

    Raises:
        CommandFailed: there is no such file, it is too large, or it is not JSON.
    """
    text = _text_of(path)
    if len(text) > LARGEST_FILE:
        raise CommandFailed(f"{_called(path)} is too large to be a credential.")
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
    except RecursionError:
        where = "it is nested too deeply"
    except ValueError:
        where = "a number in it is too long"
    # after the handlers, so that the cause, which quotes the file, is not kept
    raise CommandFailed(
        f"{_called(path)} is not valid JSON ({where}); it must hold one JSON object."
    )


def document_from_environment(provider: Provider) -> object:
    """Return the credential that the usual variables of *provider* hold.

    Raises:
        CommandFailed: a variable is missing, or names a file that cannot be read.
    """
    if provider is Provider.GCP:
        return _google_document()
    names = _FROM_ENVIRONMENT[provider]
    missing = [
        variable
        for field, variable in names.items()
        if field not in _OPTIONAL and not os.environ.get(variable)
    ]
    if missing:
        raise CommandFailed(f"{', '.join(missing)} must be set for --from-env.")
    found = {field: os.environ.get(variable) for field, variable in names.items()}
    return {field: value for field, value in found.items() if value}


def _google_document() -> object:
    """Return the key file that Google's own variable names, with the project it is for."""
    path = os.environ.get(_KEY_FILE)
    if not path:
        raise CommandFailed(f"{_KEY_FILE} must be set for --from-env, to the path of a key file.")
    key = document_from_file(path)
    own_project = key.get("project_id") if isinstance(key, dict) else None
    project = os.environ.get(_PROJECT) or own_project
    return {"service_account_info": key, **({"project_id": project} if project else {})}


def _text_of(path: str) -> str:
    try:
        if path == "-":
            return sys.stdin.read(LARGEST_FILE + 1)
        with Path(path).open(encoding="utf-8-sig") as file:
            return file.read(LARGEST_FILE + 1)
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
    raise CommandFailed(f"{_called(path)} cannot be read: {reason}.")


def _called(path: str) -> str:
    return "Standard input" if path == "-" else f"The file {path}"
