"""Whatever carries our tags is found, and what cannot be read is not passed by."""

import pytest

from adapters.aws.owned_objects import UNKNOWN, AwsOwnedObjects
from adapters.aws.secret import AwsSecret
from adapters.aws.session import AwsSession
from adapters.fakes.pacing import FakePacing
from application.ports.errors import AccessDenied, PortError, Unavailable
from application.ports.owned_objects import OwnedObject
from entrypoints.sandbox.aws.replay import Fault
from entrypoints.sandbox.aws.wire import XML, Reply, Request
from tests.contract.owned_objects_contract import MACHINE, NETWORK, OURS
from tests.integration.aws.owned import build, tags_of
from tests.integration.aws.rig import HASTE, HERE, KEYS, Rig, launch, running

QUESTIONS = (
    "DescribeInstances",
    "DescribeVpcs",
    "DescribeSubnets",
    "DescribeSecurityGroups",
)


def found(rig: Rig) -> set[OwnedObject]:
    return set(AwsOwnedObjects(session=rig.session()).find(OURS, region=HERE))


def test_an_object_that_does_not_say_what_it_is_shows_all_the_same(rig: Rig) -> None:
    [nameless] = launch(rig, HERE, tags_of(OURS, None))
    [blank] = launch(rig, HERE, {**tags_of(OURS, None), "multi-cloud-address": ""})
    assert found(rig) == {
        OwnedObject(address=UNKNOWN, cloud_id=cloud_id) for cloud_id in (nameless, blank)
    }


def test_a_machine_that_is_stopped_still_exists(rig: Rig) -> None:
    machine = build(rig, MACHINE, OURS, region=HERE)
    rig.client("ec2", HERE).stop_instances(InstanceIds=[machine])
    assert found(rig) == {OwnedObject(address=MACHINE, cloud_id=machine)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_refused_question_says_which_permission_lacks(rig: Rig, question: str) -> None:
    rig.fail(question, status=403, code="UnauthorizedOperation")
    with pytest.raises(AccessDenied) as caught:
        found(rig)
    assert caught.value.permission == f"ec2:{question}"
    assert f"Grant ec2:{question}" in caught.value.remedy


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"not even markup"])
def test_an_answer_that_is_none_is_not_taken_for_an_empty_one(
    rig: Rig, question: str, body: bytes
) -> None:
    rig.line.fail(Fault(operation=question, status=200, body=body))
    with pytest.raises(PortError) as caught:
        found(rig)
    assert isinstance(caught.value, Unavailable)


def page(operation: str, items: str, token: str = "") -> Reply:
    following = f"<nextToken>{token}</nextToken>" if token else ""
    body = f"<{operation}Response>{items}{following}</{operation}Response>"
    return Reply(status=200, body=body.encode(), headers=XML)


def found_behind(answer_of_networks: str) -> tuple[OwnedObject, ...]:
    """Ask an AWS whose first page of VPCs is empty, as filtered pages are, and whose second is so.

    It has nothing else.
    """

    def answer(request: Request) -> Reply:
        if request.operation != "DescribeVpcs":
            name = {"DescribeInstances": "reservationSet", "DescribeSubnets": "subnetSet"}
            return page(request.operation, f"<{name.get(request.operation, 'securityGroupInfo')}/>")
        if "NextToken" not in request.parameters:
            return page(request.operation, "<vpcSet/>", token="more")
        return page(request.operation, f"<vpcSet>{answer_of_networks}</vpcSet>")

    with running(answer) as line:
        secret = AwsSecret.model_validate({**KEYS, "endpoint_url": line.endpoint})
        session = AwsSession(secret, patience=HASTE, pacing=FakePacing())
        return tuple(AwsOwnedObjects(session=session).find(OURS, region=HERE))


def test_an_empty_page_is_not_the_last_one() -> None:
    tag = f"<item><key>multi-cloud-address</key><value>{NETWORK}</value></item>"
    network = f"<item><vpcId>vpc-1</vpcId><tagSet>{tag}</tagSet></item>"
    assert found_behind(network) == (OwnedObject(address=NETWORK, cloud_id="vpc-1"),)


def test_an_object_without_an_id_cannot_be_passed_by() -> None:
    with pytest.raises(Unavailable, match="VpcId is missing"):
        found_behind("<item><state>available</state></item>")
