"""The settings page is the class `Settings`, no more and no less."""

from pydantic_core import PydanticUndefined

from entrypoints.bootstrap.settings import Settings, environment_name
from tests.docs.markdown import read, rows

_DEPENDS = {
    "DATABASE_URL": "the database of the running multicloud up",
    "CELERY_BROKER_URL": "the broker of the running multicloud up",
    "CELERY_RESULT_BACKEND": "the broker",
    "MULTICLOUD_PACING_URL": "the broker",
    "MULTICLOUD_SECRET_KEY": "the file secret.key in the data folder",
    "MULTICLOUD_TERRAFORM_MIRROR": "the registries of the providers",
    "MULTICLOUD_DATA_DIR": "/var/lib/multicloud for root, ~/.local/share/multicloud for anybody"
    " else",
}
"""Defaults that are found when the service starts."""


def test_the_page_lists_exactly_the_settings_with_their_defaults() -> None:
    page = {row["variable"]: row["default"] for row in rows(read("docs/reference/settings.md"))}
    assert page == defaults()


def test_what_is_found_at_the_start_has_no_fixed_default() -> None:
    fields = {environment_name(name): field for name, field in Settings.model_fields.items()}
    assert all(fields[variable].default in {None, PydanticUndefined} for variable in _DEPENDS)


def defaults() -> dict[str, str]:
    return {
        variable: _DEPENDS.get(variable) or str(field.default).replace("False", "false")
        for variable, field in (
            (environment_name(name), field) for name, field in Settings.model_fields.items()
        )
    }
