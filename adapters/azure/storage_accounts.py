"""Storage accounts, subscription by subscription."""

from collections.abc import Iterator

from adapters.azure.calls import ask_pages
from adapters.azure.operations import LIST_STORAGE_ACCOUNTS, Call
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Reading, read_storage_account


def list_storage_accounts(session: AzureSession, subscription: str) -> Iterator[Reading]:
    """Yield every storage account of a subscription."""
    call = Call(operation=LIST_STORAGE_ACCOUNTS, subscription=subscription)
    for page in ask_pages(session, call):
        for payload in page:
            yield read_storage_account(payload, subscription=subscription)
