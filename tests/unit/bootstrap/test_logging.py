import json
import logging
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import pytest
import structlog
from pydantic import SecretStr

from adapters.secrets.redaction import MOST_LEARNED
from application.subject import about, piece_of_work
from entrypoints.bootstrap.logging import configure_logging, process_redactor
from entrypoints.bootstrap.settings import Settings

LogFormat: TypeAlias = Literal["json", "console"]
URL = "postgresql://app:canary%2Fpassword@db/x"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_one_json_object_stamped_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json"))
    structlog.get_logger("here").info("it happened", items=3)
    (line,) = lines(capsys)
    assert line["event"] == "it happened"
    assert line["items"] == 3
    assert line["level"] == "info"
    stamp = datetime.fromisoformat(str(line["timestamp"]))
    assert stamp.utcoffset() == timedelta(0)


def test_lines_of_libraries_look_like_ours(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json"))
    logging.getLogger("some.library").warning("retrying %s", "soon", extra={"attempt": 2})
    (line,) = lines(capsys)
    assert line["event"] == "retrying soon"
    assert line["attempt"] == 2


def test_every_line_says_whose_work_it_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json"))
    with piece_of_work(user_id=7):
        about(credential_id=9)
        structlog.get_logger("ours").info("begun")
        logging.getLogger("adapter").warning("slow")
    logging.getLogger("adapter").warning("done")
    ours, theirs, outside = lines(capsys)
    for inside in (ours, theirs):
        assert (inside["user_id"], inside["credential_id"]) == (7, 9)
    assert "user_id" not in outside


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_reaches_the_log_not_even_in_a_traceback(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    configure_logging(
        Settings(log_format=log_format, database=SecretStr(URL), secret_key=SecretStr("canary-key"))
    )
    process_redactor().learn('{"secret_access_key": "canary-of-a-cloud"}')
    hidden = "canary-local"
    try:
        raise ValueError(f"canary-of-a-cloud does not fit, nor {URL} nor canary-key")
    except ValueError:
        logging.getLogger("adapter").exception("failed with canary/password")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert "canary" not in written.replace('hidden = "canary-local"', "")
    assert hidden not in written


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_hostile_name_can_neither_forge_a_line_nor_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    configure_logging(Settings(log_format=log_format))
    structlog.get_logger("x").info("found", name="web\n2030-01-01 [info] all is well\x1b[2J\x9b31m")
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert "\x1b[2J" not in written
    assert "\x9b" not in written


def test_a_quieter_level_holds_only_until_one_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json"), level="critical")
    logging.getLogger("x").error("not shown")
    logging.getLogger("kombu.connection").warning("not shown either")
    configure_logging(Settings(log_format="json", log_level="info"), level="critical")
    logging.getLogger("x").info("shown")
    assert [line["event"] for line in lines(capsys)] == ["shown"]


def test_the_keys_and_passwords_of_the_service_stay_hidden_however_much_is_learned_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging(
        Settings(
            log_format="json",
            database=SecretStr(URL),
            secret_key=SecretStr("canary-newest, canary-older"),
        )
    )
    for number in range(MOST_LEARNED):
        process_redactor().learn(f"opened later {number}")
    logging.getLogger("x").warning("canary/password, canary-newest and canary-older")
    (line,) = lines(capsys)
    assert line["event"] == "****, **** and ****"


def test_the_password_of_the_redis_for_pacing_is_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pacing = SecretStr("redis://:canary%2Fof-pacing@redis/1")
    configure_logging(Settings(log_format="json", pacing=pacing))
    logging.getLogger("x").warning("said canary/of-pacing and canary%2Fof-pacing")
    (line,) = lines(capsys)
    assert line["event"] == "said **** and ****"


@pytest.mark.parametrize(
    "name", ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"]
)
def test_what_opens_the_collector_of_traces_is_hidden(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, f"x-team=canary%20{name},authorization=Bearer%20canary-in-{name}")
    configure_logging(Settings(log_format="json"))
    told = f"canary {name}, canary%20{name}; got canary-in-{name} back"
    logging.getLogger("x").warning(told)
    (line,) = lines(capsys)
    assert line["event"] == "****, ****; got **** back"
