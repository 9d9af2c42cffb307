"""How well initiatives are borne out."""

from sco_cities.sources.filters import EVIDENCE_CHOICES

from .charted import Charted, Mark


def by_evidence(charted: Charted) -> list[Mark]:
    """The initiatives that one report or several support, and those on which reports disagree, as shares of all."""
    return [
        charted.mark("evidence", level, label, charted.count("evidence", level), len(charted))
        for level, label in EVIDENCE_CHOICES
    ]
