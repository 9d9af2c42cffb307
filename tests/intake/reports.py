"""Made-up reports, and steps that receive and read them."""

from sco_cities.intake.jobs import read_intake
from sco_cities.intake.models import Intake, Proposal
from sco_cities.intake.reception import receive

MEMORANDUM = """Dushanbe and Tianjin to keep tourists safe

Dushanbe and Tianjin signed a memorandum on tourist safety on 12 May 2026. A hotline in three languages will open by June 2026, the press office of the city said.

"Visitors must feel at home," Deputy Mayor of Dushanbe Farrukh Testov said. The hotline is to help over 40,000 visitors a year. Hotels of both cities will get tourist maps."""  # noqa: E501


def read_report(text: str = MEMORANDUM, user=None, **about) -> Intake:
    """An intake that has been read."""
    intake = receive(text, user=user, **about)
    assert read_intake(intake)
    return intake


def subject(intake: Intake, kind: str, shown: str = "") -> Proposal:
    """The subject of this kind, with this name if there are several."""
    found = intake.proposals.filter(kind=kind, subject__isnull=True)
    return found.get(shown=shown) if shown else found.get()


def values(proposal: Proposal) -> dict[str, list]:
    """The values of a subject by field: the value itself, a slug, or the name of the target."""
    found: dict[str, list] = {}
    for each in proposal.values.select_related("target"):
        value = each.value
        if isinstance(value, dict) and each.kind == "value":
            value = each.target.shown if each.target else value["slug"]
        found.setdefault(each.field or each.kind, []).append(value)
    return found
