"""The reference of specs is what the code takes, and its examples are taken."""

import json

import pytest
import yaml

from domain.inventory import ResourceKind
from domain.specs.reading import read_spec
from tests.docs import spec_pages
from tests.docs.markdown import ROOT, blocks, read, sections

PAGE = sections(read("docs/reference/specs.md"))


def test_the_page_has_a_section_for_every_kind_and_no_other() -> None:
    assert [heading.strip("`") for heading in PAGE] == list(ResourceKind)


def test_every_table_is_as_the_code_has_it() -> None:
    assert read("docs/reference/specs.md") == spec_pages.page()


def test_there_is_a_schema_for_every_kind_and_no_other() -> None:
    kept = {path.name for path in (ROOT / "docs/reference/specs").iterdir()}
    assert kept == {f"{kind}.json" for kind in ResourceKind}


@pytest.mark.parametrize("kind", ResourceKind)
def test_the_schema_of_a_kind_is_as_the_code_has_it(kind: ResourceKind) -> None:
    kept = spec_pages.schema_file(kind).read_text(encoding="utf-8")
    assert kept == spec_pages.schema_text(kind)


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_field_says_what_it_means(kind: ResourceKind) -> None:
    fields = json.loads(spec_pages.schema_text(kind))["properties"]
    assert [name for name, field in fields.items() if not field.get("description")] == []


@pytest.mark.parametrize("kind", ResourceKind)
def test_the_example_of_a_kind_is_accepted(kind: ResourceKind) -> None:
    section = PAGE[f"`{kind}`"]
    examples = [json.loads(text) for text in blocks(section, "json")]
    examples += [yaml.safe_load(text) for text in blocks(section, "yaml")]
    assert [read_spec(example).resource_kind for example in examples] == [kind]
