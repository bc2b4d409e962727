"""Each alert fires on what it is for, and on nothing else."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
import yaml
from promql_parser import parse_duration

from tests.docs.markdown import ROOT, read
from tests.docs.promql import Labels, Moment, Series, parsed, selectors

_FILE: Final = "tests/docs/alert_cases.yml"
_READ: Final = yaml.safe_load(read(_FILE))
_CASES: Final[list[dict[str, Any]]] = _READ["tests"]
_GROUPS: Final = yaml.safe_load(read("docs/operations/alerts.yml"))["groups"]
_RULES: Final[list[dict[str, Any]]] = [rule for group in _GROUPS for rule in group["rules"]]


def expected(asked: dict[str, Any]) -> set[Labels]:
    """Return the labels of every alert that is to fire."""
    named = (selectors(each["labels"])[0] for each in asked.get("exp_samples", ()))
    return {
        frozenset((each.name, each.value) for each in alert.matchers.matchers) for alert in named
    }


def fires(rule: Mapping[str, Any], series: Iterable[Series], minute: int) -> list[dict[str, str]]:
    """Return the labels of each alert of *rule* that fires at *minute*, looked at each minute."""
    known, tree = [*series], parsed(rule["expr"])
    since: dict[Labels, int] = {}
    for each in range(minute + 1):
        found = Moment(series=known, minute=each).value(tree)
        since = {labels: since.get(labels, each) for labels in found}
    lasting = parse_duration(rule["for"]) if "for" in rule else timedelta()
    hold = lasting // timedelta(minutes=1)
    return [dict(labels) for labels, began in since.items() if minute - began >= hold]


def firing(case: dict[str, Any], minute: int) -> set[Labels]:
    """Return the labels of every alert that fires *minute* minutes into *case*."""
    series = [Series.of(each["series"], each["values"]) for each in case.get("input_series", ())]
    alerts = (
        {"alertstate": "firing", "alertname": rule["alert"], **rule["labels"], **labels}
        for rule in _RULES
        for labels in fires(rule, series, minute)
    )
    return {frozenset(labels.items()) for labels in alerts}


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_an_alert_fires_on_what_it_is_for_and_on_nothing_else(case: dict[str, Any]) -> None:
    asked = case["promql_expr_test"]
    assert asked
    for each in asked:
        minute = int(each["eval_time"].removesuffix("m"))
        assert firing(case, minute) == expected(each), f"at {minute} minutes"


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule["alert"])
def test_each_alert_is_seen_to_fire_and_to_hold_its_peace(rule: dict[str, Any]) -> None:
    asked = [
        each
        for case in _CASES
        if case["name"].startswith(f"{rule['alert']}, ")
        for each in case["promql_expr_test"]
    ]
    named = [("alertname", rule["alert"]) in set().union(*expected(each)) for each in asked]
    assert {*named} == {True, False}


def test_the_cases_are_about_the_rules_that_we_ship() -> None:
    (rules,) = _READ["rule_files"]
    assert (ROOT / _FILE).parent.joinpath(rules).resolve() == ROOT / "docs/operations/alerts.yml"
    assert _READ["evaluation_interval"] == "1m"
    assert {case["interval"] for case in _CASES} == {"1m"}
    asked = {each["expr"] for case in _CASES for each in case["promql_expr_test"]}
    assert asked == {'ALERTS{alertstate="firing"}'}
