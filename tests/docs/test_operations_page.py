"""Every command of the page on operations is typed, against a service that it started itself."""

import json
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

import psycopg2
import pytest

from adapters.queue.task_names import TaskName
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG
from entrypoints.sandbox.aws.clients import client
from tests.docs.markdown import blocks, read, sections
from tests.docs.service_stage import a_shown_service
from tests.docs.shown_service import ShownService, is_service
from tests.docs.terminal import lines_in
from tests.docs.typing_lines import type_line
from tests.waiting import soon

PAGE: Final = "docs/operations.md"
STARTING: Final = "Starting"


def _topics() -> dict[str, str]:
    """Return each section of the page, those of troubleshooting apart."""
    introduction, _ = read(PAGE).split("\n## ", 1)
    topics = {"First of all": introduction, **sections(read(PAGE))}
    return topics | sections(topics.pop("Troubleshooting"), level=3)


TOPICS: Final = _topics()
BACKUP: Final = "Backup and restore"
SHELL: Final = [topic for topic, text in TOPICS.items() if blocks(text, "sh") and topic != BACKUP]
SQL: Final = [
    pytest.param(statement, id=f"{topic}-{number}")
    for topic, text in TOPICS.items()
    for number, statement in enumerate(blocks(text, "sql"), 1)
]


@pytest.fixture(scope="module")
def running_service(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ShownService]:
    with a_shown_service(postgres_url, tmp_path_factory.mktemp("operations")) as service:
        yield service


@pytest.fixture
def service(running_service: ShownService) -> ShownService:
    """The service as the page starts it, whatever was stopped or disabled before."""
    running_service.keep_running(*filter(is_service, lines_in(TOPICS[STARTING])))
    running_service.enable_everything()
    return running_service


@pytest.mark.parametrize("topic", SHELL)
def test_the_commands_of_a_topic_do_what_they_are_for(topic: str, service: ShownService) -> None:
    for line in lines_in(TOPICS[topic]):
        type_line(service, line)


def test_flower_lets_in_whoever_has_the_password_and_nobody_else(service: ShownService) -> None:
    (line,) = (line for line in lines_in(TOPICS["Watching"]) if "flower" in line)
    service.keep_running(line)
    pair = re.findall(r"FLOWER_BASIC_AUTH=(\S+)", line)[0].encode()

    assert service.flower_status() == 401
    assert service.flower_status(Authorization=f"Basic {b64encode(pair).decode()}") == 200


def test_a_task_that_has_succeeded_stays_pending_for_whoever_waits_for_its_result(
    service: ShownService,
) -> None:
    called = service.sender.send_task(TaskName.RECOVER_RUNS.value, ignore_result=True)
    worker = f"sync@{socket.gethostname()}"
    soon(lambda: f"[{called.id}] succeeded" in service.log(worker))
    assert called.state == "PENDING"


@pytest.mark.parametrize("statement", SQL)
def test_a_query_runs_on_the_tables_of_a_service_at_work(
    statement: str, service: ShownService
) -> None:
    connection = psycopg2.connect(service.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(statement)
        assert cursor.description is not None
    connection.close()


@pytest.mark.parametrize(
    "mistake",
    [
        "multicloud statuses",
        "celery -A entrypoints.worker inspect everything",
        "celery -A entrypoints.worker inspect ping -d nobody@nowhere",
        "pg_dump --formats=custom $DATABASE_URL",
        "docker compose restart celery_waiter",
        "docker compose begin celery_worker",
        "docker logs multi-cloud-celery_waiter-1",
    ],
)
def test_a_command_that_does_not_work_is_noticed(mistake: str, service: ShownService) -> None:
    with pytest.raises(AssertionError):
        type_line(service, mistake)


def test_a_restored_backup_is_what_it_was_and_tells_what_was_built_since(
    service: ShownService,
) -> None:
    lines = lines_in(TOPICS[BACKUP])
    restoring = next(
        number for number, line in enumerate(lines) if "RESTORED" in line or "TEMPLATE" in line
    )
    soon(lambda: service.listing("multicloud inventory"), patience=60)  # beat has asked for it
    before = service.listing("multicloud inventory")

    for line in lines[:restoring]:
        type_line(service, line)
    lost = _build_as_the_service_does(service)
    for line in lines[restoring:]:
        type_line(service, line)

    restored = 'DATABASE_URL="$RESTORED_URL" multicloud inventory'
    assert before
    assert {item["id"] for item in before} <= {item["id"] for item in service.listing(restored)}
    orphaned = service.listing(f"{restored} --managed orphaned")
    assert [item["external_id"] for item in orphaned] == [lost]
    number = "SELECT nextval(pg_get_serial_sequence('resources', 'id'))"
    assert _value(service.restored_url, number) > 10_000
    assert _value(service.database_url, number) > 10_000  # the one that was renamed


def _build_as_the_service_does(service: ShownService) -> str:
    """Return the id of a network with the tags of a resource that the backup does not know."""
    document = json.loads((service.terminal.folder / "main.json").read_text())
    installation = _value(service.database_url, "SELECT id::text FROM installation")
    tags = {RESOURCE_TAG: "1", INSTALLATION_TAG: installation}
    written = [{"Key": key, "Value": value} for key, value in tags.items()]
    made = client(document["endpoint_url"], "ec2", document["regions"][0]).create_vpc(
        CidrBlock="10.9.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": written}]
    )
    return str(made["Vpc"]["VpcId"])


def _value(url: str, query: str) -> Any:  # noqa: ANN401 - whatever the query answers
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        (found,) = cursor.fetchone() or (None,)
    connection.close()
    return found
