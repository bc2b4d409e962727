"""No document leads nowhere."""

from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, anchors, documents, links, sections

_OUTSIDE = ("https://", "http://", "mailto:")


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    inside = [link for link in links(text) if not link.startswith(_OUTSIDE)]
    assert [link for link in inside if not _leads_somewhere(document, link)] == []


def _leads_somewhere(document: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        for link in links(document.read_text(encoding="utf-8")):
            target = (document.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file():
                waiting.append(target)
    assert set(documents()) <= reached


def test_the_readme_begins_with_the_two_commands_that_set_everything_up() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1]
    commands = [line.split("#")[0].strip() for line in first.splitlines()[1:] if line.strip()]
    assert commands == ["make demo", "make test"]


def test_sections_are_found_by_their_headings() -> None:
    assert sections("## a\none\n## b\ntwo\n") == {"a": "\none\n", "b": "\ntwo\n"}
