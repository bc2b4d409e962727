"""Looking at what was charged, through a real PostgreSQL."""

import csv
import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.accounts import Provider
from domain.costs import Charge, Period, SubAccountId
from tests.builders import a_charge
from tests.integration.cli.ledger import IN_MARCH, MARCH, Ledger, ledger_of
from tests.integration.cli.processes import COMMAND, environment_of
from tests.integration.cli.shell import USER, Shell

FIRST, SECOND = date(2025, 3, 1), date(2025, 3, 2)
EXACT = "1234567.000000000000000001"


@pytest.fixture
def ledger(shell: Shell) -> Iterator[Ledger]:
    with ledger_of(shell) as ledger:
        yield ledger


@pytest.fixture
def spent(ledger: Ledger) -> Ledger:
    """All of March is known: two clouds, two currencies, and something paid back."""
    aws = ledger.credential("main")
    azure = ledger.credential("subscription", Provider.AZURE)
    ledger.cover(aws)
    ledger.cover(azure)
    ledger.charge(aws, FIRST, a_charge("Amazon EC2", "30"), a_charge("Amazon S3", "0.001"))
    ledger.charge(aws, SECOND, a_charge("Amazon EC2", "30.5"), a_charge("Refunds", "-10.5"))
    ledger.charge(azure, SECOND, a_charge("Storage", EXACT, "USD"))
    return ledger


def asked(shell: Shell, *arguments: str) -> Any:  # noqa: ANN401 - a JSON object
    return shell.done("costs", *IN_MARCH, *arguments, "--format", "json").json()


def table(shell: Shell, *arguments: str) -> list[str]:
    said = shell.done("costs", *IN_MARCH, *arguments)
    assert said.err == ""
    return said.out.splitlines()


def test_cost_is_drawn_by_service_each_currency_by_itself(shell: Shell, spent: Ledger) -> None:
    lines = table(shell)
    assert [line.split("  ")[0] for line in lines] == [
        "Cost by service from 2025-03-01 to 2025-03-31 (UTC)",
        "",
        *("EUR", "Amazon EC2 (aws)", "Amazon S3 (aws)", "Refunds (aws)", "Total", ""),
        *("USD", "Storage (azure)", "Total"),
    ]
    ec2, s3, refunds, total = lines[3:7]
    assert ec2.split()[3:6] == ["60.50", "121.0", "%"]
    assert s3.split()[3:] == ["<0.01", "0.0", "%", "│▏"]
    assert refunds.split()[2:5] == ["-10.50", "-21.0", "%"]
    assert ec2.partition("│")[2] == "█" * 37
    assert refunds.endswith("█│")
    assert total.split() == ["Total", "50.00"]
    assert lines[-1].split() == ["Total", "1,234,567.00"]


def test_a_chart_is_as_wide_as_the_terminal(shell: Shell, spent: Ledger) -> None:
    for width in (60, 150):
        drawn = shell("costs", *IN_MARCH, COLUMNS=str(width)).out.splitlines()
        assert max(map(len, drawn)) == width


def test_where_the_terminal_knows_no_blocks_bars_are_of_number_signs(
    shell: Shell, spent: Ledger
) -> None:
    done = subprocess.run(
        [*COMMAND, "costs", *IN_MARCH],
        capture_output=True,
        text=True,
        check=True,
        env={**environment_of(shell), "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout.isascii()
    assert " |####" in done.stdout
    assert "\\" not in done.stdout


def test_whoever_wants_numbers_gets_every_digit_as_text(shell: Shell, spent: Ledger) -> None:
    answer = asked(shell)
    assert answer["period"] == {"first": "2025-03-01", "last": "2025-03-31"}
    assert answer["by"] == "service"
    assert answer["totals"] == {"EUR": "50.001", "USD": EXACT}
    assert answer["gaps"] == []
    assert answer["sums"][-1] == dict.fromkeys(("name", "kind", "state", "item_id")) | {
        "key": "Storage",
        "provider": "azure",
        "billing_currency": "USD",
        "billed_cost": EXACT,
        "effective_cost": EXACT,
    }


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("provider", ["aws", "azure"]),
        ("service", ["Amazon EC2", "Amazon S3", "Refunds", "Storage"]),
        ("day", ["2025-03-01", "2025-03-02", "2025-03-02"]),
        ("resource", ["", ""]),
    ],
)
def test_cost_is_added_up_by_what_is_asked_for(
    shell: Shell, spent: Ledger, by: str, keys: list[str]
) -> None:
    assert [each["key"] for each in asked(shell, "--by", by)["sums"]] == keys
    assert asked(shell, "--by", by)["totals"] == {"EUR": "50.001", "USD": EXACT}


def test_filters_narrow_what_is_added_up(shell: Shell, spent: Ledger) -> None:
    spent.cover(spent.credential("other", user="grace@example.org"))
    assert asked(shell, "--provider", "azure")["totals"] == {"USD": EXACT}
    assert asked(shell, "--credential", "main")["totals"] == {"EUR": "50.001"}
    assert asked(shell, "--user", "grace@example.org")["totals"] == {}
    assert asked(shell, "--user", USER, "--since", "2025-03-02")["totals"]["EUR"] == "20.0"
    assert asked(shell, "--until", "2025-03-01")["totals"] == {"EUR": "30.001"}


def test_the_last_day_belongs_to_the_period_and_the_usual_one_ends_yesterday(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    usual = Period(yesterday - timedelta(days=29), yesterday)
    ledger.cover(owner, usual)
    for day in (usual.first - timedelta(days=1), usual.first, usual.last):
        ledger.charge(owner, day, a_charge("Compute", "1"))
    answer = shell.done("costs", "--format", "json").json()
    assert answer["totals"] == {"EUR": "2"}
    assert answer["period"] == {"first": str(usual.first), "last": str(usual.last)}
    assert answer["gaps"] == []
    assert shell.done("costs", "--until", "9999-12-31").err == ""


def test_what_is_left_out_is_counted_and_is_in_the_total(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    ledger.charge(owner, FIRST, *(a_charge(f"Service {n:02}", str(100 - n)) for n in range(25)))
    usual = table(shell)
    assert [line.split()[0] for line in usual[3:-2]] == ["Service"] * 20
    assert usual[-2].split() == ["5", "more", "390.00", "17.7", "%"]
    assert usual[-1].split() == ["Total", "2,200.00"]
    assert table(shell, "--limit", "1")[-2].split()[:3] == ["24", "more", "2,100.00"]
    assert len(asked(shell)["sums"]) == 25
    assert len(asked(shell, "--limit", "2")["sums"]) == 2


def test_every_day_between_two_charges_is_drawn(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    for day in (FIRST, date(2025, 3, 31)):
        ledger.charge(owner, day, a_charge("Compute", "4"))
    lines = table(shell, "--by", "day")[3:-1]
    assert [line.split()[0] for line in lines] == [str(day) for day in MARCH.days()]
    assert [line.split()[1] for line in lines] == ["4.00", *["0.00"] * 29, "4.00"]


def test_a_resource_is_called_as_the_inventory_calls_it(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    ledger.see(owner, "web", "gone")
    for _ in range(2):
        ledger.see(owner, "web")
    ledger.charge(
        owner,
        FIRST,
        a_resource_charge("i-web", "8"),
        a_resource_charge("i-gone", "4"),
        a_resource_charge("i-never", "2"),
        a_charge("Support", "1"),
    )
    labels = [line.split("  ")[0] for line in table(shell, "--by", "resource")[3:-1]]
    assert labels == [
        "web aws_ec2_instance",
        "gone aws_ec2_instance (deleted)",
        "arn:i-never (aws)",
        "no single resource (aws)",
    ]


def a_resource_charge(external_id: str, amount: str) -> Charge:
    return a_charge("EC2", amount, resource=f"arn:{external_id}", external_id=external_id)


def test_a_bill_that_two_credentials_read_counts_once(shell: Shell, ledger: Ledger) -> None:
    for name in ("main", "second"):
        owner = ledger.credential(name)
        ledger.cover(owner)
        ledger.charge(owner, FIRST, a_charge("Compute", "7"))
    for by in ("service", "day", "credential"):
        assert asked(shell, "--by", by)["totals"] == {"EUR": "7"}
    assert asked(shell, "--credential", "second")["totals"] == {"EUR": "7"}
    assert len(shell.done("costs", *IN_MARCH, "--format", "csv").out.splitlines()) == 2


def test_two_credentials_of_one_name_are_told_apart(shell: Shell, ledger: Ledger) -> None:
    for user in (USER, "grace@example.org"):
        owner = ledger.credential("main", user=user)
        own = SubAccountId(user)
        ledger.cover(owner, sub_account=own)
        ledger.charge(owner, FIRST, a_charge(), sub_account=own)
    labels = [line.split("  ")[0] for line in table(shell, "--by", "credential")[3:-1]]
    assert len(set(labels)) == 2
    assert all(label.startswith("main (aws) [") for label in labels)


def test_sums_in_csv_are_numbers_to_a_spreadsheet_and_names_are_no_formulas(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    ledger.charge(owner, FIRST, a_charge("=1+1", "-3.25"))
    said = shell.done("costs", *IN_MARCH, "--by", "service", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(said.out))
    assert (row["key"], row["billed_cost"]) == ("'=1+1", "-3.25")


def test_a_hostile_name_on_the_bill_is_shown_harmlessly(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    ledger.charge(owner, FIRST, a_charge("a\x1b[2J\u202eb[bold]x[/]\r\nc", "1"))
    forms = [("--format", "table"), ("--format", "csv"), ("--by", "service", "--format", "csv")]
    for form in forms:
        said = shell.done("costs", *IN_MARCH, *form).out
        assert said.replace("\n", "").isprintable()
        assert "[bold]x[/]" in said


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--since", "2025-03-02", "--until", "2025-03-01"), "before it begins"),
        (("--since", "2100-01-01"), "not over"),
        (("--since", "2100-01-01", "--until", "2100-01-31"), "not over"),
        (("--since", "yesterday"), "no day"),
        (("--until", "2025-02-30"), "no day"),
        (("--since", "0001-01-01"), "too early"),
        (("--until", "0001-01-01"), "too early"),
        (("--by", "weather"), "weather"),
        (("--limit", "0"), "greater than"),
    ],
)
def test_wrong_use_is_exit_code_2_and_says_why(
    shell: Shell, arguments: tuple[str, ...], word: str
) -> None:
    said = shell("costs", *arguments)
    assert (said.code, said.out) == (2, "")
    assert word in said.err
    assert "Traceback" not in said.err


def test_what_is_not_there_is_a_sentence(shell: Shell, ledger: Ledger) -> None:
    assert "nobody@example.org" in shell("costs", "--user", "nobody@example.org").sentence
    assert "'nope'" in shell("costs", "--credential", "nope").sentence
    failed = shell("costs", "--credential", "nope", "--format", "json")
    assert failed.code == 1
    assert '"type": "CommandFailed"' in failed.err
