"""Reading our own documents: tables, shell blocks, links and code spans."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_CELL_EDGE = re.compile(r"(?<!\\)\|")


def documents() -> list[Path]:
    """Return every document of the project, sorted."""
    return sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def read(name: str) -> str:
    """Return the text of the document called *name*, below the root of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Return *text* without its fenced blocks."""
    return _FENCE.sub("", text)


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks in *language*, each without the indentation of its fence."""
    return [
        re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)
        for indent, named, body in _FENCE.findall(text)
        if named == language
    ]


def links(text: str) -> list[str]:
    """Return the targets of all links and pictures."""
    return _LINK.findall(prose(text))


def code_spans(text: str) -> list[str]:
    """Return what stands between backticks."""
    return _SPAN.findall(prose(text))


def anchors(text: str) -> set[str]:
    """Return the anchors that the headings of *text* make, as a forge makes them."""
    return {_anchor(title) for _, title in _HEADING.findall(prose(text))}


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def sections(text: str, *, level: int = 2) -> dict[str, str]:
    """Return what stands below each heading of *level*, by heading, in order."""
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of every table in *text*, by column name, without backticks."""
    return [row for table in _tables(text) for row in _records(table)]


def _tables(text: str) -> Iterator[list[list[str]]]:
    table: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append([_plain(cell) for cell in _CELL_EDGE.split(line)[1:-1]])
        elif table:
            yield table
            table = []


def _records(table: list[list[str]]) -> Iterator[dict[str, str]]:
    header, _, *body = table
    for cells in body:
        yield dict(zip(header, cells, strict=True))


def _plain(cell: str) -> str:
    return cell.strip().replace("`", "")
