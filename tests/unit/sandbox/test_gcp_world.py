"""What the sandbox's Google Cloud is made of: names, pages, values and queries."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from entrypoints.sandbox.gcp.columns import wire_row
from entrypoints.sandbox.gcp.errors import Json, Refused
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import bucket, instance, network, unique_id
from entrypoints.sandbox.gcp.routing import Call, Route, find, page
from entrypoints.sandbox.gcp.warehouse import Warehouse
from entrypoints.sandbox.rest.wire import Request

FIELDS: list[Json] = [
    {"name": "day", "type": "DATE", "mode": "NULLABLE"},
    {"name": "labels", "type": "RECORD", "mode": "REPEATED", "fields": [
        {"name": "key", "type": "STRING", "mode": "NULLABLE"},
        {"name": "value", "type": "STRING", "mode": "NULLABLE"},
    ]},
    {"name": "arrived", "type": "TIMESTAMP", "mode": "NULLABLE"},
]  # fmt: skip


def found(sql: str, **options: Any) -> list[list[Any]]:  # noqa: ANN401 - of any type
    """What a query finds in a table with one row."""
    house = Warehouse("shop")
    house.create_dataset("notes")
    house.create_table("notes", "days", FIELDS, arrival="arrived")
    row = {"day": "2026-03-01", "labels": [{"key": "team", "value": "data"}]}
    house.add_rows("notes", "days", lambda: [{**row, "arrived": "2026-03-02T01:00:00Z"}])
    try:
        return [list(each) for each in house.query(sql, **options).rows]
    finally:
        house.close()


def listing(**query: str) -> Call:
    return Call(request=Request(method="GET", path="/", query=query), names={})


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_pages_put_together_are_the_list(count: int) -> None:
    items, query = list(range(count)), {"maxResults": "2"}
    seen: list[int] = []
    while True:
        shown, token = page(listing(**query), items, largest=3)
        seen.extend(shown)
        if token is None:
            break
        query["pageToken"] = token
    assert seen == items


@pytest.mark.parametrize(
    "query", [{"maxResults": "4"}, {"pageToken": "x"}, {"pageToken": "é"}, {"filter": "a=b"}]
)
def test_a_page_that_cannot_be_told_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused):
        page(listing(**query), [1, 2, 3], largest=3)


def test_a_path_is_asked_for_with_the_names_in_it() -> None:
    route = Route("GET /zones/{zone}/instances", "", lambda _: {})
    asked = Request(method="GET", path="")
    hit = find([route], asked, "/zones/eu%2Dwest/instances")
    assert hit is not None
    assert hit[1].names == {"zone": "eu-west"}
    assert find([route], asked, "/zones/a/b/instances") is None
    assert find([route], Request(method="POST", path=""), "/zones/a/instances") is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_a_body_that_is_no_object_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(Refused, match="Parse Error"):
        _ = Call(request=Request(method="POST", path="/", body=body), names={}).wish


def test_a_number_is_the_same_for_the_same_thing_and_fits_in_64_bits() -> None:
    assert unique_id("instance", "a") == unique_id("instance", "a") != unique_id("instance", "b")
    assert len(unique_id("x")) == 19
    assert int(unique_id("x")) < 2**64


def test_a_project_holds_what_google_calls_a_resource_and_nothing_else() -> None:
    project = GcpProject()
    project.put(bucket("media"), network(project.id, "shop"), instance(project.id, "a-b", "web"))
    assert project.buckets["media"]["projectNumber"] == project.number
    assert list(project.instances) == [("a-b", "web")]
    project.empty()
    assert (project.buckets, project.networks, project.instances) == ({}, {}, {})
    with pytest.raises(ValueError, match="holds no compute#disk"):
        project.put({"kind": "compute#disk", "name": "d"})


def test_a_time_is_sent_in_the_unit_that_was_asked_for() -> None:
    fields = [{"name": "t", "type": "TIMESTAMP", "mode": "NULLABLE"}]
    moment = [datetime(2026, 3, 1, 0, 0, 0, 250000, tzinfo=UTC)]
    assert wire_row(fields, moment, whole_times=True) == {"f": [{"v": "1772323200250000"}]}
    assert wire_row(fields, moment, whole_times=False) == {"f": [{"v": "1772323200.25"}]}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (None, None),
        (True, "true"),
        (7, "7"),
        (0.1, "0.1"),
        (Decimal("100.500000000"), "100.5"),
        (Decimal("1E+2"), "100"),
        (b"ok", "b2s="),
        (datetime(2026, 3, 1), "2026-03-01T00:00:00"),  # noqa: DTZ001 - of no zone, as DATETIME is
    ],
)
def test_a_value_is_sent_as_text(value: object, sent: str | None) -> None:
    field = {"name": "x", "type": "STRING", "mode": "NULLABLE"}
    assert wire_row([field], [value], whole_times=True) == {"f": [{"v": sent}]}


def test_a_label_is_found_without_a_name_for_the_list() -> None:
    sql = "SELECT (SELECT value FROM UNNEST(labels) WHERE key = 'team') FROM notes.days"
    assert found(sql) == [["data"]]


def test_lists_are_joined_to_their_rows() -> None:
    sql = "SELECT l.key, l.value FROM notes.days LEFT JOIN UNNEST(labels) AS l"
    assert found(sql) == [["team", "data"]]
    assert found(sql.replace("LEFT JOIN", ",")) == [["team", "data"]]


def test_a_day_stays_a_day_when_days_are_taken_off() -> None:
    ((day,),) = found("SELECT DATE_SUB(day, INTERVAL 1 DAY) FROM notes.days")
    assert day.isoformat() == "2026-02-28"


def test_a_row_is_in_the_partition_of_the_day_it_came() -> None:
    assert found("SELECT 1 FROM notes.days WHERE _PARTITIONDATE = '2026-03-02'") == [[1]]
    assert found("SELECT 1 FROM notes.days WHERE _PARTITIONTIME > TIMESTAMP '2026-03-02'") == []


def test_a_part_of_a_query_with_a_name_is_no_table() -> None:
    assert found("WITH d AS (SELECT day FROM notes.days) SELECT COUNT(*) FROM d") == [[1]]


def test_a_warehouse_that_let_go_of_its_database_fills_it_again() -> None:
    house = Warehouse("shop")
    house.create_dataset("notes")
    house.create_table("notes", "days", FIELDS, arrival="arrived")
    for _ in range(2):
        house.add_rows("notes", "days", lambda: [{"arrived": "2026-03-02T01:00:00Z"}])
    assert house.row_count("notes", "days") == 2
    house.close()
    assert house.query("SELECT COUNT(*) FROM notes.days").rows == [[2]]
    house.close()
