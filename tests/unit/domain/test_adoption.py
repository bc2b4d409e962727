"""Only what exists and carries our tags is taken over."""

from typing import Any

import pytest

from domain.adoption import (
    complaint,
    not_ours,
    not_there,
    ownership_tags,
    to_be_made,
)
from domain.terraform import Address, EventType, LogLevel, LogRecord
from tests.builders import NOON

OURS = ownership_tags(installation="8c8b", resource_id=12)
BUCKET = Address("aws_s3_bucket.this")
VERSIONING = Address("aws_s3_bucket_versioning.this")
SUBNET = Address('aws_subnet.this["10.0.1.0/24"]')


def importing(address: str, **before: Any) -> dict[str, Any]:  # noqa: ANN401 - the cloud's
    change = {"actions": ["no-op"], "importing": {"id": "x"}, "before": before}
    return _change(address, change)


def creating(address: str) -> dict[str, Any]:
    return _change(address, {"actions": ["create"], "before": None, "after": {}})


def _change(address: str, change: dict[str, Any]) -> dict[str, Any]:
    kind = address.partition(".")[0]
    return {"address": address, "mode": "managed", "type": kind, "change": change}


def a_plan(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"resource_changes": list(changes)}


def a_diagnostic(message: str, level: LogLevel = LogLevel.ERROR) -> LogRecord:
    return LogRecord(
        offset=0, length=1, at=NOON, level=level, type=EventType.DIAGNOSTIC, message=message
    )


@pytest.mark.parametrize(
    "before",
    [
        {"tags": {**OURS, "env": "prod"}},
        {"labels": OURS},
        {"labels": {}, "effective_labels": OURS},
        {
            "description": "managed-by=multi-cloud multi-cloud-resource-id=12 "
            "multi-cloud-installation=8c8b"
        },
    ],
)
def test_what_carries_our_tags_is_ours(before: dict[str, Any]) -> None:
    assert not not_ours(a_plan(importing(BUCKET, **before)), ownership=OURS, known=())


@pytest.mark.parametrize(
    "before",
    [
        {},
        {"tags": None},
        {"tags": {**OURS, "multi-cloud-resource-id": "1"}},
        {"tags": {**OURS, "multi-cloud-installation": "another"}},
        {"description": "multi-cloud-resource-id=120 multi-cloud-installation=8c8b"},
    ],
)
def test_what_does_not_is_somebody_elses(before: dict[str, Any]) -> None:
    assert not_ours(a_plan(importing(BUCKET, **before)), ownership=OURS, known=()) == {BUCKET}


def test_a_part_belongs_to_whoever_owns_the_whole() -> None:
    part = importing(VERSIONING, bucket="b")
    ours, strange = importing(BUCKET, tags=OURS), importing(BUCKET, tags={})
    assert not not_ours(a_plan(ours, part), ownership=OURS, known=())
    assert not not_ours(a_plan(part), ownership=OURS, known={"aws_s3_bucket"})
    assert not_ours(a_plan(strange, part), ownership=OURS, known=()) == {BUCKET, VERSIONING}


def test_only_what_would_be_made_is_looked_for() -> None:
    data = creating("aws_ami.this") | {"mode": "data"}
    plan = a_plan(creating(BUCKET), importing(VERSIONING), data)
    assert list(to_be_made(plan)) == [BUCKET]


def test_terraform_says_which_import_found_nothing() -> None:
    said = a_diagnostic(
        "Cannot import non-existent remote object: While attempting to import an existing object "
        'to "aws_subnet.this[\\"10.0.1.0/24\\"]", the provider detected that no object exists '
        "with the given id."
    )
    assert not_there([said], [BUCKET, SUBNET]) == {SUBNET}


def test_another_error_is_no_proof_of_absence() -> None:
    said = a_diagnostic(f'Access denied: reading "{BUCKET}", sorry.')
    assert not_there([said], [BUCKET]) == frozenset()


def test_the_first_error_is_the_complaint_and_a_warning_is_none() -> None:
    warning = a_diagnostic("old", LogLevel.WARN)
    assert complaint([warning]) is None
    assert complaint([warning, a_diagnostic("first"), a_diagnostic("second")]) == "first."
