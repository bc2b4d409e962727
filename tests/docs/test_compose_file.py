"""What docker-compose.yml promises, as far as no engine is needed to see it."""

import re
import shlex
import subprocess
from typing import Any

import pytest
import yaml

from adapters.queue.routes import DEFAULT_QUEUE, ROUTES
from adapters.secrets.box import FernetSecretBox
from adapters.secrets.redaction import Redactor
from application.ports.secret_box import SecretText
from entrypoints.bootstrap.settings import Settings, environment_name
from tests.docs.compose_file import (
    PARTS,
    SERVERS,
    compose_file,
    offered,
    recipes,
    required_variables,
    seconds,
    services,
    to_fill_in,
    variables,
)
from tests.docs.markdown import ROOT, read, rows

WORKERS = {"celery_worker", "celery_worker_terraform"}
SET_BY_THE_IMAGE = set(re.findall(r"\b(MULTICLOUD_\w+)=", read("Dockerfile")))
NOT_FOR_COMPOSE = {
    *("CELERY_RESULT_BACKEND", "MULTICLOUD_SENTINEL_MASTER"),
    *("TERRAFORM_BIN", "MULTICLOUD_TERRAFORM_MIRROR"),
}
"""They lead to other servers than its own, or name what is in another image."""


def test_it_names_the_project_and_each_service_as_the_documents_do() -> None:
    assert compose_file()["name"] == "multi-cloud"
    assert services().keys() == PARTS | SERVERS
    assert not any("container_name" in service for service in services().values())


def test_nothing_is_published_beyond_this_machine() -> None:
    published = {name: each["ports"] for name, each in services().items() if "ports" in each}
    assert published.keys() == {"postgres", "flower"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert not any("network_mode" in service for service in services().values())


def test_what_must_be_filled_in_is_exactly_what_it_cannot_do_without() -> None:
    assert required_variables(read("docker-compose.yml")) == to_fill_in()


def test_whatever_else_it_takes_from_the_file_is_shown_there_with_a_comment() -> None:
    taken = variables(read("docker-compose.yml") + read("docker-compose.dev.yml"))
    assert taken - to_fill_in() == offered()


def test_what_opens_redis_to_workers_outside_opens_it_to_this_machine_alone() -> None:
    opened = yaml.safe_load(read("docker-compose.dev.yml"))["services"]
    assert opened == {"redis": {"ports": ["127.0.0.1:${REDIS_PORT:-6379}:6379"]}}


def test_each_line_that_makes_a_value_makes_one_that_can_be_used() -> None:
    made = {name: _shell(line) for name, line in recipes().items()}
    assert made.keys() == to_fill_in()
    assert re.fullmatch(r"[0-9a-f]{48}", made["POSTGRES_PASSWORD"])
    assert re.fullmatch(r"[0-9a-f]{48}", made["REDIS_PASSWORD"])
    assert re.fullmatch(r"operator:[0-9a-f]{48}", made["FLOWER_BASIC_AUTH"])
    key = SecretText(made["MULTICLOUD_SECRET_KEY"])
    box = FernetSecretBox(keys=key, learn=Redactor().learn)
    assert box.open(box.seal(SecretText("sealed"))).reveal() == "sealed"


def test_no_command_line_carries_a_secret() -> None:
    for service in services().values():
        assert variables(str(service.get("command"))).isdisjoint(to_fill_in())


def test_each_part_gets_only_the_secrets_it_needs() -> None:
    holders = {
        secret: {name for name, each in services().items() if f"${{{secret}" in str(each)}
        for secret in to_fill_in()
    }
    assert holders["MULTICLOUD_SECRET_KEY"] == WORKERS
    assert holders["FLOWER_BASIC_AUTH"] == {"flower"}
    assert "flower" not in holders["POSTGRES_PASSWORD"]


def test_the_page_tells_of_each_service_what_it_is_told_and_how_long_it_may_take_to_stop() -> None:
    told = {
        row["service"]: (set(row["what it is told in secret"].split(", ")), row["seconds to stop"])
        for row in rows(read("docs/how-to/run-with-compose.md"))
    }
    assert told == {
        name: (_telling(each), each.get("stop_grace_period", "").removesuffix("s"))
        for name, each in services().items()
    }


@pytest.mark.parametrize("worker", sorted(WORKERS))
def test_a_worker_can_be_given_every_setting(worker: str) -> None:
    known = {environment_name(field) for field in Settings.model_fields}
    given = services()[worker]["environment"].keys() | SET_BY_THE_IMAGE
    assert known - NOT_FOR_COMPOSE - given == set()


def test_what_cannot_be_set_in_the_file_is_told_where_settings_are_offered() -> None:
    known = {environment_name(field) for field in Settings.model_fields}
    passed_on = {name for name, value in compose_file()["x-settings"].items() if value is None}
    fixed = {
        name
        for worker in WORKERS
        for name, value in services()[worker]["environment"].items()
        if name in known - passed_on and not variables(str(value))
    }
    assert fixed == {"MULTICLOUD_SOFT_SHUTDOWN_SECONDS"}
    for page in (".env.example", "docs/how-to/run-with-compose.md"):
        assert all(name in read(page) for name in fixed), page


def test_every_queue_has_a_worker_and_only_one_kind_of_worker() -> None:
    taken = [queue for worker in WORKERS for queue in _queues(services()[worker]["command"])]
    assert sorted(taken) == sorted({DEFAULT_QUEUE, *(each["queue"] for each in ROUTES.values())})


def test_terraform_has_workers_of_its_own_and_its_folders_a_volume() -> None:
    worker = services()["celery_worker_terraform"]
    assert _queues(worker["command"]) == ["terraform"]
    assert "terraform:/var/lib/multicloud/terraform" in worker["volumes"]
    assert compose_file()["volumes"].keys() >= {"data", "terraform"}


@pytest.mark.parametrize("worker", sorted(WORKERS))
def test_a_worker_is_left_longer_to_stop_than_it_leaves_its_tasks(worker: str) -> None:
    left = services()[worker]["environment"]["MULTICLOUD_SOFT_SHUTDOWN_SECONDS"]
    assert seconds(services()[worker]["stop_grace_period"]) >= left + 10


def test_whatever_keeps_running_tells_whether_it_is_well_and_comes_back() -> None:
    for name, service in services().items():
        lasting = name != "migrate"
        assert service["restart"] == ("unless-stopped" if lasting else "no"), name
        assert ("test" in service["healthcheck"]) is lasting, name


def test_nobody_starts_before_what_he_needs_is_ready() -> None:
    ready = {"postgres": "service_healthy", "redis": "service_healthy"}
    migrated = {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    needs = {
        name: {other: rule["condition"] for other, rule in each["depends_on"].items()}
        for name, each in services().items()
        if "depends_on" in each
    }
    assert needs.pop("migrate") == {"postgres": ready["postgres"]}
    assert needs.pop("flower") == {"redis": ready["redis"]}
    assert needs == dict.fromkeys(PARTS - {"migrate", "flower"}, migrated)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_our_own_parts_have_no_rights_to_lose(part: str) -> None:
    service = services()[part]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"]
    assert service["init"]
    assert "privileged" not in service
    assert "user" not in service  # the image says who runs it


def test_the_image_is_run_by_a_user_with_a_fixed_number_that_is_not_root() -> None:
    users = re.findall(r"^USER (.+)$", read("Dockerfile"), re.MULTILINE)
    assert users == ["10001:10001"]


def test_what_the_image_is_made_of_is_chosen_and_no_secret_is_among_it() -> None:
    chosen = [line for line in read(".dockerignore").splitlines() if not line.startswith("#")]
    assert chosen[0] == "*"
    assert all((ROOT / line[1:]).exists() for line in chosen if line.startswith("!"))
    assert not any(line.startswith("!.") for line in chosen)
    assert ".env" in read(".gitignore").splitlines()


def _telling(service: dict[str, Any]) -> set[str]:
    """Return the variables of the service that carry a secret."""
    environment = service["environment"].items()
    return {name for name, value in environment if variables(str(value)) & to_fill_in()}


def _shell(line: str) -> str:
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _queues(command: list[str]) -> list[str]:
    words = shlex.split(shlex.join(command))
    return words[words.index("-Q") + 1].split(",")
