"""The page on metrics, the alert rules and the dashboard name what is exported, and no more."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Final

import pytest
import yaml
from promql_parser import AggregateExpr, BinaryExpr, Call

from adapters.queue.celery_queue import BATCH_SIZE
from adapters.queue.room import MOST_WAITING
from adapters.queue.routes import QUEUES
from application.findings import PROOF_AGE
from application.service_report import Part
from domain.costs import CostStatus
from domain.health import HealthStatus
from domain.inventory import ItemState
from domain.jobs import JobStatus
from domain.leases import terraform_lease
from domain.provisioning import ResourceId
from domain.syncs import SyncStatus
from entrypoints.bootstrap.metric_names import METRICS
from tests.docs.markdown import blocks, read, rows
from tests.docs.promql import nodes, selectors

_PAGE: Final = read("docs/reference/metrics.md")
_GROUPS: Final = yaml.safe_load(read("docs/operations/alerts.yml"))["groups"]
_RULES: Final[list[dict[str, Any]]] = [rule for group in _GROUPS for rule in group["rules"]]
_DASHBOARD: Final = json.loads(read("docs/operations/grafana-dashboard.json"))
_PANELS: Final[list[dict[str, Any]]] = _DASHBOARD["panels"]
_CHARTS: Final = [panel for panel in _PANELS if panel["type"] != "row"]
_LABELS: Final = {metric.name: set(metric.labels) for metric in METRICS}
_OF_PROMETHEUS: Final = {"job", "instance"}
_VALUES: Final[dict[tuple[str, str], Iterable[str]]] = {
    ("multicloud_scrape_ok", "part"): Part,
    ("multicloud_items", "state"): ItemState,
    ("multicloud_credential_health", "status"): HealthStatus,
    ("multicloud_credential_last_sync", "status"): SyncStatus,
    ("multicloud_cost_reading", "status"): CostStatus,
    ("multicloud_jobs", "status"): JobStatus,
    ("multicloud_queue_proof_seconds", "queue"): QUEUES,
    ("multicloud_leases", "work"): {terraform_lease(ResourceId(1)).partition(":")[0]},
}
"""What a label can be, of those that an expression picks by their value."""

_METRIC = re.compile(r"\bmulticloud_\w+")
_LIMIT = re.compile(r"(\bmulticloud_\w+)(?:\{[^}]*\})?\)?\s*>\s*(\d+)")
_SHOWN = re.compile(r"\$labels\.(\w+)|\{\{\s*(?!\$|\w+\s*\|)(\w+)\s*\}\}")


def expressions() -> Iterator[tuple[str, str]]:
    for rule in _RULES:
        yield rule["alert"], rule["expr"]
    for panel in _CHARTS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


EXPRESSIONS: Final = [pytest.param(text, id=name) for name, text in expressions()]


def labels_of(expression: str) -> set[str]:
    """Return the labels that the metrics of *expression* have."""
    return set().union(*(_LABELS[name] for name in _METRIC.findall(expression)))


def test_the_page_shows_every_metric_with_its_labels_and_its_meaning() -> None:
    shown = [(row["metric"], row["labels"], row["meaning"]) for row in rows(_PAGE)]
    assert shown == [(m.name, ", ".join(m.labels) or "none", m.help) for m in METRICS]


def test_the_page_names_every_part() -> None:
    named = re.search(
        r"The parts of `multicloud_scrape_ok` are (.*?)\.$", _PAGE, re.DOTALL | re.MULTILINE
    )
    assert named is not None
    assert re.findall(r"`(\w+)`", named[1]) == [part.value for part in Part]


def test_the_configuration_on_the_page_can_be_read() -> None:
    (block,) = blocks(_PAGE, "yaml")
    configuration = yaml.safe_load(block)
    assert configuration["rule_files"] == ["alerts.yml"]
    (job,) = configuration["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["127.0.0.1:9464"]}]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_asks_for_exported_metrics_by_labels_that_they_have(expression: str) -> None:
    asked = selectors(expression)
    assert asked
    assert {each.name for each in asked} <= set(_LABELS)
    for each in asked:
        assert {matcher.name for matcher in each.matchers.matchers} <= _LABELS[each.name]
    assert grouped_by(expression) <= labels_of(expression) | _OF_PROMETHEUS


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_asks_for_values_that_are_exported(expression: str) -> None:
    for each in selectors(expression):
        for matcher in each.matchers.matchers:
            exported = {str(value) for value in _VALUES[each.name, matcher.name]}
            assert set(matcher.value.split("|")) <= exported


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_could_not_be_read_is_not_shown_as_nothing(expression: str) -> None:
    called = {node.func.name for node in nodes(expression) if isinstance(node, Call)}
    assert "vector" not in called


def grouped_by(expression: str) -> set[str]:
    """Return the labels by which *expression* sums up, or matches one metric with another."""
    labels: set[str] = set()
    for node in nodes(expression):
        if isinstance(node, AggregateExpr) and node.modifier:
            labels.update(node.modifier.labels)
        if isinstance(node, BinaryExpr) and node.modifier and node.modifier.matching:
            labels.update(node.modifier.matching.labels)
    return labels


def test_alerts_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in _RULES]
    assert len(names) == len(set(names))
    assert len({group["name"] for group in _GROUPS}) == len(_GROUPS)


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_grave_it_is_what_happened_and_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Multicloud([A-Z][a-z]+)+", rule["alert"])
    assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert set(rule["annotations"]) == {"summary", "description"}
    for text in rule["annotations"].values():
        assert re.fullmatch(r"[A-Z{].*\.\s*", text, re.DOTALL), text
        told = {name for pair in _SHOWN.findall(text) for name in pair if name}
        assert told <= labels_of(rule["expr"])


def test_the_depth_that_alarms_is_what_a_queue_that_nobody_takes_from_grows_to() -> None:
    (rule,) = (rule for rule in _RULES if "multicloud_queue_messages" in _above(rule))
    limit = _above(rule)["multicloud_queue_messages"]
    assert MOST_WAITING - BATCH_SIZE <= limit < MOST_WAITING


def test_a_queue_through_which_nothing_comes_alarms_later_than_status_shows_it() -> None:
    (rule,) = (rule for rule in _RULES if "multicloud_queue_proof_seconds" in _above(rule))
    assert _above(rule)["multicloud_queue_proof_seconds"] > PROOF_AGE.total_seconds()


def _above(rule: dict[str, Any]) -> dict[str, float]:
    """Return the lowest number above which each metric of *rule* alarms."""
    limits: dict[str, float] = {}
    for name, limit in _LIMIT.findall(rule["expr"]):
        limits[name] = min(float(limit), limits.get(name, float(limit)))
    return limits


@pytest.mark.parametrize("panel", _CHARTS, ids=lambda panel: panel["title"])
def test_a_panel_is_whole(panel: dict[str, Any]) -> None:
    assert panel["type"] in {"stat", "timeseries", "table"}
    assert panel["description"].endswith(".")
    assert panel["targets"]
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
    for target in panel["targets"]:
        assert target["datasource"]["uid"] == "${datasource}"
        legend = {name for pair in _SHOWN.findall(target["legendFormat"]) for name in pair if name}
        assert legend <= labels_of(target["expr"])


def test_a_rate_is_taken_over_more_than_one_scrape() -> None:
    scraped = yaml.safe_load(blocks(_PAGE, "yaml")[0])["scrape_configs"][0]["scrape_interval"]
    targets = [target for panel in _CHARTS for target in panel["targets"]]
    rates = [target for target in targets if "$__rate_interval" in target["expr"]]
    assert rates
    assert {target["interval"] for target in rates} == {scraped}


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    assert len({panel["id"] for panel in _PANELS}) == len(_PANELS)
    places = [panel["gridPos"] for panel in _PANELS]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not beside and not above


def test_the_dashboard_asks_which_prometheus_to_use() -> None:
    (variable,) = _DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"]) == ("datasource", "datasource")


def test_every_metric_is_watched_by_an_alert_or_shown_on_the_dashboard() -> None:
    watched = {name for _, text in expressions() for name in _METRIC.findall(text)}
    assert set(_LABELS) - watched == set()
