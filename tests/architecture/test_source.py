"""Promises about the code itself that no linter keeps."""

import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT, functions, imported_roots, length, modules

LONGEST_FUNCTION = 40
LONGEST_MODULE = 300


@pytest.mark.parametrize("path", list(modules("domain")), ids=lambda path: path.name)
def test_the_domain_needs_nothing_but_python_and_its_specs_pydantic(path: Path) -> None:
    allowed = {"pydantic", "pydantic_core"} if path.parent.name == "specs" else set()
    assert imported_roots(path) <= sys.stdlib_module_names | {"domain"} | allowed


@pytest.mark.parametrize("path", list(modules("domain")), ids=lambda path: path.name)
def test_the_domain_neither_logs_nor_draws_lots_nor_reads_the_environment(path: Path) -> None:
    assert imported_roots(path).isdisjoint({"logging", "random", "os", "secrets", "time", "uuid"})


@pytest.mark.parametrize("path", list(modules("application")), ids=lambda path: path.name)
def test_the_application_needs_nothing_but_python_and_the_domain(path: Path) -> None:
    assert imported_roots(path) <= sys.stdlib_module_names | {"domain", "application"}


def test_no_function_is_too_long_to_be_read_at_once() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name} ({length(function)} lines)"
        for path in modules(*PACKAGES, "tests")
        for function in functions(path)
        if length(function) > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_module_holds_more_than_one_idea_can_need() -> None:
    too_long = [
        f"{path.relative_to(ROOT)} ({lines} lines)"
        for path in modules(*PACKAGES, "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    assert too_long == []


def test_every_port_method_is_abstract_so_that_a_forgotten_one_cannot_hide() -> None:
    forgotten = [
        f"{path.name}:{function.name}"
        for path in modules("application/ports")
        if path.name not in {"errors.py", "secret_box.py"}
        for function in functions(path)
        if not any(ast_name(decorator) == "abstractmethod" for decorator in function.decorator_list)
    ]
    assert forgotten == []


def ast_name(node: object) -> str | None:
    return getattr(node, "id", None)
