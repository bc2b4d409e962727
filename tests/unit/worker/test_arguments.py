from typing import Any

import pytest

from application.ports.errors import Rejected
from entrypoints.worker.arguments import checked_arguments


def sync(container: object, user_id: int, credential_id: int) -> None:
    """Stand for a task."""


def everything(container: object) -> None:
    """Stand for a task without arguments."""


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [([1, 2], {}), ([1], {"credential_id": 2}), ([], {"user_id": 1, "credential_id": 2})],
)
def test_ids_are_taken_by_position_or_by_name(args: list[Any], kwargs: dict[str, Any]) -> None:
    assert checked_arguments("sync", sync, args, kwargs) == {"user_id": 1, "credential_id": 2}


@pytest.mark.parametrize(
    ("args", "kwargs", "reason"),
    [
        ([1], {}, "credential_id"),
        ([1, 2, 3], {}, "too many"),
        ([1, 2], {"password": "hunter2"}, "password"),
        ([1, "hunter2"], {}, "credential_id is of type str"),
        ([True, 2], {}, "user_id is of type bool"),
        ([1.5, 2], {}, "user_id is of type float"),
        ([None, 2], {}, "user_id is of type NoneType"),
        ([0, 2], {}, "user_id is below 1"),
        ([1, ["hunter2"]], {}, "credential_id is of type list"),
    ],
)
def test_anything_else_is_refused_by_name_and_never_by_value(
    args: list[Any], kwargs: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Rejected, match=reason) as refusal:
        checked_arguments("sync", sync, args, kwargs)

    assert "hunter2" not in str(refusal.value)


def test_a_task_without_arguments_takes_none() -> None:
    assert checked_arguments("everything", everything, [], {}) == {}
    with pytest.raises(Rejected, match="takes no arguments"):
        checked_arguments("everything", everything, [1], {})


def test_the_container_cannot_be_handed_in_by_a_message() -> None:
    with pytest.raises(Rejected):
        checked_arguments("everything", everything, [], {"container": 1})
