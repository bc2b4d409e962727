"""What is found of how fresh the inventory is; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from application.findings import Finding, StatusPart
from application.ports.figures import CredentialFigure
from domain.durations import in_words
from domain.sentences import counted
from domain.syncs import SyncStatus

WINDOWS: Final = timedelta(minutes=30)
"""Three times the window in which everything is synced once."""


def since(figure: CredentialFigure) -> datetime:
    """Return since when nothing more was seen of the oldest scope; at the start, of anything."""
    return figure.complete_since or figure.created_at


def stale_ones(figures: Sequence[CredentialFigure], *, at: datetime) -> list[CredentialFigure]:
    """Return those that were not synced completely for too long, the stalest first.

    A new one whose sync has failed is among them: nobody need wait to be told why.
    """
    return sorted((figure for figure in figures if _is_stale(figure, at)), key=since)


def _is_stale(figure: CredentialFigure, at: datetime) -> bool:
    failed = figure.complete_since is None and figure.last_status is SyncStatus.FAILED
    return failed or at - since(figure) > WINDOWS


def syncs_finding(figures: Sequence[CredentialFigure], *, at: datetime, most_named: int) -> Finding:
    """Return how many credentials are fresh; up to *most_named* of the others are to follow it.

    A new credential has as long for its first sync as the others for their next, unless that fails.
    """
    stale = stale_ones(figures, at=at)
    never = sum(figure.complete_since is None for figure in figures)
    return Finding(
        part=StatusPart.SYNCS,
        name="",
        ok=not stale,
        found=_told(figures, stale),
        remedy=_where_to_look(len(stale), most_named=most_named) if stale else "",
        figures={"credentials": len(figures), "stale": len(stale), "never_synced": never},
    )


def _where_to_look(stale: int, *, most_named: int) -> str:
    if stale > most_named:
        return f"See below the {most_named} stalest of them."
    return f"See below which {'it is' if stale == 1 else 'they are'}."


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
    told = f"{fresh} of {counted(len(figures), 'credential')} synced completely in the last "
    return ", ".join((told + in_words(WINDOWS), *others))
