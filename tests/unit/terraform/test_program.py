from pathlib import Path

import pytest

from adapters.terraform.program import InstalledTerraform
from application.ports.errors import Rejected


def program(folder: Path, says: str, *, mode: int = 0o755) -> str:
    path = folder / "terraform"
    script = f"#!/bin/sh\necho asked >> {folder}/asked\nprintf '{says}'\n"
    path.write_text(script, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def found(path: str) -> InstalledTerraform:
    return InstalledTerraform(path, search=lambda name: name)


def asked(folder: Path) -> int:
    return len((folder / "asked").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("says", "product", "version", "json_init"),
    [
        ("Terraform v1.6.0\\non linux_amd64\\n", "Terraform", (1, 6, 0), False),
        ("Terraform v1.10.0-rc1\\n", "Terraform", (1, 10, 0), True),
        ("OpenTofu v1.12.8\\n", "OpenTofu", (1, 12, 8), True),
        ("Warning: x\\n\\nTerraform v2.0.1\\n", "Terraform", (2, 0, 1), True),
    ],
)
def test_it_is_known_by_what_it_says_of_itself(
    tmp_path: Path, says: str, product: str, version: tuple[int, int, int], json_init: bool
) -> None:
    known = found(program(tmp_path, says)).program()
    assert (known.product, known.version, known.json_init) == (product, version, json_init)


def test_it_is_described_for_people(tmp_path: Path) -> None:
    path = program(tmp_path, "Terraform v1.11.4\\n")
    assert found(path).describe() == f"Terraform 1.11.4 ({path})"


def test_one_that_is_too_old_is_refused_by_both_versions(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"is Terraform 1\.5\.7, and 1\.6\.0 is the oldest"):
        found(program(tmp_path, "Terraform v1.5.7\\n")).program()


@pytest.mark.parametrize("says", ["hello\\n", ""])
def test_what_is_no_terraform_is_refused(tmp_path: Path, says: str) -> None:
    with pytest.raises(Rejected, match="does not tell its version"):
        found(program(tmp_path, says)).program()


def test_what_cannot_be_executed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="Permission denied"):
        found(program(tmp_path, "", mode=0o600)).program()


def test_where_there_is_none_the_way_out_is_told() -> None:
    nowhere = InstalledTerraform(search=lambda _: None, library="no_such_library")
    with pytest.raises(Rejected, match=r"'terraform' was not found.+TERRAFORM_BIN.+embedded"):
        nowhere.program()


def test_a_program_that_was_asked_for_by_name_is_not_replaced_by_the_library() -> None:
    with pytest.raises(Rejected, match="'tofu' was not found"):
        InstalledTerraform("tofu", search=lambda _: None).program()


def test_it_is_asked_once_until_its_file_changes(tmp_path: Path) -> None:
    terraform = found(program(tmp_path, "Terraform v1.11.4\\n"))
    terraform.program()
    terraform.program()
    assert asked(tmp_path) == 1
    program(tmp_path, "Terraform v1.12.0\\n")
    assert terraform.program().version == (1, 12, 0)
    assert asked(tmp_path) == 2
