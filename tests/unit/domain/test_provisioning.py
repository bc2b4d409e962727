"""A resource and its runs go only where they may, and every move leaves a stamp."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.accounts import CredentialId, UserId
from domain.errors import IllegalMove
from domain.inventory import ResourceKind
from domain.provisioning import (
    RESOURCE_MOVES,
    RUN_MOVES,
    Leak,
    Resource,
    ResourceId,
    ResourceStatus,
    Run,
    RunAction,
    RunId,
    RunStatus,
    Stamp,
)
from tests.builders import NOON


def a_provisioned(status: ResourceStatus = ResourceStatus.PENDING) -> Resource:
    return Resource(
        id=ResourceId(7),
        user_id=UserId(1),
        credential_id=CredentialId(1),
        kind=ResourceKind.AWS_VPC,
        name="shop",
        spec={"kind": "aws_vpc"},
        status=status,
        created_at=NOON,
        updated_at=NOON,
    )


def a_run(status: RunStatus = RunStatus.QUEUED) -> Run:
    return Run(
        id=RunId(3),
        resource_id=ResourceId(7),
        action=RunAction.PROVISION,
        status=status,
        history=(Stamp(status=status, at=NOON),),
    )


class ResourceWalker(RuleBasedStateMachine):
    """Tries every move from wherever it is."""

    def __init__(self) -> None:
        super().__init__()
        self.resource = a_provisioned()
        self.at = NOON

    @rule(to=st.sampled_from(ResourceStatus))
    def move(self, to: ResourceStatus) -> None:
        self.at += timedelta(seconds=1)
        if to in RESOURCE_MOVES[self.resource.status]:
            self.resource = self.resource.moved_to(to, at=self.at)
            assert self.resource.updated_at == self.at
        else:
            with pytest.raises(IllegalMove):
                self.resource.moved_to(to, at=self.at)

    @invariant()
    def nothing_comes_back_from_destroyed(self) -> None:
        if self.resource.status is ResourceStatus.DESTROYED:
            assert not RESOURCE_MOVES[self.resource.status]


class RunWalker(RuleBasedStateMachine):
    """Tries every move from wherever it is."""

    def __init__(self) -> None:
        super().__init__()
        self.run_ = a_run()
        self.at = NOON

    @rule(to=st.sampled_from(RunStatus))
    def move(self, to: RunStatus) -> None:
        self.at += timedelta(seconds=1)
        if to in RUN_MOVES[self.run_.status]:
            self.run_ = self.run_.moved_to(to, at=self.at)
        else:
            with pytest.raises(IllegalMove):
                self.run_.moved_to(to, at=self.at)

    @invariant()
    def each_move_left_a_stamp(self) -> None:
        history = self.run_.history
        assert history[-1].status is self.run_.status
        assert [stamp.at for stamp in history] == sorted(stamp.at for stamp in history)

    @invariant()
    def an_end_is_an_end(self) -> None:
        ended = {RunStatus.APPLIED, RunStatus.ERRORED, RunStatus.CANCELED}
        assert (self.run_.status in ended) is (not self.run_.status.active)
        assert (self.run_.ended_at is None) is self.run_.status.active


TestResourceWalker = ResourceWalker.TestCase
TestRunWalker = RunWalker.TestCase


def test_what_is_being_built_is_not_taken_down_before_that_ended() -> None:
    with pytest.raises(IllegalMove, match="Resource 7 is provisioning and cannot become destroy"):
        a_provisioned(ResourceStatus.PROVISIONING).moved_to(ResourceStatus.DESTROYING, at=NOON)


def test_what_failed_may_be_tried_again_or_taken_down() -> None:
    ways = RESOURCE_MOVES[ResourceStatus.FAILED]
    assert ways == {ResourceStatus.PROVISIONING, ResourceStatus.DESTROYING}


def test_an_error_and_its_leaks_stay_with_the_run() -> None:
    leak = Leak(address="aws_vpc.this", cloud_id=None)
    run = replace(a_run(RunStatus.APPLYING)).moved_to(
        RunStatus.ERRORED, at=NOON, error="It broke.", leaks=(leak,)
    )
    assert (run.error, run.leaks, run.ended_at) == ("It broke.", (leak,), NOON)
    assert str(leak) == "aws_vpc.this (id unknown)"
