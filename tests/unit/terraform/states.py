"""States of Terraform for tests."""

import json


def a_state(*, serial: int, lineage: str = "l-1") -> str:
    return json.dumps({"version": 4, "lineage": lineage, "serial": serial, "resources": []})
