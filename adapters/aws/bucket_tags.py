"""The tags of buckets: a hundred at a time where that is allowed, else one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from adapters.aws.calls import Client, ask, ask_pages
from adapters.aws.session import THREADS, AwsSession
from adapters.clouds.record import Record
from application.ports.errors import NotFound, PortError, Transient
from application.subject import SubjectThreads
from domain.inventory import Tags

_LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TagReading:
    """The tags of one bucket; None with an oddity that says why they are unknown."""

    tags: Tags | None
    oddity: str | None = None


def read_tags(session: AwsSession, regions: Mapping[str, str]) -> dict[str, TagReading]:
    """Return a reading for each bucket; *regions* says where each is.

    It raises nothing: tags that cannot be read are unknown, and the buckets are listed all the
    same.
    """
    by_region: defaultdict[str, list[str]] = defaultdict(list)
    for name, region in regions.items():
        by_region[region].append(name)
    with SubjectThreads(THREADS, thread_name_prefix="tags") as pool:
        found = pool.map(partial(_of_region, session), by_region, by_region.values())
        read = {name: reading for each in found for name, reading in each.items()}
        denied = [name for name in regions if name not in read]
        places = [regions[name] for name in denied]
        asked = pool.map(partial(_of_bucket, session), denied, places)
        return read | dict(zip(denied, asked, strict=True))


def _of_region(session: AwsSession, region: str, names: Sequence[str]) -> dict[str, TagReading]:
    """Return a reading for each bucket of the region; none if they must be asked one by one."""
    try:
        tagged = dict(_listed(session.client("resourcegroupstaggingapi", region)))
    except Transient as error:
        return dict.fromkeys(names, _unknown("tag:GetResources", error))
    except PortError:
        return {}
    # What never had a tag is not listed; what belongs to another region is not ours to judge.
    return {name: tagged.get(name, TagReading(tags={})) for name in names}


def _listed(tagging: Client) -> Iterator[tuple[str, TagReading]]:
    """Yield every tagged bucket of the client's region."""
    key, paged = "ResourceTagMappingList", "get_resources"
    found = ask_pages(tagging, paged, of=key, page_size=_LARGEST_PAGE, ResourceTypeFilters=["s3"])
    for page in found:
        for payload in page:
            record = Record(payload)
            arn = record.identity("ResourceARN") or ""
            tags = record.tags()
            yield arn.rpartition(":")[2], TagReading(tags=tags, oddity="; ".join(record.oddities))


def _of_bucket(session: AwsSession, name: str, region: str) -> TagReading:
    try:
        s3 = session.client("s3", region)
        record = Record(ask(s3, "get_bucket_tagging", Bucket=name))
    except NotFound:
        return TagReading(tags={})
    except PortError as error:
        return _unknown("tag:GetResources and s3:GetBucketTagging", error)
    return TagReading(tags=record.tags("TagSet"), oddity="; ".join(record.oddities))


def _unknown(asked: str, error: PortError) -> TagReading:
    return TagReading(tags=None, oddity=f"its tags are unknown, as {asked} failed: {error.summary}")
