import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from application.ports.errors import AccessDenied
from domain.errors import InvalidValue
from domain.specs.complaints import InvalidSpec
from entrypoints.bootstrap.errors import SettingsError
from entrypoints.bootstrap.logging import process_redactor
from entrypoints.cli.failures import CommandFailed, OneSentenceGroup

ERRORS: dict[str, BaseException] = {
    "port": AccessDenied("The key may not list.", remedy="Grant ec2:DescribeVpcs."),
    "domain": InvalidValue("provider", "nimbus", "it must be one of aws"),
    "spec": InvalidSpec(
        ("name", "is missing: it must be text"),
        ("region", "is missing: it must be text"),
        ("colour", "is not a field of this kind: did you mean color?"),
    ),
    "settings": SettingsError("DATABASE_URL is not set."),
    "command": CommandFailed("There is nothing to do."),
    "wrong": typer.BadParameter("Either this or that."),
    "interrupt": KeyboardInterrupt(),
    "defect": ZeroDivisionError("canary-in-the-mine"),
}


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer(cls=OneSentenceGroup, pretty_exceptions_enable=False)

    @app.command()
    def fail(how: str, form: str = typer.Option("table", "--format"), times: int = 1) -> None:
        raise ERRORS[how]

    @app.command()
    def other() -> None:
        """Make it a group."""

    return app


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("port", "The key may not list. Grant ec2:DescribeVpcs.\n"),
        ("domain", "provider 'nimbus' is not valid: it must be one of aws.\n"),
        ("settings", "DATABASE_URL is not set.\n"),
        ("command", "There is nothing to do.\n"),
    ],
)
def test_what_can_be_expected_is_one_sentence_on_stderr_and_exit_code_1(
    app: typer.Typer, how: str, sentence: str
) -> None:
    result = CliRunner().invoke(app, ["fail", how])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", sentence)


def test_where_json_was_asked_for_errors_are_json_too(app: typer.Typer) -> None:
    for option in (["--format", "json"], ["--format=json"]):
        result = CliRunner().invoke(app, ["fail", "command", *option])
        assert json.loads(result.stderr) == {
            "error": {"type": "CommandFailed", "message": "There is nothing to do."}
        }


def test_of_several_faults_each_is_a_line_and_one_of_the_messages_in_json(app: typer.Typer) -> None:
    said = CliRunner().invoke(app, ["fail", "spec"]).stderr.splitlines()
    assert [line.partition(" is ")[0] for line in said] == ["name", "region", "colour"]
    in_json = CliRunner().invoke(app, ["fail", "spec", "--format", "json"]).stderr
    assert json.loads(in_json) == {
        "error": {"type": "InvalidSpec", "message": " ".join(said), "messages": said}
    }


def test_an_interruption_is_one_line_and_exit_code_130(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["fail", "interrupt"])
    assert result.exit_code == 130
    assert len(result.stderr.splitlines()) == 1


def test_wrong_use_is_exit_code_2(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, ["fail"]).exit_code == 2
    assert CliRunner().invoke(app, ["fail", "port", "--colour"]).exit_code == 2
    assert CliRunner().invoke(app, ["dance"]).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words", "command"),
    [
        (["fail"], "Missing argument 'how'.", "fail"),
        (["fail", "port", "--colour"], "No such option: --colour.", "fail"),
        (["fail", "port", "--times", "often"], "Invalid value for '--times':", "fail"),
        (["fail", "wrong"], "Invalid value: Either this or that.", "fail"),
        (["dance"], "No such command 'dance'.", ""),
    ],
)
def test_where_json_was_asked_for_wrong_use_is_json_too(
    app: typer.Typer, arguments: list[str], words: str, command: str
) -> None:
    result = CliRunner().invoke(app, [*arguments, "--format=json"], prog_name="multicloud")
    error = json.loads(result.stderr)["error"]
    assert (result.exit_code, result.stdout, error["type"]) == (2, "", "WrongUse")
    assert error["message"].startswith(words)
    assert error["message"].endswith(f"See {f'multicloud {command}'.strip()} --help.")


def test_an_option_that_no_command_may_precede_is_wrong_use_in_json_too(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["--format", "json", "fail"])
    assert json.loads(result.stderr)["error"]["type"] == "WrongUse"


def test_a_defect_is_one_sentence_and_its_report_without_secrets_is_kept(
    app: typer.Typer, tmp_path: Path
) -> None:
    process_redactor().learn("canary-in-the-mine")
    (tmp_path / "logs").mkdir()
    result = CliRunner().invoke(
        app, ["fail", "defect"], env={"MULTICLOUD_DATA_DIR": str(tmp_path), "MULTICLOUD_DEBUG": ""}
    )
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1
    (report,) = (tmp_path / "logs").iterdir()
    assert str(report) in result.stderr
    assert report.stat().st_mode & 0o077 == 0
    assert "ZeroDivisionError" in report.read_text()
    assert "canary" not in report.read_text() + result.stderr


def test_whoever_debugs_sees_the_report_at_once(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    env = {"MULTICLOUD_DATA_DIR": str(tmp_path), "MULTICLOUD_DEBUG": "1"}
    assert "Traceback" in CliRunner().invoke(app, ["fail", "defect"], env=env).stderr


def test_help_loads_nothing_that_is_slow() -> None:
    heavy = ["boto3", "sqlalchemy", "celery", "alembic", "pydantic", "dependency_injector", "email"]
    script = (
        "import sys, entrypoints.cli.commands\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
