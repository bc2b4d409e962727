"""What the doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found of one part, and what to do if it is not as it should be."""

    part: str
    ok: bool
    found: str
    remedy: str = ""
