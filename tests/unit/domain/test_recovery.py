"""After an apply that did not end well, what may exist is named and nothing is guessed."""

from domain.provisioning import Leak
from domain.recovery import DESTROYING_MAY, PROVISIONING_MAY, forbidden, made, unaccounted
from domain.terraform import Address, ChangeAction, EventType, LogLevel, LogRecord
from domain.terraform_state import StateObject, TerraformState
from tests.builders import NOON

VPC, SUBNET, INSTANCE = (Address(f"aws_{kind}.this") for kind in ("vpc", "subnet", "instance"))


def said(
    kind: EventType,
    address: Address,
    action: ChangeAction = ChangeAction.CREATE,
    cloud_id: str | None = None,
) -> LogRecord:
    return LogRecord(
        offset=0,
        length=1,
        at=NOON,
        level=LogLevel.INFO,
        type=kind,
        message="",
        address=address,
        action=action,
        cloud_id=cloud_id,
    )


def knows(*addresses: Address) -> TerraformState:
    objects = tuple(
        StateObject(address=each, type="t", cloud_id="id", attributes={}) for each in addresses
    )
    return TerraformState(lineage="l", serial=1, objects=objects)


PLANNED = [said(EventType.PLANNED_CHANGE, each) for each in (VPC, SUBNET, INSTANCE)]
APPLY = [
    said(EventType.APPLY_START, VPC),
    said(EventType.APPLY_COMPLETE, VPC, cloud_id="vpc-1"),
    said(EventType.APPLY_START, SUBNET),
]


def test_an_apply_that_ended_leaves_only_what_it_had_begun() -> None:
    assert unaccounted([*PLANNED, *APPLY], knows(VPC), lost=False) == (
        Leak(address=SUBNET, cloud_id=None),
    )


def test_what_the_cloud_refused_to_make_is_no_leak() -> None:
    refused = [*PLANNED, *APPLY, said(EventType.APPLY_ERRORED, SUBNET)]
    assert unaccounted(refused, knows(VPC), lost=False) == ()


def test_a_lost_apply_may_have_made_all_that_was_planned() -> None:
    assert [leak.address for leak in unaccounted(PLANNED, None, lost=True)] == [
        VPC,
        SUBNET,
        INSTANCE,
    ]


def test_what_the_log_names_and_the_state_lacks_is_told_with_its_id() -> None:
    assert unaccounted([*PLANNED, *APPLY], None, lost=False)[0] == Leak(
        address=VPC, cloud_id="vpc-1"
    )


def test_what_the_state_knows_is_no_leak() -> None:
    assert unaccounted([*PLANNED, *APPLY], knows(VPC, SUBNET, INSTANCE), lost=True) == ()


def test_what_was_taken_down_since_is_not_said_to_be_made() -> None:
    gone = said(EventType.APPLY_COMPLETE, VPC, ChangeAction.DELETE, "vpc-1")
    again = said(EventType.APPLY_COMPLETE, VPC, cloud_id="vpc-2")
    assert made(APPLY) == {VPC: "vpc-1"}
    assert made([*APPLY, gone]) == {}
    assert made([*APPLY, gone, again]) == {VPC: "vpc-2"}


def test_a_plan_to_build_that_takes_something_down_is_refused() -> None:
    plan = [
        said(EventType.PLANNED_CHANGE, VPC, ChangeAction.CREATE),
        said(EventType.PLANNED_CHANGE, SUBNET, ChangeAction.REPLACE),
        said(EventType.PLANNED_CHANGE, INSTANCE, ChangeAction.DELETE),
    ]
    refused = forbidden(plan, PROVISIONING_MAY)
    assert [record.address for record in refused] == [SUBNET, INSTANCE]


def test_what_our_own_failed_run_left_half_made_may_be_made_anew_but_not_just_removed() -> None:
    replaced = said(EventType.PLANNED_CHANGE, SUBNET, ChangeAction.REPLACE)
    removed = said(EventType.PLANNED_CHANGE, SUBNET, ChangeAction.DELETE)
    assert forbidden([replaced], PROVISIONING_MAY, half_made=frozenset({SUBNET})) == ()
    assert forbidden([removed], PROVISIONING_MAY, half_made=frozenset({SUBNET})) == (removed,)


def test_a_plan_to_take_down_makes_nothing() -> None:
    creation = said(EventType.PLANNED_CHANGE, VPC, ChangeAction.CREATE)
    assert forbidden([creation], DESTROYING_MAY) == (creation,)


def test_an_action_of_a_newer_terraform_is_never_allowed() -> None:
    unknown = said(EventType.PLANNED_CHANGE, VPC, ChangeAction.OTHER)
    assert forbidden([unknown], PROVISIONING_MAY) == forbidden([unknown], DESTROYING_MAY)
    assert forbidden([unknown], PROVISIONING_MAY) == (unknown,)
