"""Every decision is written down in the same shape, and the list of dependencies is whole."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, links, read, rows, sections

_FOLDER = ROOT / "docs" / "adr"
_PAGES = sorted(_FOLDER.glob("0*.md"))
_HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "References"]


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_a_decision_has_a_status_a_date_and_every_part(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem[:4]}. ")
    assert re.search(r"^Status: (accepted|replaced by \d{4})$", text, re.MULTILINE)
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert [heading for heading in sections(text) if heading in _HEADINGS] == _HEADINGS


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_a_decision_refers_to_files(page: Path) -> None:
    references = sections(page.read_text(encoding="utf-8"))["References"]
    named = re.findall(r"^- `(.+)`$", references, re.MULTILINE)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_index_lists_every_decision_in_order() -> None:
    listed = [link for link in links(read("docs/adr/README.md")) if link.startswith("0")]
    assert listed == [page.name for page in _PAGES]


def test_the_page_on_dependencies_names_exactly_the_direct_ones() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    required = chain(project["dependencies"], *project["optional-dependencies"].values())
    direct = {re.split(r"[\[<>=~ ]", requirement)[0] for requirement in required}
    assert {row["package"] for row in rows(read("docs/adr/0009-dependencies.md"))} == direct
