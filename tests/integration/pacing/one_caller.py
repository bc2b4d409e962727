"""A process that calls as fast as it may, for as long as it is told to, and tells when."""

import json
import sys
import time

from adapters.pacing.opening import client_of
from adapters.pacing.shared import RedisPacing
from tests.contract.pacing_contract import CALL, limits


def main(url: str, seconds: float) -> None:
    """Print the moment of each call as JSON, once the other callers are ready too."""
    pacing = RedisPacing(client_of(url), limits=limits)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    end = time.time() + seconds
    moments = []
    while time.time() < end:
        pacing.wait(CALL)
        moments.append(time.time())
    sys.stdout.write(json.dumps(moments) + "\n")
    pacing.close()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
