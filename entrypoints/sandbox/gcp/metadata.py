"""The texts that an instance can ask for from inside."""

import re

from entrypoints.sandbox.gcp.errors import Json, invalid
from entrypoints.sandbox.gcp.fingerprints import fingerprint

_KEY = "[a-zA-Z0-9-_]{1,128}"
_LONGEST = 256 * 1024
"""Bytes of one value."""


def wished_metadata(wish: Json) -> Json:
    """Return the metadata as it is told once it is there.

    Raises:
        Refused: a key is malformed or comes twice, or a value is too long.
    """
    items, seen = wish.get("items") or [], set[str]()
    for at, each in enumerate(items):
        key = str(each.get("key", ""))
        place = f"Invalid value for field 'metadata.items[{at}]"
        if re.fullmatch(_KEY, key) is None:
            raise invalid(f"{place}.key': '{key}'. Must be a match of regex '{_KEY}'")
        if key in seen:
            raise invalid(f"{place}.key': '{key}'. Metadata has duplicate key: {key}")
        if len(str(each.get("value", "")).encode()) > _LONGEST:
            raise invalid(
                f"{place}.value': ''. Value for key '{key}' is too large: maximum size {_LONGEST} "
                "character(s)."
            )
        seen.add(key)
    document: Json = {"kind": "compute#metadata", "fingerprint": fingerprint(items)}
    return {**document, "items": items} if items else document
