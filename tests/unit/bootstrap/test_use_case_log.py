import json
import logging
from dataclasses import dataclass, field

import pytest

from application.ports.errors import NotFound, WrongKey
from application.subject import about
from domain.accounts import CredentialName
from domain.errors import InvalidValue
from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.use_case_log import logged


@dataclass(frozen=True)
class Request:
    user_id: int
    document: object = field(default="canary", repr=False)


@dataclass(frozen=True)
class Report:
    found: int

    def as_dict(self) -> dict[str, int]:
        return {"found": self.found}


class CountThings:
    def __call__(self, request: Request) -> Report:
        if request.user_id == 0:
            raise NotFound("There is no user 0.", remedy="Ask for another.")
        if request.user_id < 0:
            raise ZeroDivisionError
        return Report(found=3)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> "Lines":
    configure_logging(Settings(log_format="json"))
    return Lines(capsys)


class Lines:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def only(self) -> dict[str, object]:
        (line,) = self.all()
        return line

    def all(self) -> list[dict[str, object]]:
        written = self._capsys.readouterr().err
        assert "canary" not in written
        return [dict(json.loads(line)) for line in written.splitlines()]


def test_a_use_case_leaves_one_line_with_what_was_asked_and_found(lines: Lines) -> None:
    assert logged(CountThings())(Request(user_id=7)) == Report(found=3)
    line = lines.only()
    assert line["use_case"] == "CountThings"
    assert line["outcome"] == "ok"
    assert (line["user_id"], line["found"]) == (7, 3)
    assert isinstance(line["seconds"], float)


def test_an_error_of_the_business_is_a_sentence_in_the_log_and_raised_on(lines: Lines) -> None:
    with pytest.raises(NotFound):
        logged(CountThings())(Request(user_id=0))
    line = lines.only()
    assert line["outcome"] == "NotFound"
    assert line["error"] == "There is no user 0. Ask for another."
    assert "exception" not in line


def test_an_unexpected_error_leaves_its_traceback_in_the_log_and_is_raised_on(
    lines: Lines,
) -> None:
    with pytest.raises(ZeroDivisionError):
        logged(CountThings())(Request(user_id=-1))
    line = lines.only()
    assert line["outcome"] == "unexpected"
    assert "ZeroDivisionError" in str(line["exception"])


@dataclass(frozen=True)
class Naming:
    name: str


class NameSomething:
    def __call__(self, request: Naming) -> CredentialName:
        if request.name == "?\udcff":
            raise NotFound("There is no \udcff.")
        return CredentialName(request.name)


@pytest.mark.parametrize(
    ("name", "error"), [("a\udcffb", InvalidValue), ("?\udcff", NotFound)], ids=["value", "port"]
)
def test_text_that_is_no_unicode_ends_with_its_sentence_even_where_no_log_is_set_up(
    name: str, error: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(error):
        logged(NameSomething())(Naming(name))
    assert "\\udcff" in capsys.readouterr().out


class CountUnderARun:
    def __call__(self, request: Request) -> Report:
        about(run_id=3)
        logging.getLogger("adapter").warning("slow")
        if request.user_id == 0:
            raise NotFound("There is no user 0.")
        return Report(found=3)


def test_every_line_written_meanwhile_has_the_ids_of_what_it_is_about(lines: Lines) -> None:
    logged(CountUnderARun())(Request(user_id=7))
    with pytest.raises(NotFound):
        logged(CountUnderARun())(Request(user_id=0))
    logging.getLogger("adapter").warning("afterwards")

    *during, afterwards = lines.all()
    assert [(line["user_id"], line["run_id"]) for line in during] == [(7, 3)] * 2 + [(0, 3)] * 2
    assert not {"user_id", "run_id"} & set(afterwards)


class SoftTimeLimitExceeded(Exception):
    """What Celery raises in a task that takes too long, or something called like it."""


class TakeTooLong:
    def __call__(self, _request: Request) -> Report:
        raise SoftTimeLimitExceeded


def test_a_use_case_that_took_too_long_is_no_defect_and_leaves_no_traceback(lines: Lines) -> None:
    with pytest.raises(SoftTimeLimitExceeded):
        logged(TakeTooLong())(Request(user_id=7))
    line = lines.only()
    assert line["outcome"] == "cut_off"
    assert "exception" not in line


def refuse() -> None:
    raise WrongKey("The key of this process does not open the one stored secret.")


def test_what_comes_first_may_refuse_and_leaves_the_line_of_the_use_case(lines: Lines) -> None:
    with pytest.raises(WrongKey):
        logged(TakeTooLong(), first=refuse)(Request(user_id=7))
    line = lines.only()
    assert (line["use_case"], line["outcome"], line["user_id"]) == ("TakeTooLong", "WrongKey", 7)
