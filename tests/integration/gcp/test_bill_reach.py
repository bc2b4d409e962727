"""A day of which the export does not tell is not taken for a day that was free."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from application.ports.errors import AccessDenied, Unavailable
from domain.costs import DailyCharges, Period, SubAccountId
from tests.integration.gcp.bill import charge, costs_of, open_export, row
from tests.integration.gcp.rig import PROJECT, Rig, running

PERIOD = Period(date(2026, 3, 1), date(2026, 3, 20))
DAYS = list(PERIOD.days())
QUERY = f"POST /bigquery/v2/projects/{PROJECT}/queries"
OTHER = {"id": "somebody-elses"}


@pytest.fixture(scope="module")
def line() -> Iterator[Rig]:
    with running() as rig:
        yield rig


@pytest.fixture
def rig(line: Rig) -> Rig:
    line.reset()
    open_export(line)
    return line


def spend(
    rig: Rig,
    *days: int,
    arrives_after: timedelta = timedelta(),
    project: Mapping[str, str] = {"id": PROJECT},
) -> None:
    """Charge one for each of *days*, which are days of March."""
    each = (date(2026, 3, day) for day in days)
    made = [row(rig, day, Decimal(1), arrives_after=arrives_after, project=project) for day in each]
    charge(rig, *made)


def read(rig: Rig, period: Period = PERIOD) -> list[DailyCharges]:
    found = list(costs_of(rig).read(SubAccountId(PROJECT), period))
    assert [daily.day for daily in found] == list(period.days())
    return found


def known(days: list[DailyCharges]) -> list[int]:
    return [daily.day.day for daily in days if daily.known]


def estimated(days: list[DailyCharges]) -> list[int]:
    return [daily.day.day for daily in days if daily.estimated]


def test_days_before_the_export_began_are_not_known(rig: Rig) -> None:
    spend(rig, 8, 10)
    found = read(rig)
    assert known(found) == list(range(8, 21))
    assert not any(daily.charges for daily in found if daily.day.day not in {8, 10})
    assert rig.asked(QUERY) == 2


def test_a_project_that_spends_later_than_others_was_free_until_then(rig: Rig) -> None:
    spend(rig, 5, project=OTHER)
    spend(rig, 8)
    assert known(read(rig)) == list(range(5, 21))


def test_a_project_that_spends_nothing_is_free_since_the_export_began(rig: Rig) -> None:
    spend(rig, 5, project=OTHER)
    found = read(rig)
    assert known(found) == list(range(5, 21))
    assert not any(daily.charges for daily in found)


def test_an_export_that_began_before_is_asked_once_more_and_knows_every_day(rig: Rig) -> None:
    charge(rig, row(rig, date(2026, 2, 1), Decimal(1)))
    assert known(read(rig)) == [day.day for day in DAYS]
    assert rig.asked(QUERY) == 2


def test_where_the_first_day_was_charged_nothing_more_is_asked(rig: Rig) -> None:
    spend(rig, 1)
    assert known(read(rig)) == [day.day for day in DAYS]
    assert rig.asked(QUERY) == 1


def test_days_that_google_filled_up_when_the_export_began_are_known(rig: Rig) -> None:
    for day in (4, 6):
        spend(rig, day, arrives_after=timedelta(days=15 - day))
    assert known(read(rig)) == list(range(4, 21))


def test_an_export_without_a_row_knows_no_day_and_all_may_still_come(rig: Rig) -> None:
    found = read(rig)
    assert known(found) == []
    assert estimated(found) == [day.day for day in DAYS]
    assert rig.asked(QUERY) == 2


def test_the_last_days_of_the_export_and_all_after_them_may_still_change(rig: Rig) -> None:
    spend(rig, *range(1, 16))
    assert estimated(read(rig)) == list(range(12, 21))
    spend(rig, *range(16, 25), project=OTHER)
    assert estimated(read(rig)) == []


def test_a_day_long_past_is_settled_when_it_is_read_alone(rig: Rig) -> None:
    spend(rig, *range(1, 10))
    assert estimated(read(rig, Period(DAYS[2], DAYS[2]))) == []
    assert estimated(read(rig, Period(DAYS[7], DAYS[7]))) == [8]


def test_what_the_export_says_of_a_day_that_was_not_known_counts_when_it_comes(rig: Rig) -> None:
    spend(rig, 8)
    assert not read(rig)[0].known
    spend(rig, 1, arrives_after=timedelta(days=9))
    first = read(rig)[0]
    assert first.known
    assert [each.billed_cost for each in first.charges] == [1]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [{"f": [{"v": "2026-03-05"}]}],
        [{"f": [{"v": None}, {"v": "2026-03-05"}]}],
        [{"f": [{"v": "2026-03-05"}, {"v": "soon"}]}],
    ],
)
def test_an_answer_that_does_not_say_how_far_the_export_goes_is_refused(
    rig: Rig, answer: list[object]
) -> None:
    spend(rig, 8)
    page = {
        "kind": "bigquery#queryResponse",
        "jobReference": {"jobId": "j"},
        "jobComplete": True,
        "rows": answer,
    }
    rig.fail(QUERY, status=200, document=page, after=1)
    with pytest.raises(Unavailable):
        next(costs_of(rig).read(SubAccountId(PROJECT), PERIOD))


def test_a_refusal_of_the_second_question_is_told_like_one_of_the_first(rig: Rig) -> None:
    spend(rig, 8)
    document = {"error": {"code": 403, "errors": [{"reason": "accessDenied"}]}}
    rig.fail(QUERY, status=403, document=document, after=1)
    with pytest.raises(AccessDenied) as caught:
        next(costs_of(rig).read(SubAccountId(PROJECT), PERIOD))
    assert caught.value.permission == "bigquery.tables.getData"


def test_the_account_is_the_inventorys(rig: Rig) -> None:
    assert costs_of(rig).account_id() == rig.inventory().account_id() == PROJECT
