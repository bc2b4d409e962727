"""The errors page is the two trees, the verdicts on health and the exit codes."""

from application.ports.errors import PortError
from domain.errors import DomainError
from domain.health import HealthStatus
from entrypoints.cli import failures
from tests.docs.markdown import read, rows, sections

PAGE = sections(read("docs/reference/errors.md"))
_WRONG_USE = 2  # the parser's own


def tree(root: type[Exception]) -> dict[str, str]:
    """Return each error of the tree by name, with the one it is a kind of."""
    found = {root.__name__: root.__bases__[0].__name__}
    for kind in root.__subclasses__():
        if kind.__module__ == root.__module__:
            found |= tree(kind)
    return found


def listed(heading: str) -> dict[str, str]:
    return {row["error"]: row["is a"] for row in rows(PAGE[heading])}


def test_the_page_shows_the_tree_of_port_errors() -> None:
    assert listed("Errors of ports") == tree(PortError)


def test_the_page_shows_the_tree_of_domain_errors() -> None:
    assert listed("Errors of the domain") == tree(DomainError)


def test_the_page_lists_the_verdicts_on_health() -> None:
    assert [row["verdict"] for row in rows(PAGE["Health"])] == list(HealthStatus)


def test_the_page_lists_the_exit_codes() -> None:
    codes = {0, failures.FAILED, _WRONG_USE, failures.INTERRUPTED}
    assert {int(row["code"]) for row in rows(PAGE["Exit codes"])} == codes
