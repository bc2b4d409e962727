"""The real terraform, the sandbox's providers, and a folder to run in."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.terraform.mirror import TROUBLE, command_line_settings
from entrypoints.sandbox.terraform.plugin import COOKIE

ROOT = Path(__file__).parents[3]
MODULES = ROOT / "adapters" / "terraform" / "modules"
INSTALLATION = "0b51c3ba-8f3e-4c6f-9d57-6d1d6b7a5a10"


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A terraform command that has ended, and what it said: one object a line."""

    code: int
    events: list[dict[str, Any]] = field(repr=False)
    text: str

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return its messages of one type, in their order."""
        return [event for event in self.events if event.get("type") == kind]

    @property
    def problems(self) -> list[str]:
        """The summary and the detail of each error."""
        found = [event["diagnostic"] for event in self.all("diagnostic")]
        return [f"{each['summary']}: {each['detail']}" for each in found]

    @property
    def drifted(self) -> dict[str, str]:
        """What changed behind terraform's back: the address, and how."""
        changes = [event["change"] for event in self.all("resource_drift")]
        return {each["resource"]["addr"]: each["action"] for each in changes}

    @property
    def planned(self) -> dict[str, str]:
        """What will be done: the address, and how."""
        changes = [event["change"] for event in self.all("planned_change")]
        return {each["resource"]["addr"]: each["action"] for each in changes}


@dataclass(frozen=True, kw_only=True)
class ProviderRig:
    """One folder, initialised once it is asked for anything."""

    folder: Path
    mirror: Path
    environment: Mapping[str, str] = field(repr=False)
    """What opens the cloud; nothing of this process's reaches terraform."""
    attached: str | None = None
    """A provider that runs already, see `running_provider`; None: terraform starts its own."""

    def write(self, document: Mapping[str, Any]) -> None:
        """Make *document* the configuration."""
        (self.folder / "main.tf.json").write_text(json.dumps(document))

    def use_module(self, path: str, values: Mapping[str, Any]) -> None:
        """Take the module *path*, such as aws/aws_vpc, as it is, with *values*."""
        shutil.copytree(MODULES / path, self.folder, dirs_exist_ok=True)
        owned = {"resource_id": "12", "installation": INSTALLATION}
        (self.folder / "terraform.tfvars.json").write_text(json.dumps({**values, **owned}))

    def trouble(
        self, *, delays: Mapping[str, float] = {}, failures: Mapping[str, str] = {}
    ) -> None:
        """Script it, for every operation from now on."""
        new = self.mirror / f"{TROUBLE}.new"
        new.write_text(json.dumps({"delays": delays, "failures": failures}))
        new.replace(self.mirror / TROUBLE)

    def run(self, *arguments: str) -> Finished:
        """Run one command to its end, with -json."""
        with (self.folder / "said.log").open("wb") as said:
            code = subprocess.run(
                [terraform_binary(), arguments[0], "-json", *arguments[1:]],
                cwd=self.folder,
                env=self._whole_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        return self.said(code)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start one command, with -json, in a session of its own."""
        with (self.folder / "said.log").open("wb") as said:
            return subprocess.Popen(
                [terraform_binary(), arguments[0], "-json", *arguments[1:]],
                cwd=self.folder,
                env=self._whole_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, code: int) -> Finished:
        """Return what the last command said."""
        text = (self.folder / "said.log").read_text()
        events = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        return Finished(code=code, events=events, text=text)

    def applied(self) -> Finished:
        """Initialise and apply, which must succeed."""
        assert self.run("init").code == 0, self.said(0).text
        finished = self.run("apply", "-auto-approve")
        assert finished.code == 0, finished.text
        return finished

    def state(self) -> dict[str, dict[str, Any]]:
        """Return the attributes of each object in the state, by its address without a key."""
        path = self.folder / "terraform.tfstate"
        # Terraform leaves the file empty until the first object is made.
        text = path.read_text() if path.exists() else ""
        resources = json.loads(text)["resources"] if text else []
        return {
            f"{each['type']}.{each['name']}": instance["attributes"]
            for each in resources
            for instance in each["instances"]
        }

    def _whole_environment(self) -> dict[str, str]:
        settings = self.folder / "terraform.tfrc"
        settings.write_text(command_line_settings(self.mirror))
        return {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
            **({"TF_REATTACH_PROVIDERS": self.attached} if self.attached else {}),
            **self.environment,
        }


def provider_program(name: str, *, mirror: Path) -> list[str]:
    """Return the command of a provider of the sandbox, with its trouble scripted in *mirror*."""
    program = [sys.executable, "-P", "-m", "entrypoints.sandbox.terraform", name]
    return [*program, "--trouble", str(mirror / TROUBLE)]


@contextmanager
def running_provider(
    name: str, program: Sequence[str], *, environment: Mapping[str, str]
) -> Iterator[str]:
    """Run one provider for many commands, which saves each three starts of a Python.

    Yields what TF_REATTACH_PROVIDERS says of it. It is configured anew by each command: commands at
    the same time must agree on the provider block.
    """
    key, value = COOKIE
    process = subprocess.Popen(
        program,
        cwd=ROOT,
        env={"PATH": os.defpath, key: value, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    _, version, network, address, protocol = process.stdout.readline().strip().split("|")
    said = {
        "Protocol": protocol,
        "ProtocolVersion": int(version),
        "Pid": process.pid,
        "Test": True,
        "Addr": {"Network": network, "String": address},
    }
    yield json.dumps({f"registry.terraform.io/hashicorp/{name}": said})
    process.kill()
    process.communicate()


@contextmanager
def with_running(name: str, rig: ProviderRig) -> Iterator[ProviderRig]:
    """Yield *rig* with one of its providers running for all of its commands."""
    program = provider_program(name, mirror=rig.mirror)
    with running_provider(name, program, environment=rig.environment) as attached:
        yield replace(rig, attached=attached)


def terraform_binary() -> str:
    """Return the terraform to test with: TERRAFORM_BIN, or the one on the PATH."""
    found = os.environ.get("TERRAFORM_BIN") or shutil.which("terraform")
    assert found, "These tests run terraform: put it on the PATH, or its path in TERRAFORM_BIN."
    return found


def aws_environment(endpoint: str) -> dict[str, str]:
    """Return what opens the sandbox's AWS at *endpoint*."""
    return {
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": "canary/of/a/secret/access/key/0123456789",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def aws_configuration(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration of *resources* in eu-west-1."""
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": {"region": "eu-west-1"}},
        "resource": resources,
    }


def aws_objects(endpoint: str) -> dict[str, str]:
    """Return what of ours EC2 in eu-west-1 has: the address that each carries, and its id."""
    ec2 = client(endpoint, "ec2", "eu-west-1")
    instances = [
        instance
        for reservation in ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] != "terminated"
    ]
    return {
        **_addresses(ec2.describe_vpcs()["Vpcs"], "VpcId"),
        **_addresses(ec2.describe_subnets()["Subnets"], "SubnetId"),
        **_addresses(ec2.describe_security_groups()["SecurityGroups"], "GroupId"),
        **_addresses(instances, "InstanceId"),
    }


def tags_of(found: Mapping[str, Any], key: str = "Tags") -> dict[str, str]:
    """Return the tags of an object as AWS describes it."""
    return {tag["Key"]: tag["Value"] for tag in found.get(key, ())}


def _addresses(found: list[dict[str, Any]], identity: str) -> dict[str, str]:
    addressed = {tags_of(each).get("multi-cloud-address"): each[identity] for each in found}
    return {address: each for address, each in addressed.items() if address is not None}
