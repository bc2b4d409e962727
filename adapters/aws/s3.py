"""S3 buckets: one list for the whole account, then where each is and how it is tagged."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.aws.bucket_tags import TagReading, read_tags
from adapters.aws.calls import ask, ask_pages
from adapters.aws.errors import response_header
from adapters.aws.session import THREADS, AwsSession
from adapters.aws.shapes import Place, Reading, read_bucket
from application.ports.errors import NotFound, Permanent
from application.subject import SubjectThreads

# With a page size the answer carries each bucket's region, and accounts beyond 10,000 are served.
# The largest there is, as some servers that speak S3 forget the rest of a shorter page.
_LARGEST_PAGE = 10_000
_REGION_HEADER = "x-amz-bucket-region"
_UNTAGGED = TagReading(tags={})
_NOWHERE = TagReading(tags=None, oddity="its region and so its tags could not be learned")


def list_buckets(session: AwsSession, place: Place) -> Iterator[Reading]:
    """Yield every bucket of the account; *place* only says whose it is."""
    s3 = session.client("s3", session.home)
    pages = ask_pages(s3, "list_buckets", of="Buckets", page_size=_LARGEST_PAGE)
    buckets = [payload for page in pages for payload in page]
    regions = _regions(session, buckets)
    tags = read_tags(session, {name: region for name, region in regions.items() if region})
    for payload in buckets:
        name = _name(payload)
        if name is not None and name not in regions:
            continue  # it was deleted after it was listed
        region = regions.get(name) if name else None
        read = tags.get(name, _UNTAGGED) if name and region else _NOWHERE
        oddities = (read.oddity,) if read.oddity else ()
        yield read_bucket(payload, region=region, tags=read.tags, oddities=oddities, place=place)


def _regions(session: AwsSession, buckets: Sequence[object]) -> dict[str, str | None]:
    """Return each bucket's region, None where it cannot be learned; deleted ones are left out."""
    regions: dict[str, str | None] = {}
    unplaced: list[str] = []
    for payload in buckets:
        name = _name(payload)
        if name is None or not isinstance(payload, Mapping):
            continue
        region = payload.get("BucketRegion")
        if isinstance(region, str) and region:
            regions[name] = region
        else:
            unplaced.append(name)
    regions.update(_asked_one_by_one(session, unplaced))
    return regions


def _asked_one_by_one(session: AwsSession, names: Sequence[str]) -> dict[str, str | None]:
    if not names:
        return {}
    s3 = session.client("s3", session.home)
    with SubjectThreads(THREADS, thread_name_prefix="buckets") as pool:
        found = list(pool.map(lambda name: _region(s3, name), names))
    return {name: region for name, region in zip(names, found, strict=True) if region is not _GONE}


_GONE = "-"


def _region(s3: Any, name: str) -> str | None:  # noqa: ANN401 - the SDK's client
    """Return the bucket's region; a refusal names it in a header too."""
    try:
        answer = ask(s3, "head_bucket", Bucket=name)
    except NotFound:
        return _GONE
    except Permanent as refused:
        return response_header(refused.__cause__, _REGION_HEADER)
    headers = answer["ResponseMetadata"].get("HTTPHeaders", {})
    region = answer.get("BucketRegion") or headers.get(_REGION_HEADER)
    return str(region) if region else None


def _name(payload: object) -> str | None:
    name = payload.get("Name") if isinstance(payload, Mapping) else None
    return name if isinstance(name, str) and name else None
