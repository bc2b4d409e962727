"""Ordinary days: starting, watching, restarting, scaling."""

import base64
import json
import shlex
from collections import Counter
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.compose.ada import EMAIL, Ada
from tests.compose.conftest import Figures
from tests.compose.stack import MINUTE, Stack, docker, inspected, processes, run, soon, timed

SECRETS_BY_SERVICE = {
    "postgres": {"POSTGRES_PASSWORD"},
    "redis": {"REDISCLI_AUTH"},
    "migrate": {"DATABASE_URL"},
    "celery_worker": {"DATABASE_URL", "CELERY_BROKER_URL", "MULTICLOUD_SECRET_KEY"},
    "celery_worker_terraform": {"DATABASE_URL", "CELERY_BROKER_URL", "MULTICLOUD_SECRET_KEY"},
    "celery_beat": {"DATABASE_URL", "CELERY_BROKER_URL"},
    "flower": {"CELERY_BROKER_URL", "FLOWER_BASIC_AUTH"},
    "metrics": {"DATABASE_URL", "CELERY_BROKER_URL"},
}
"""As docs/how-to/run-with-compose.md tells."""


@pytest.mark.timeout(1200)
def test_it_is_healthy_within_two_minutes_of_up(stack: Stack) -> None:
    assert 0 < stack.first_up < 2 * MINUTE


@pytest.mark.timeout(300)
def test_starting_what_runs_already_changes_nothing(ada: Ada, figures: Figures) -> None:
    lasting = [each for each in ada.stack.containers() if "migrate" not in each]
    before = [each["Id"] + each["State"]["StartedAt"] for each in inspected(*lasting)]
    figures.note("up -d when all of it runs", ada.stack.up())
    assert [each["Id"] + each["State"]["StartedAt"] for each in inspected(*lasting)] == before


@pytest.mark.timeout(120)
def test_flower_answers_only_those_who_know_its_password(stack: Stack) -> None:
    known = stack.secrets["FLOWER_BASIC_AUTH"]
    for path in ("/", "/workers", "/api/workers", "/tasks", "/broker", "/metrics"):
        assert _flower(stack, path) == 401
        assert _flower(stack, path, "operator:wrong") == 401
    assert _flower(stack, "/workers", known) == 200
    assert _flower(stack, "/api/workers", known) == 200
    assert _flower(stack, "/healthcheck") == 200  # it says OK, and nothing else


@pytest.mark.timeout(120)
def test_only_the_database_and_flower_are_published_and_on_loopback_alone(stack: Stack) -> None:
    published = {
        each["Config"]["Labels"]["com.docker.compose.service"]: sorted(
            {
                at["HostIp"]
                for ports in each["NetworkSettings"]["Ports"].values()
                for at in ports or ()
            }
        )
        for each in inspected(*stack.containers())
    }
    assert {name: at for name, at in published.items() if at} == {
        "postgres": ["127.0.0.1"],
        "flower": ["127.0.0.1"],
    }


@pytest.mark.timeout(120)
def test_nothing_runs_as_root(stack: Stack, figures: Figures) -> None:
    for each in inspected(*stack.containers()):
        if not each["State"]["Running"]:
            continue
        if each["Config"]["Entrypoint"] is None and not each["Config"]["User"]:
            # The published image steps down in its entrypoint; this one has none.
            figures.note("not looked at, its image has no entrypoint to give up root", each["Name"])
            continue
        users = {user for user, _ in processes(each["Name"].lstrip("/"))}
        assert users, each["Name"]
        assert 0 not in users, each["Name"]


@pytest.mark.timeout(120)
def test_no_secret_is_seen_from_outside_but_in_the_variables_that_are_documented(
    stack: Stack,
) -> None:
    secrets = [*stack.secrets.values(), stack.secrets["FLOWER_BASIC_AUTH"].partition(":")[2]]
    containers = inspected(*stack.containers())
    for each in containers:
        service = each["Config"]["Labels"]["com.docker.compose.service"]
        pairs = [pair.partition("=") for pair in each["Config"].pop("Env")]
        telling = {name for name, _, value in pairs if any(s in value for s in secrets)}
        assert telling == SECRETS_BY_SERVICE[service], service
    images = sorted({each["Image"] for each in containers})
    told = [
        json.dumps(containers),
        json.dumps(inspected(*images, f"{stack.project}_data", f"{stack.project}_default")),
        docker("history", "--no-trunc", stack.image),
        *(docker("top", each, "-eo", "pid,args") for each in _running(stack)),
        *(_logs(each) for each in stack.containers()),
    ]
    assert not [secret for secret in secrets if any(secret in text for text in told)]


@pytest.mark.timeout(120)
def test_the_log_of_a_worker_is_where_an_operator_looks_for_it(ada: Ada) -> None:
    name = ada.stack.container("celery_worker")
    assert name.endswith("-celery_worker-1")
    lines = [line for line in _logs(name).splitlines() if line.startswith("{")]
    assert all(json.loads(line)["timestamp"] for line in lines)
    assert any("ready" in json.loads(line)["event"] for line in lines)


@pytest.mark.timeout(1200)
def test_beat_alone_has_every_account_of_a_new_user_synced(synced: Ada) -> None:
    listed = synced.stack.multicloud("credentials", "list", "--user", EMAIL)
    assert {each["provider"]: each["last_sync"] for each in listed} == dict.fromkeys(
        ("aws", "azure", "gcp"), "succeeded"
    )
    assert synced.inventory()["aws"] == 62
    assert set(synced.inventory()) == {"aws", "azure", "gcp"}


@pytest.mark.timeout(600)
def test_workers_and_beat_can_be_restarted_while_they_work(at_work: Ada, figures: Figures) -> None:
    moment = at_work.ask_for_syncs()
    soon(at_work.syncing, patience=MINUTE, what="a sync begins")
    with timed() as took:
        at_work.stack.compose("restart", "celery_worker", "celery_beat")
    figures.note("restart celery_worker celery_beat during syncs", took())
    assert took() < MINUTE
    assert at_work.stack.up() < 2 * MINUTE
    at_work.slow_down(0.0)
    figures.note(
        "... and until every sync is done",
        soon(lambda: at_work.synced_since(moment), patience=5 * MINUTE, what="all is synced"),
    )
    assert at_work.inventory() == at_work.first


@pytest.mark.timeout(900)
def test_three_workers_share_the_work_and_two_can_leave_again(
    at_work: Ada, figures: Figures
) -> None:
    figures.note(
        "--scale celery_worker=3 until all are healthy",
        at_work.stack.up("--scale", "celery_worker=3"),
    )
    ping = ("celery", "-A", "entrypoints.worker", "inspect", "ping", "--json")
    answering = json.loads(at_work.stack.execute("celery_worker", *ping))
    assert Counter(name.partition("@")[0] for name in answering) == {"sync": 3, "terraform": 1}
    moment = at_work.ask_for_syncs()
    soon(at_work.syncing, patience=MINUTE, what="a sync begins")
    at_work.stack.up("--scale", "celery_worker=1")
    at_work.slow_down(0.0)
    soon(lambda: at_work.synced_since(moment), patience=5 * MINUTE, what="all is synced")
    assert at_work.inventory() == at_work.first
    workers = [each for each in at_work.stack.containers() if "-celery_worker-" in each]
    assert workers == [at_work.stack.container("celery_worker")]


@pytest.mark.timeout(120)
def test_the_database_can_be_backed_up_while_everything_runs(synced: Ada) -> None:
    postgres = ("exec", "-i", synced.stack.container("postgres"))
    dump = "pg_dump --username multicloud --format=custom multicloud"
    listed = run(
        "sh",
        "-c",
        f"docker {shlex.join(postgres)} {dump} | docker {shlex.join(postgres)} pg_restore --list",
    )
    assert "TABLE DATA public resource_inventory" in listed


@pytest.mark.timeout(120)
def test_whoever_watches_reads_the_metrics_inside_the_network_alone(synced: Ada) -> None:
    read = "import urllib.request as u; print(u.urlopen('http://metrics:9464/metrics').read().decode())"
    assert "multicloud_" in synced.stack.execute("flower", "python", "-c", read)


def _flower(stack: Stack, path: str, known: str | None = None) -> int:
    request = Request(f"http://127.0.0.1:{stack.flower_port}{path}")
    if known:
        request.add_header("Authorization", f"Basic {base64.b64encode(known.encode()).decode()}")
    try:
        with urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def _running(stack: Stack) -> list[str]:
    return [e["Name"].lstrip("/") for e in inspected(*stack.containers()) if e["State"]["Running"]]


def _logs(container: str) -> str:
    return run("sh", "-c", f"docker logs {container} 2>&1")
