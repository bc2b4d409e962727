"""What the objects of EC2 have in common: a tag of each, an id that one can look for."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from entrypoints.sandbox.terraform.aws.cloud import AwsCloud, gone_is_none, refusing
from entrypoints.sandbox.terraform.aws.fields import (
    TaggedType,
    mapping,
    pairs,
    place_of,
    tag_values,
)
from entrypoints.sandbox.terraform.resource_type import HalfMade
from entrypoints.sandbox.terraform.schema import Values


class Ec2Type(TaggedType):
    """A type whose objects EC2 names, such as vpc-0a1b: found by id, tagged when they are made."""

    title: ClassVar[str]
    """As AWS writes it: "VPC"."""
    word: ClassVar[str]
    """As the API and ARNs name it: "vpc"."""
    gone: ClassVar[str]
    """The error code of an id that is none."""

    @abstractmethod
    def make(self, ec2: Any, planned: Values, tags: list[dict[str, Any]]) -> str:  # noqa: ANN401
        """Make it with *tags* in one call, and return its id."""

    @abstractmethod
    def adjust(self, ec2: Any, identity: str, prior: Values | None, planned: Values) -> None:  # noqa: ANN401
        """Change what differs from *prior*, or, if None, what making it could not say."""

    @abstractmethod
    def look(self, ec2: Any, identity: str) -> Mapping[str, Any] | None:  # noqa: ANN401 - boto3
        """Return what the cloud says of it; None if it is gone."""

    @abstractmethod
    def seen(self, ec2: Any, found: Mapping[str, Any], state: Values) -> Values:  # noqa: ANN401
        """Return the values in *found*; what the cloud does not say is as in *state*."""

    @abstractmethod
    def destroy(self, ec2: Any, identity: str) -> None:  # noqa: ANN401 - boto3 ships no types
        """Destroy it, and return when it is gone."""

    def create(self, cloud: AwsCloud, planned: Values) -> Values:
        """Make it, then say the rest; what was made stays known if the rest fails."""
        ec2 = cloud.ec2(planned)
        with refusing(f"creating EC2 {self.title}"):
            identity = self.make(ec2, planned, self._tagged(planned))
        try:
            with refusing(f"creating EC2 {self.title} ({identity})"):
                self.adjust(ec2, identity, None, planned)
                return self._read(cloud, identity, planned) or {}
        except Exception as trouble:
            summary = str(getattr(trouble, "summary", trouble))
            raise HalfMade(summary, state={**planned, "id": identity}) from trouble

    def read(self, cloud: AwsCloud, state: Values) -> Values | None:
        """Look for its id."""
        with refusing(f"reading EC2 {self.title} ({state['id']})"):
            return self._read(cloud, state["id"], state)

    def update(self, cloud: AwsCloud, prior: Values, planned: Values) -> Values:
        """Change its tags and whatever else differs."""
        ec2, identity = cloud.ec2(prior), prior["id"]
        with refusing(f"updating EC2 {self.title} ({identity})"):
            retag(ec2, identity, prior["tags_all"] or {}, planned["tags_all"] or {})
            self.adjust(ec2, identity, prior, planned)
            return self._read(cloud, identity, planned) or {}

    def delete(self, cloud: AwsCloud, state: Values) -> None:
        """Destroy it and wait for that."""
        with refusing(f"deleting EC2 {self.title} ({state['id']})"), gone_is_none(self.gone):
            self.destroy(cloud.ec2(state), state["id"])

    def find(self, cloud: AwsCloud, import_id: str) -> Values | None:
        """Look for the id, in the region after an @, or in the provider's."""
        identity, place = place_of(import_id)
        with refusing(f"importing EC2 {self.title} ({identity})"):
            return self._read(cloud, identity, {**self.schema.empty(), **place})

    def _read(self, cloud: AwsCloud, identity: str, state: Values) -> Values | None:
        found = None
        with gone_is_none(self.gone, f"{self.gone.split('.')[0]}.Malformed"):
            found = self.look(cloud.ec2(state), identity)
        if found is None:
            return None
        region, owner = cloud.region_of(state), found.get("OwnerId", "")
        return {
            **state,
            "id": identity,
            "region": region,
            "arn": f"arn:aws:ec2:{region}:{owner}:{self.word}/{identity}",
            **self.seen(cloud.ec2(state), found, state),
            **tag_values(mapping(found.get("Tags")), state),
        }

    def _tagged(self, planned: Values) -> list[dict[str, Any]]:
        tags = planned["tags_all"]
        return [{"ResourceType": self.word, "Tags": pairs(tags)}] if tags else []


def only(answer: Callable[..., Mapping[str, Any]], key: str, **asked: Any) -> Any:  # noqa: ANN401
    """Return the first thing in the list *key* of an answer; None if there is none."""
    found = answer(**asked)[key]
    return found[0] if found else None


def retag(ec2: Any, identity: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:  # noqa: ANN401
    """Change the tags of *identity* from *old* to *new*; others that it has stay."""
    if removed := [{"Key": key} for key in old if key not in new]:
        ec2.delete_tags(Resources=[identity], Tags=removed)
    if added := {key: value for key, value in new.items() if old.get(key) != value}:
        ec2.create_tags(Resources=[identity], Tags=pairs(added))
