"""What is found of how fresh the inventory is; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from application.findings import Finding, StatusPart
from application.ports.figures import CredentialFigure
from domain.durations import in_words

WINDOWS: Final = timedelta(minutes=30)
"""Three times the window in which everything is synced once."""


def since(figure: CredentialFigure) -> datetime:
    """Return since when nothing more was seen of the oldest scope; at the start, of anything."""
    return figure.complete_since or figure.created_at


def stale_ones(figures: Sequence[CredentialFigure], *, at: datetime) -> list[CredentialFigure]:
    """Return those that were not synced completely for too long, the stalest first."""
    return sorted((figure for figure in figures if at - since(figure) > WINDOWS), key=since)


def syncs_finding(figures: Sequence[CredentialFigure], *, at: datetime, most_named: int) -> Finding:
    """Return how many credentials are fresh; up to *most_named* of the others are to follow it.

    A new credential has as long for its first sync as the others for their next.
    """
    stale = stale_ones(figures, at=at)
    never = sum(figure.complete_since is None for figure in figures)
    return Finding(
        part=StatusPart.SYNCS,
        name="",
        ok=not stale,
        found=_told(figures, stale),
        remedy=f"See the {min(len(stale), most_named)} stalest of them." if stale else "",
        figures={"credentials": len(figures), "stale": len(stale), "never_synced": never},
    )


def _told(figures: Sequence[CredentialFigure], stale: Sequence[CredentialFigure]) -> str:
    if not figures:
        return "there are no active credentials"
    never = sum(figure.complete_since is None for figure in figures)
    overdue = sum(figure.complete_since is None for figure in stale)
    longer, new = len(stale) - overdue, never - overdue
    others = [
        f"{count} {which}"
        for count, which in ((longer, "longer ago"), (overdue, "never"), (new, "new and not yet"))
        if count
    ]
    fresh = len(figures) - never - longer
    told = f"{fresh} of {len(figures)} credentials synced completely in the last "
    return ", ".join((told + in_words(WINDOWS), *others))
