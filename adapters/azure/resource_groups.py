"""Resource groups, subscription by subscription."""

from collections.abc import Iterator

from adapters.azure.calls import ask_pages
from adapters.azure.operations import LIST_RESOURCE_GROUPS, Call
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Reading, read_resource_group


def list_resource_groups(session: AzureSession, subscription: str) -> Iterator[Reading]:
    """Yield every resource group of a subscription."""
    call = Call(operation=LIST_RESOURCE_GROUPS, subscription=subscription)
    for page in ask_pages(session, call):
        for payload in page:
            yield read_resource_group(payload, subscription=subscription)
