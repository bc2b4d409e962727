import pytest

from adapters.terraform.command import argv, show_plan_argv
from application.ports.terraform import TerraformCommand
from domain.terraform import Address, Command


def words(command: Command, *, fixed: bool = False, json_init: bool = True) -> tuple[str, ...]:
    return argv(TerraformCommand(command=command), fixed_providers=fixed, json_init=json_init)


def planned(wanted: TerraformCommand) -> tuple[str, ...]:
    return argv(wanted, fixed_providers=True, json_init=True)


def test_an_init_asks_nobody_and_may_choose_the_providers() -> None:
    assert words(Command.INIT) == ("init", "-input=false", "-no-color", "-json")


def test_an_init_with_fixed_providers_changes_none() -> None:
    assert words(Command.INIT, fixed=True)[-1] == "-lockfile=readonly"


def test_an_init_that_knows_no_json_is_not_asked_for_it() -> None:
    assert words(Command.INIT, json_init=False) == ("init", "-input=false", "-no-color")


def test_a_plan_is_kept_and_tells_by_its_exit_code_whether_there_is_something_to_do() -> None:
    assert words(Command.PLAN) == (
        *("plan", "-input=false", "-no-color", "-json", "-detailed-exitcode"),
        *("-lock-timeout=10s", "-out=tfplan"),
    )


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        (TerraformCommand(command=Command.PLAN, destroy=True), "-destroy"),
        (TerraformCommand(command=Command.PLAN, refresh_only=True), "-refresh-only"),
        (
            TerraformCommand(
                command=Command.PLAN, targets=(Address('aws_subnet.this["10.0.1.0/24"]'),)
            ),
            '-target=aws_subnet.this["10.0.1.0/24"]',
        ),
    ],
)
def test_a_plan_may_be_of_another_sort(wanted: TerraformCommand, word: str) -> None:
    assert set(planned(wanted)) - set(words(Command.PLAN)) == {word}


def test_an_apply_does_exactly_what_was_planned_and_keeps_no_older_state() -> None:
    assert words(Command.APPLY) == (
        *("apply", "-input=false", "-no-color", "-json"),
        *("-lock-timeout=10s", "-backup=-", "tfplan"),
    )


def test_the_plan_is_shown_as_one_document() -> None:
    assert show_plan_argv() == ("show", "-no-color", "-json", "tfplan")
