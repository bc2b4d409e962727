"""What an SDK brings along stays for as long as the process."""

import atexit
import gc
from functools import cache

from domain.accounts import Provider


@cache
def settle(provider: Provider) -> None:  # noqa: ARG001 - once for each
    """Let the collector of garbage pass by all that is loaded by now, the SDK of *provider* too.

    A listing makes objects by the hundred thousand, so the collector looks through everything
    there is, more than once: with the two hundred thousand objects of Google's SDK that took
    longer than to read ten thousand records. What nobody uses any more goes without a collector,
    unless it is a cycle; those that come to be of what is there at this one moment stay until
    the end of the process, where all is looked through as ever.

    The garbage that is there already is collected first, such as the clients of another cloud;
    that takes up to a tenth of the time that loading the SDK took. A process that has frozen
    nothing yet has only just begun, and has none.
    """
    if gc.get_freeze_count():
        gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)
