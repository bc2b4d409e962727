"""The table shows all that was measured, most of all what misses its target."""

import pytest

from tests.benchmarks.results import Result, Results, at_least, at_most


def a_result(what: str, value: float) -> Result:
    return Result(line=1, what=what, value=value, target=at_most(1))


def test_a_line_that_misses_hides_none_after_it() -> None:
    results = Results()
    with pytest.raises(pytest.fail.Exception):
        results.hold(a_result("slow", 2), a_result("quick", 0.5), a_result("large", 3))
    assert [line.split()[1] for line in results.table().splitlines()[1:]] == [
        "slow",
        "quick",
        "large",
    ]


def test_the_failure_names_every_miss() -> None:
    rare = Result(line=1, what="rare", value=0.5, target=at_least(0.7))
    with pytest.raises(pytest.fail.Exception) as failed:
        Results().hold(a_result("slow", 2), a_result("quick", 0.5), rare)
    assert failed.value.msg == "slow: 2, not <= 1\nrare: 0.5, not >= 0.7"


def test_what_meets_its_targets_fails_nothing() -> None:
    results = Results()
    results.hold(a_result("quick", 0.5), a_result("small", 1))
    assert results
