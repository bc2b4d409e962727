"""What the reference says of specs: written by `python -m tests.docs.spec_pages`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema

from domain.inventory import ResourceKind
from domain.specs.base import Spec
from domain.specs.reading import SPECS
from tests.docs.markdown import ROOT, sections

PAGE = ROOT / "docs/reference/specs.md"
_HEADER = "| field | default | what it may be | meaning |\n|---|---|---|---|\n"
_WORDS = {
    "string": "text",
    "boolean": "`true` or `false`",
    "object": "a mapping of names to text",
}


class _Plain(GenerateJsonSchema):
    """JSON Schema without the titles, which only repeat the names of fields."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        return False


def schema(model: type[Spec]) -> dict[str, Any]:
    """Return the JSON Schema of *model*."""
    found = model.model_json_schema(schema_generator=_Plain)
    return {"$schema": _Plain.schema_dialect, **found}


def schema_file(kind: ResourceKind) -> Path:
    """Return where the JSON Schema of *kind* is kept."""
    return ROOT / f"docs/reference/specs/{kind}.json"


def schema_text(kind: ResourceKind) -> str:
    """Return what its file holds."""
    return json.dumps(schema(SPECS[kind]), indent=2, sort_keys=True) + "\n"


def table(kind: ResourceKind) -> str:
    """Return the table of the fields of *kind*, in the order in which people fill them in."""
    found = schema(SPECS[kind])
    rows = [_row(name, each, found["required"]) for name, each in found["properties"].items()]
    return _HEADER + "".join(rows)


def page() -> str:
    """Return the page as it is, but with every table as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    for heading, body in sections(text).items():
        kind = heading.strip("`")
        if kind in list(ResourceKind):
            lines = [line for line in body.splitlines() if line.startswith("|")]
            text = text.replace("\n".join(lines) + "\n", table(ResourceKind(kind)), 1)
    return text


def _row(name: str, field: Mapping[str, Any], required: list[str]) -> str:
    default = "required" if name in required else _default(field)
    return f"| `{name}` | {default} | {_what(field)} | {field['description']} |\n"


def _default(field: Mapping[str, Any]) -> str:
    if field.get("type") == "object":
        return "`{}`"
    if field["default"] is None:
        return "left out"
    return f"`{json.dumps(field['default'])}`"


def _what(field: Mapping[str, Any]) -> str:
    """Return in words what *field* may be; which text exactly is in the JSON Schema."""
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{each}`" for each in field["enum"])
    if "anyOf" in field:
        return _what(field["anyOf"][0])
    if field["type"] == "integer":
        return f"{field['minimum']} to {field['maximum']}"
    if field["type"] == "array":
        return f"a list of at most {field['maxItems']} texts"
    return _WORDS[field["type"]]


def main() -> None:
    """Write every file anew."""
    for kind in ResourceKind:
        schema_file(kind).write_text(schema_text(kind), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
