"""What is not known of the cost is told, and reading it now fills it in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from application.leasing import claim
from domain.accounts import CredentialId, Provider
from domain.costs import CostStatus, Period, SubAccountId
from domain.health import HealthStatus, Trouble
from domain.inventory import Location
from domain.leases import cost_lease
from tests.builders import a_charge
from tests.integration.cli.ledger import HERE, IN_MARCH, MARCH, Ledger, ledger_of
from tests.integration.cli.shell import USER, Shell

THERE = SubAccountId("222222222222")
FIRST = date(2025, 3, 1)
DENIED = Trouble(
    cause=HealthStatus.DENIED,
    detail="The key may not see the bill.",
    remedy="Grant it.",
    location=Location(THERE),
    permission="ce:GetCostAndUsage",
)


@pytest.fixture
def ledger(shell: Shell) -> Iterator[Ledger]:
    with ledger_of(shell) as ledger:
        yield ledger


def days_ago(days: int) -> date:
    return datetime.now(UTC).date() - timedelta(days=days)


def warnings(shell: Shell, *arguments: str) -> list[str]:
    return shell.done("costs", *IN_MARCH, *arguments).err.splitlines()


def test_no_cost_is_told_apart_from_cost_that_was_never_read(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    unread, warning = warnings(shell)
    assert unread.startswith("Nothing is known of the cost from 2025-03-01 to 2025-03-31. ")
    assert "`multicloud costs --refresh`, or wait for 01:00 UTC" in unread
    assert warning.startswith(
        "Warning: main (aws): the cost of 2025-03-01 to 2025-03-31 is not known. "
        "Its cost was never read."
    )
    ledger.cover(owner)
    assert warnings(shell) == ["Nothing was charged from 2025-03-01 to 2025-03-31."]


def test_whoever_has_no_credential_is_told_how_to_add_one(shell: Shell) -> None:
    assert warnings(shell) == [
        "There are no active credentials yet. Add one: multicloud credentials add --help"
    ]


def test_a_gap_says_which_days_of_which_sub_account_why_and_what_to_do(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    ledger.charge(owner, FIRST, a_charge())
    ledger.charge(owner, date(2025, 3, 10), sub_account=THERE)
    ledger.read(owner, CostStatus.PARTIAL, DENIED)
    (warning,) = warnings(shell)
    assert warning == (
        f"Warning: main (aws, {THERE}): the cost of 2025-03-01 to 2025-03-09 and 2025-03-11 to "
        "2025-03-31 is not known. The key may not see the bill. Missing permission: "
        "ce:GetCostAndUsage. Grant it."
    )
    (gap,) = shell.done("costs", *IN_MARCH, "--format", "json").json()["gaps"]
    assert (gap["credential"], gap["user"], gap["provider"]) == ("main", USER, "aws")
    assert (gap["sub_account_id"], gap["status"]) == (THERE, "partial")
    assert gap["missing"][0] == {"first": "2025-03-01", "last": "2025-03-09"}
    assert gap["trouble"]["permission"] == "ce:GetCostAndUsage"


def test_nothing_charged_where_not_all_is_known_says_so(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    ledger.cover(owner)
    ledger.charge(owner, date(2025, 4, 1), sub_account=THERE)
    ledger.read(owner, CostStatus.PARTIAL, DENIED)
    sentence, _ = warnings(shell)
    assert sentence.endswith("2025-03-31, as far as is known.")


def test_days_of_which_not_all_is_known_are_marked(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    for day in (date(2025, 3, 1), date(2025, 3, 3)):
        ledger.charge(owner, day, a_charge())
    said = shell.done("costs", *IN_MARCH, "--by", "day").out.splitlines()
    assert [line.split("  ")[0] for line in said[3:6]] == [
        "2025-03-01",
        "2025-03-02 (not all is known)",
        "2025-03-03",
    ]


def test_a_bill_that_is_not_configured_names_the_field(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential("data lake", Provider.GCP)
    ledger.read(owner, CostStatus.NOT_CONFIGURED)
    sentence, warning = warnings(shell)
    assert sentence.endswith("The warnings say why, and what to do.")
    assert "billing_export_table is missing from its file" in warning
    assert f"multicloud credentials replace --user {USER} --name 'data lake' --file FILE" in warning


def test_cost_that_was_read_days_ago_is_to_be_read_again(shell: Shell, ledger: Ledger) -> None:
    owner = ledger.credential()
    today = datetime.now(UTC).date()
    known = Period(today - timedelta(days=30), today - timedelta(days=4))
    ledger.cover(owner, known)
    ledger.read(owner, CostStatus.COMPLETE, ago=timedelta(days=3))
    (warning,) = shell.done("costs", "--format", "csv").err.splitlines()
    missing = f"{today - timedelta(days=3)} to {today - timedelta(days=1)}"
    assert f"the cost of {missing} is not known. It was last read on " in warning


def test_days_before_the_first_that_is_ever_read_name_the_setting(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    ledger.cover(owner, Period(date(2025, 3, 2), MARCH.last))
    ledger.charge(owner, days_ago(1))
    ledger.read(owner, CostStatus.COMPLETE)
    *_, warning = warnings(shell)
    assert "the cost of 2025-03-01 is not known." in warning
    assert "MULTICLOUD_COST_HISTORY_DAYS" in warning


def test_a_sub_account_that_the_credential_no_longer_sees_is_not_told_to_be_read_again(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    ledger.cover(owner, Period(days_ago(30), days_ago(1)))
    ledger.cover(owner, Period(days_ago(30), days_ago(10)), THERE)
    ledger.read(owner, CostStatus.COMPLETE)
    (warning,) = shell.done("costs").err.splitlines()[1:]
    missing = f"the cost of {days_ago(9)} to {days_ago(1)} is not known. "
    assert warning.startswith(f"Warning: main (aws, {THERE}): {missing}")
    assert f"{THERE} was no longer among those that the credential sees." in warning
    assert "open it to the credential again" in warning
    assert "COST_HISTORY" not in warning


def test_days_that_a_reading_did_not_get_to_are_to_be_read_again(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    ledger.cover(owner, Period(days_ago(30), days_ago(10)))
    ledger.read(owner, CostStatus.PARTIAL, DENIED)
    warning, _ = shell.done("costs").err.splitlines()[1:]
    assert f"{HERE} is no longer among those that the credential sees. Read it now" in warning


def test_days_before_the_bill_begins_are_not_known_and_no_setting_is_blamed(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential("data lake", Provider.GCP)
    ledger.cover(owner)
    ledger.not_billed(owner, FIRST, date(2025, 3, 2))
    ledger.read(owner, CostStatus.COMPLETE)
    *_, warning = warnings(shell)
    assert "the cost of 2025-03-01 to 2025-03-02 is not known. The bill that the " in warning
    assert warning.endswith("begins later; look up at the cloud what these days cost.")


def test_only_the_first_ten_gaps_are_told_and_the_others_counted(
    shell: Shell, ledger: Ledger
) -> None:
    for number in range(12):
        ledger.credential(f"key {number}")
    _, *told, last = warnings(shell)
    assert len(told) == 10
    assert last == "Warning: and 2 more such gaps; --format json names them all."
    assert len(shell.done("costs", *IN_MARCH, "--format", "json").json()["gaps"]) == 12


def test_a_disabled_credential_is_no_gap_and_what_it_cost_stays(
    shell: Shell, ledger: Ledger
) -> None:
    owner = ledger.credential()
    ledger.charge(owner, FIRST, a_charge(amount="7"))
    shell.done("credentials", "disable", "--user", USER, "--name", "main")
    said = shell.done("costs", *IN_MARCH, "--credential", "main", "--format", "json")
    assert said.err == ""
    assert said.json()["totals"] == {"EUR": "7"}


def test_cost_is_read_now_and_one_that_fails_stops_no_other(
    shell: Shell, cloud: dict[str, Any]
) -> None:
    shell.done("users", "add", USER)
    for name in ("broken", "sandbox"):
        shell.add_credential(name, cloud["credentials"]["aws"])
    shell.seal_with_another_key("broken")
    said = shell("costs", "--refresh", "--by", "credential", "--format", "json")
    assert said.code == 1
    answer = said.json()
    (only,) = answer["sums"]
    assert (only["name"], only["billing_currency"]) == ("sandbox", "USD")
    assert answer["totals"] == {"USD": only["billed_cost"]}
    assert [(gap["credential"], gap["status"]) for gap in answer["gaps"]] == [("broken", "failed")]
    (told,) = said.err.splitlines()
    assert told.startswith("Warning: broken: ")
    assert "Traceback" not in said.err


def test_a_second_reading_on_one_day_changes_nothing(shell: Shell, cloud: dict[str, Any]) -> None:
    shell.done("users", "add", USER)
    shell.add_credential("sandbox", cloud["credentials"]["aws"])
    first = shell.done("costs", "--refresh")
    assert first.err == ""
    assert "Amazon Simple Storage Service (aws)" in first.out
    assert shell.done("costs", "--refresh").out == first.out == shell.done("costs").out


def test_cost_that_somebody_else_reads_now_is_left_to_them(
    shell: Shell, ledger: Ledger, cloud: dict[str, Any]
) -> None:
    shell.done("users", "add", USER)
    shell.add_credential("sandbox", cloud["credentials"]["aws"])
    (listed,) = shell.done("credentials", "list", "--format", "json").json()
    lease = cost_lease(CredentialId(listed["id"]))
    claim(ledger.units, lease, holder="worker", duration=timedelta(minutes=5))
    told, *_ = shell.done("costs", "--refresh").err.splitlines()
    assert told == ("Warning: sandbox: its cost is being read by somebody else now; nothing to do.")


def test_there_must_be_something_to_read(shell: Shell, ledger: Ledger) -> None:
    ledger.credential()
    shell.done("credentials", "disable", "--user", USER, "--name", "main")
    assert "is disabled" in shell("costs", "--refresh", "--credential", "main").sentence
    assert "No active credential" in shell("costs", "--refresh").sentence
    assert HERE not in shell("costs", "--refresh").sentence
