"""Whatever file or name a document mentions is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, code_spans, documents, prose, read, sections

_FOLDERS = ("domain", "application", "adapters", "entrypoints", "tests", "docs", ".ci")
_FILE = re.compile(rf"(?:{'|'.join(map(re.escape, _FOLDERS))})/[\w./\-]*")
_NAME_IN_FILE = re.compile(r"`([A-Za-z_][\w.]*)` in\s+`([\w/]+\.py)`")
_HOME = re.compile(r"Lives in `([\w/.]+)`(?:: `(\w+)`)?\.")


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_document_names_exists(document: Path) -> None:
    spans = code_spans(document.read_text(encoding="utf-8"))
    named = [span for span in spans if _FILE.fullmatch(span)]
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_class_or_function_a_document_places_in_a_file_is_there(document: Path) -> None:
    placed = _NAME_IN_FILE.findall(prose(document.read_text(encoding="utf-8")))
    assert [(name, file) for name, file in placed if name not in names_in(file)] == []


def test_every_term_of_the_glossary_says_where_it_lives() -> None:
    homes = {term: _HOME.search(text) for term, text in glossary().items()}
    homeless = [term for term, home in homes.items() if home is None or not lives(*home.groups())]
    assert homeless == []


def test_the_glossary_is_in_alphabetical_order() -> None:
    terms = [term.lower() for term in glossary()]
    assert terms == sorted(terms)


def glossary() -> dict[str, str]:
    return sections(read("docs/glossary.md"), level=3)


def lives(file: str, name: str | None) -> bool:
    return (ROOT / file).is_file() and (name is None or name in names_in(file))


@cache
def names_in(file: str) -> frozenset[str]:
    """Return what *file* defines: classes and functions, methods as `Class.method`, values."""
    tree = ast.parse(read(file))
    names: set[str] = set()
    for node in tree.body:
        names |= _defined(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{inner}" for each in node.body for inner in _defined(each)}
    return frozenset(names)


def _defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
    return set()
