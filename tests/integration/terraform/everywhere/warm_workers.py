"""Lone workers that load what reaches the clouds once, and not each anew."""

import adapters.aws.session
import adapters.azure.session
import adapters.gcp.session  # noqa: F401 - loading it takes seconds
from tests.integration.terraform.lone_workers import main

if __name__ == "__main__":
    main()
