"""How Terraform is run, as it is set from outside."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from application.ports.stopping import OnStop


class TerraformSettings(BaseSettings):
    """The part of the settings that says which Terraform is run, and how it ends."""

    terraform_bin: str = Field(
        default="terraform",
        validation_alias="TERRAFORM_BIN",
        description="The Terraform or OpenTofu program, by name or path.",
    )
    terraform_mirror: Path | None = Field(
        default=None,
        description="A folder of provider plugins in Terraform's filesystem-mirror layout. "
        "Default: providers are downloaded from their registry.",
    )
    terraform_on_stop: OnStop = Field(
        default=OnStop.LEAVE,
        description="What a worker that is told to stop does with Terraform at work. leave: it "
        "goes on without its worker; interrupt: it ends in an orderly way, for a worker in a "
        "container, whose end is Terraform's too.",
    )
