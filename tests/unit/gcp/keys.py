"""A key of a service account, made once for all tests because making one is slow."""

from typing import Any

from entrypoints.sandbox.gcp.keys import ServiceAccount

PROJECT = "shop-analytics-4711"
GOOGLE = "https://oauth2.googleapis.com/token"


def key_file(**changed: object) -> dict[str, Any]:
    """The file that the console would let one download, with fields *changed*."""
    return {**ServiceAccount(project=PROJECT).key_file(GOOGLE), **changed}


def document(**fields: object) -> dict[str, Any]:
    return {"project_id": PROJECT, "service_account_info": key_file(), **fields}
