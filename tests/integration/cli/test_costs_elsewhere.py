"""The file of all charges, loaded by another tool as the how-to says."""

import shlex
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from domain.accounts import Provider
from tests.builders import a_charge
from tests.docs.markdown import blocks, read
from tests.integration.cli.ledger import Ledger, ledger_of
from tests.integration.cli.shell import Shell
from tests.unit.cli.test_focus import MANDATORY

PAGE = read("docs/how-to/load-costs-elsewhere.md")
HOSTILE = "=HYPERLINK(\"x\"), Größe; '✓'"


@pytest.fixture
def ledger(shell: Shell) -> Iterator[Ledger]:
    with ledger_of(shell) as ledger:
        yield ledger


@pytest.fixture
def spent(ledger: Ledger) -> Ledger:
    """Charges of all sorts, more than two pages of them."""
    aws = ledger.credential("main")
    gcp = ledger.credential("lake", Provider.GCP)
    ledger.cover(aws)
    ledger.cover(gcp)
    for day in range(1, 32):
        tiny = [a_charge(f"S{n}", f"0.{n:018}") for n in range(40)]
        ledger.charge(aws, date(2025, 3, day), *tiny, a_charge("Credits", "-1.000000000000000001"))
    ledger.charge(
        gcp,
        date(2025, 3, 1),
        a_charge(HOSTILE, "12345678901234567890.123456789012345678", "USD", resource="-1"),
        a_charge("BigQuery", "1E+3", "USD"),
    )
    return ledger


def load(shell: Shell, folder: Path) -> duckdb.DuckDBPyConnection:
    """Do what the how-to says, in *folder*, but for the last query."""
    (line,) = (text.strip() for text in blocks(PAGE, "sh"))
    command, _, file = line.partition(" > ")
    (folder / file).write_text(shell.done(*shlex.split(command)[1:]).out, encoding="utf-8")
    database = duckdb.connect()
    database.execute(blocks(PAGE, "sql")[0])
    return database


def test_another_tool_adds_up_to_the_same_last_of_eighteen_places(
    shell: Shell, spent: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with load(shell, tmp_path) as database:
        found = dict(database.execute(blocks(PAGE, "sql")[1]).fetchall())
    assert found == spent.totals()
    assert found["USD"] == Decimal("12345678901234568890.123456789012345678")
    told = shell.done("costs", "--since", "2025-03-01", "--until", "2025-03-31", "--format", "json")
    assert {name: Decimal(text) for name, text in told.json()["totals"].items()} == found


def test_a_charge_with_more_places_than_the_tool_has_is_rounded_to_eighteen(
    shell: Shell, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    azure = ledger.credential("shop", Provider.AZURE)
    ledger.cover(azure)
    finer = ("1.5", "0.1234567890123456786", "0.00000000000000000049")
    charges = [a_charge(f"S{number}", amount) for number, amount in enumerate(finer)]
    ledger.charge(azure, date(2025, 3, 1), *charges)
    with load(shell, tmp_path) as database:
        found = dict(database.execute(blocks(PAGE, "sql")[1]).fetchall())
    (file,) = tmp_path.glob("*.csv")
    assert all(amount in file.read_text(encoding="utf-8") for amount in finer)
    places = Decimal(1).scaleb(-18)
    assert list(found.values()) == [sum(Decimal(amount).quantize(places) for amount in finer)]
    (exact,) = ledger.totals().values()
    assert exact == sum(map(Decimal, finer))
    assert abs(found.popitem()[1] - exact) <= len(finer) * places / 2


def test_every_charge_arrives_once_with_its_names_and_times(
    shell: Shell, spent: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with load(shell, tmp_path) as database:
        columns = [name for name, *_ in database.execute("DESCRIBE charges").fetchall()]
        (count,) = database.execute("SELECT count(*) FROM charges").fetchone() or ()
        hostile = database.execute(
            "SELECT ServiceName, ResourceId, ProviderName, SubAccountId, ChargePeriodEnd::DATE"
            " FROM charges WHERE BilledCost > 2000"
        ).fetchall()
    assert set(columns) >= MANDATORY
    assert count == 31 * 41 + 2
    assert hostile == [(HOSTILE, "-1", "Google Cloud", "111111111111", date(2025, 3, 2))]


def test_charges_may_be_limited(shell: Shell, spent: Ledger) -> None:
    period = ("--since", "2025-03-01", "--until", "2025-03-31")
    said = shell.done("costs", *period, "--format", "csv", "--limit", "3")
    assert len(said.out.splitlines()) == 4


def test_where_nothing_was_charged_the_file_has_its_header(shell: Shell, ledger: Ledger) -> None:
    ledger.cover(ledger.credential())
    period = ("--since", "2025-03-01", "--until", "2025-03-31")
    said = shell.done("costs", *period, "--format", "csv")
    assert said.out.startswith("BilledCost,BillingAccountId,")
    assert (len(said.out.splitlines()), said.err) == (1, "")
