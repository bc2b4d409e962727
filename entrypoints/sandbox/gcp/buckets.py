"""What becomes of the wish for a bucket, and of a bucket that is changed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json, Refused, invalid
from entrypoints.sandbox.gcp.names import check_bucket_name, check_labels

_LOCATION = r"US|EU|ASIA|ASIA1|EUR4|EUR5|EUR7|EUR8|NAM4|[A-Z]+-[A-Z]+\d+"
_PAIRS = frozenset({"ASIA1", "EUR4", "EUR5", "EUR7", "EUR8", "NAM4"})
"""Locations that are two regions."""
_CLASSES = frozenset({"STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"})
_PREVENTION = frozenset({"enforced", "inherited"})
_CHANGEABLE = frozenset({"labels", "versioning", "iamConfiguration", "storageClass", "billing"})
_CHANGE_OF_MIND = timedelta(days=90)
_WEEK = {"retentionDurationSeconds": "604800"}
"""How long what was deleted can be had back."""


def bucket_of(wish: Json, *, now: datetime) -> Json:
    """Return the bucket that *wish* asks for.

    Raises:
        Refused: it asks for what cannot be.
    """
    location = str(wish.get("location") or "US").upper()
    if re.fullmatch(_LOCATION, location) is None:
        raise invalid("The specified location constraint is not valid.")
    made = resources.bucket(
        check_bucket_name(wish.get("name")),
        location=location,
        storage_class=_storage_class(wish.get("storageClass") or "STANDARD"),
        labels=_labels(wish.get("labels") or {}),
        versioning=(wish.get("versioning") or {}).get("enabled"),
        created=stamp(now),
    )
    if location in _PAIRS:
        made["locationType"] = "dual-region"
    made["iamConfiguration"] = _access(wish.get("iamConfiguration") or {}, now)
    made["softDeletePolicy"] = {
        **_WEEK,
        "effectiveTime": stamp(now),
        **(wish.get("softDeletePolicy") or {}),
    }
    return made


def patched(bucket: Json, wish: Json, *, now: datetime) -> Json:
    """Return *bucket* with what *wish* names changed; what is null there is taken away.

    Raises:
        Refused: it names what cannot be changed, or asks for what cannot be.
    """
    for name in wish.keys() - _CHANGEABLE:
        raise Refused(400, f"The sandbox cannot change '{name}' of a bucket.", reason="invalid")
    changed = _merged(bucket, wish)
    if not _labels(changed.get("labels", {})):
        changed.pop("labels", None)
    _storage_class(changed["storageClass"])
    changed["iamConfiguration"] = _access(changed.get("iamConfiguration", {}), now)
    return {
        **changed,
        "metageneration": str(int(bucket["metageneration"]) + 1),
        "updated": stamp(now),
    }


def stamp(moment: datetime) -> str:
    """Return a time as the storage service spells it."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _merged(held: Json, wish: Json) -> Json:
    merged = dict(held)
    for name, value in wish.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(merged.get(name, {}), value)
        else:
            merged[name] = value
    return merged


def _access(wish: Json, now: datetime) -> Json:
    """Return who may reach the bucket; uniform access cannot be left 90 days after it began."""
    prevention = wish.get("publicAccessPrevention") or "inherited"
    if prevention not in _PREVENTION:
        raise invalid(f"Invalid argument: publicAccessPrevention '{prevention}'.")
    wished = wish.get("uniformBucketLevelAccess") or {}
    uniform: Json = {"enabled": bool(wished.get("enabled"))}
    if uniform["enabled"]:
        uniform["lockedTime"] = wished.get("lockedTime") or stamp(now + _CHANGE_OF_MIND)
    return {
        "bucketPolicyOnly": uniform,
        "uniformBucketLevelAccess": uniform,
        "publicAccessPrevention": prevention,
    }


def _storage_class(wish: str) -> str:
    if wish.upper() not in _CLASSES:
        raise invalid("Invalid argument.")
    return wish.upper()


def _labels(labels: Any) -> Json:  # noqa: ANN401 - JSON
    return dict(check_labels(labels, "labels"))
