"""That the tests of crashes can fail: what they promise is taken away, and they notice."""

from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from application.planning import Planner
from application.steps import Steps
from domain.provisioning import ResourceId, ResourceStatus, RunAction
from entrypoints.sandbox.aws.clients import client
from tests.integration.terraform.site import ADDRESSES, VPC, Site, kill
from tests.integration.terraform.test_crashes import (
    SLOW,
    applying,
    everything_agrees,
    killed_terraform,
    the_log_is_whole,
)
from tests.waiting import soon


def agrees(site: Site, resource_id: ResourceId) -> bool:
    try:
        everything_agrees(site, resource_id)
    except AssertionError:
        return False
    return True


def test_an_engine_that_does_not_look_first_makes_a_second_network(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Planner, "_must_look_first", lambda _: False)
    site.trouble(delays={"aws_vpc.create": 1.5})
    resource_id = site.request(VPC)
    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(site.go_on, RunAction.PROVISION, resource_id)
        soon(lambda: site.cloud(resource_id) == ["aws_vpc.this"])
        killed_terraform(site, resource_id)
        site.trouble()
        assert ended.result().status is ResourceStatus.ACTIVE, site.said(resource_id)
    assert sorted(site.cloud(resource_id)) == [*ADDRESSES, "aws_vpc.this"]
    assert not agrees(site, resource_id)


def test_an_engine_that_begins_anew_leaves_lines_of_what_was_running_unread(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.trouble(delays=SLOW)
    resource_id = site.request(VPC)
    worker = site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: applying(site, resource_id))
    kill(worker)
    monkeypatch.setattr(Steps, "settle", lambda _: None)
    assert site.go_on(RunAction.PROVISION, resource_id).status is ResourceStatus.ACTIVE
    with pytest.raises(AssertionError):
        the_log_is_whole(site, resource_id)


def test_a_network_more_than_there_should_be_is_noticed(site: Site) -> None:
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    assert agrees(site, resource_id)
    ec2 = client(site.endpoint, "ec2", "eu-west-1")
    [known] = ec2.describe_vpcs(VpcIds=[site.known(resource_id)["aws_vpc.this"]])["Vpcs"]
    marks = [{"ResourceType": "vpc", "Tags": known["Tags"]}]
    ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=marks)
    assert not agrees(site, resource_id)


def test_a_line_of_the_log_that_is_lost_is_noticed(site: Site, migrated_database_url: str) -> None:
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    assert agrees(site, resource_id)
    step, offset, _ = site.log(resource_id)[-2]
    with psycopg2.connect(migrated_database_url) as database, database.cursor() as cursor:
        cursor.execute(
            'DELETE FROM terraform_logs WHERE run_id = %s AND step = %s AND "offset" = %s',
            (step.run_id, step.number, offset),
        )
        assert cursor.rowcount == 1
    database.close()
    assert not agrees(site, resource_id)
