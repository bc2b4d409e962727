"""The demo project: believable, the same every time, and its bill adds up."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from entrypoints.sandbox.changing import change
from entrypoints.sandbox.gcp.bulk import BulkProject
from entrypoints.sandbox.gcp.changes import changes_of
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.seed import GONE, demo_project
from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import buckets, instances, networks, running, warehouse

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo() -> Iterator[GcpServer]:
    with running(demo_project(now=NOW)) as server:
        yield server


def found(server: GcpServer) -> dict[str, dict[str, Any]]:
    """Every resource by its id or name, as the clients read it."""
    place = {"project": server.project.id}
    with instances(server) as compute, networks(server) as nets, buckets(server) as storage:
        listed = {
            str(each.id): {"status": each.status, "labels": dict(each.labels)}
            for _, scope in compute.aggregated_list(**place)
            for each in scope.instances
        }
        listed |= {str(each.id): {"mtu": each.mtu} for each in nets.list(**place)}
        return listed | {each.name: {"labels": each.labels} for each in storage.list_buckets()}


def billed(server: GcpServer, sql: str) -> list[tuple[Any, ...]]:
    table = server.credential()["billing_export_table"]
    with warehouse(server) as client:
        return [tuple(each) for each in client.query_and_wait(sql.replace("BILL", f"`{table}`"))]


def changed(server: GcpServer, name: str) -> requests.Response:
    return requests.post(f"{server.endpoint}/sandbox/changes", json={"name": name}, timeout=5)


def test_the_demo_project_has_instances_networks_and_buckets(demo: GcpServer) -> None:
    kinds = Counter(", ".join(sorted(each)) for each in found(demo).values())
    assert kinds == {"labels, status": 12, "mtu": 3, "labels": 5}
    statuses = Counter(each["status"] for each in found(demo).values() if "status" in each)
    assert statuses == {"RUNNING": 8, "TERMINATED": 4}


def test_the_demo_project_is_the_same_every_time() -> None:
    one, other = demo_project(now=NOW), demo_project(now=NOW)
    assert one.instances == other.instances
    assert (one.networks, one.buckets) == (other.networks, other.buckets)


def test_the_bill_reaches_back_a_hundred_days_in_euros(demo: GcpServer) -> None:
    sql = "SELECT MIN(usage_start_time), MAX(usage_start_time), MAX(export_time), MAX(currency)"
    ((first, last, arrived, currency),) = billed(demo, f"{sql} FROM BILL")
    assert (first.date(), currency) == (NOW.date() - timedelta(days=100), "EUR")
    assert NOW - timedelta(days=2) < last < arrived < NOW


def test_the_latest_days_are_not_all_there_because_rows_come_late(demo: GcpServer) -> None:
    sql = "SELECT DATE(usage_start_time) d, COUNT(*) n FROM BILL GROUP BY d ORDER BY d DESC LIMIT 6"
    counts = [count for _, count in billed(demo, sql)]
    assert counts[0] < counts[-1]
    late = "DATE_DIFF(DATE(export_time), DATE(usage_start_time), DAY) > 3"
    assert billed(demo, f"SELECT COUNT(*) FROM BILL WHERE {late}")[0][0] > 100


def test_what_a_running_instance_costs_is_found_by_its_number(demo: GcpServer) -> None:
    web = demo.project.instances["europe-west3-a", "dashboard-1"]
    path = f"projects/{demo.project.id}/zones/europe-west3-a/instances/{web['id']}"
    sql = f"""
        SELECT SUM(cost), (SELECT l.value FROM UNNEST(labels) AS l WHERE l.key = 'team') AS team
        FROM BILL WHERE resource.global_name = '//compute.googleapis.com/{path}'
        AND DATE(usage_start_time) = '2026-10-01' GROUP BY team
    """
    ((cost, team),) = billed(demo, sql)
    assert cost == pytest.approx((0.0446 + 0.0239) * 24 + 0.0132)
    assert team == "storefront"


def test_a_discount_is_a_credit_and_not_a_lower_cost(demo: GcpServer) -> None:
    ((cost, credit),) = billed(
        demo,
        "SELECT SUM(cost), SUM((SELECT SUM(c.amount) FROM UNNEST(credits) AS c)) FROM BILL "
        "WHERE sku.description LIKE 'N2 Instance%'",
    )
    assert credit == pytest.approx(-0.2 * cost)


def test_the_bill_knows_what_is_gone_and_who_else_pays(demo: GcpServer) -> None:
    days = "SELECT COUNT(DISTINCT DATE(usage_start_time)) FROM BILL"
    assert billed(demo, f"{days} WHERE resource.name = '{GONE.name}-1'") == [(50,)]
    assert "etl-legacy-1" not in {name for _, name in demo.project.instances}
    others = billed(demo, "SELECT DISTINCT project.id FROM BILL ORDER BY 1")
    assert others == [(None,), (demo.project.id,), ("shop-website-1200",)]


def test_the_standard_export_adds_up_to_the_detailed_one(demo: GcpServer) -> None:
    ((detailed,),) = billed(demo, "SELECT ROUND(SUM(cost), 4) FROM BILL")
    table = demo.credential()["billing_export_table"].replace("_resource_v1", "_v1")
    assert billed(demo, f"SELECT ROUND(SUM(cost), 4) FROM `{table}`") == [(detailed,)]


def test_the_sandbox_says_which_cloud_it_is(demo: GcpServer) -> None:
    told = requests.get(f"{demo.endpoint}/sandbox", timeout=5).json()
    assert (told["cloud"], told["changes"]) == ("gcp", list(changes_of(demo.project)))


@pytest.mark.parametrize("name", ["stop-instance", "relabel-instance", "delete-bucket"])
def test_a_change_changes_just_what_it_says(name: str) -> None:
    with running(demo_project(now=NOW)) as server:
        before = found(server)
        told = changed(server, name).json()
        after = found(server)
    differing = {each for each in before if before[each] != after.get(each)}
    assert (differing, told["change"]) == ({told["id"]}, name)
    assert after.keys() <= before.keys()


def test_a_change_happens_to_what_is_named() -> None:
    with running(demo_project(now=NOW)) as server:
        told = change(server.endpoint, "stop-instance", resource="trainer-1")
        assert (told["name"], told["region"], told["before"]) == (
            "trainer-1",
            "us-central1",
            "running",
        )
        trainer = server.project.instances["us-central1-a", "trainer-1"]
    assert (trainer["status"], trainer["id"]) == ("TERMINATED", told["id"])


def test_a_change_that_cannot_be_made_is_a_sentence() -> None:
    with running(demo_project(now=NOW)) as server:
        assert changed(server, "revoke-key").json()["after"] == "revoked"
        assert not server.project.account.valid
        again = changed(server, "revoke-key")
        assert (again.status_code, "taken back before" in again.json()["error"]) == (409, True)
    with running(GcpProject()) as server:
        for name in ("stop-instance", "relabel-instance", "delete-bucket"):
            assert changed(server, name).status_code == 409
        assert changed(server, "explode").status_code == 404


def test_a_large_project_is_told_completely_and_at_once() -> None:
    bulk = BulkProject(instances=1201, networks=501, buckets=1001)
    with running(bulk=bulk) as server:
        place = {"project": server.project.id}
        with instances(server) as compute, networks(server) as nets, buckets(server) as storage:
            pages = list(compute.aggregated_list(request={**place, "max_results": 500}).pages)
            ids = [
                each.id
                for page in pages
                for scope in page.items.values()
                for each in scope.instances
            ]
            assert (len(pages), len(ids), len(set(ids))) == (3, 1201, 1201)
            of_zones = [each for zone in bulk.zones for each in compute.list(**place, zone=zone)]
            assert {each.id for each in of_zones} == set(ids)
            assert len({each.id for each in nets.list(**place)}) == 501
            assert len({each.name for each in storage.list_buckets()}) == 1001
